import FlowODE
import Synchronization
import Testing
import Theorems
import Verdicts

/// Rungs that are kept are taken for those that they are, and for no others.
@Suite("Rungs that are kept")
struct KeptRungTests {
  /// Keeps runs as they are.
  private final class Memory: KeptRuns {
    private let kept = Mutex<[String: Held]>([:])
    private let runs = Atomic<Int>(0)
    private let most: Int

    init(most: Int = .max) { self.most = most }

    /// Runs that were run.
    var count: Int { runs.load(ordering: .relaxed) }
    var isEnough: Bool { count >= most }

    private struct Held: @unchecked Sendable { let run: Any }

    func run<Run: Codable>(_ key: () -> RunKey, records: [any RunRecord], _ body: () throws -> Run) throws -> Run {
      let text = key().text
      if let run = kept.withLock({ $0[text] })?.run as? Run { return run }
      let run = try body()
      kept.withLock { $0[text] = Held(run: run) }
      runs.add(1, ordering: .relaxed)
      return run
    }

    /// The same runs kept, none of them run here.
    func copy(most: Int = .max) -> Memory {
      let copy = Memory(most: most)
      let known = kept.withLock { $0 }
      copy.kept.withLock { $0 = known }
      return copy
    }
  }

  private func context(_ memory: Memory, threads: Int = 1) -> RunContext {
    var context = RunContext(threads: threads, isCancelled: { memory.isEnough })
    context.keptRuns = memory
    return context
  }

  private func reports(_ context: RunContext, controls: Bool = true) throws -> [ClaimReport] {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4)
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10], context: context)
    return try Examination(refinement: refinement, claims: trueClaims, runsControls: controls).run().reports
  }

  @Test("interrupted after every run in turn, the examination says the same and runs what is left")
  func everyRun() throws {
    let whole = try reports(RunContext())
    let all = Memory()
    #expect(try "\(reports(context(all)))" == "\(whole)" && all.count > 4)
    for most in 1..<all.count {
      let cut = Memory(most: most)
      #expect(throws: InterruptedRun.self) { try reports(context(cut)) }
      #expect(cut.count == most)
      let rest = cut.copy()
      #expect(try "\(reports(context(rest)))" == "\(whole)" && rest.count == all.count - most)
    }
    // What several threads do at once is kept by the same keys.
    #expect(try "\(reports(context(all.copy(), threads: 3)))" == "\(whole)")
  }

  @Test("another start, other rates, other save times, tolerances or statements are other rungs")
  func others() throws {
    let memory = Memory()
    func rungs(
      _ layers: [Double] = [0.7, 0.2], _ tolerances: [Double] = [1e-6, 1e-8], until: Double = 4, saves: Int = 5,
      rates: [Double]? = nil, claims: [any Claim.Type] = trueClaims, in context: RunContext
    ) throws -> [Rung] {
      let experiment = try ScalarExperiment.make(layers: layers, until: until, saveCount: saves)
      return try Refinement(experiment: experiment, tolerances: tolerances, context: context).run(
        claims: claims, grid: experiment.grid(tightest: 1e-8), blockRates: rates)
    }
    let changes: [(RunContext) throws -> [Rung]] = [
      { try rungs(in: $0) }, { try rungs([0.7, -0.2], in: $0) }, { try rungs([0.2, 0.7], in: $0) },
      { try rungs(rates: [1.01, 1], in: $0) }, { try rungs(rates: [1, 1.01], in: $0) },
      { try rungs(until: 4.5, in: $0) }, { try rungs(saves: 6, in: $0) },
      { try rungs([0.7, 0.2], [1e-5, 1e-7], in: $0) },
      { try rungs([0.7, 0.2], [1e-6, 1e-7, 1e-8], in: $0) }, { try rungs(claims: [Balancedness.self], in: $0) },
      { try rungs(claims: trueClaims.reversed(), in: $0) },
    ]
    for (k, change) in changes.enumerated() {
      let before = memory.count
      let (kept, own) = (try change(context(memory)), try change(RunContext()))
      #expect(memory.count == before + own.count, "\(k)")
      #expect(kept.map(\.trajectory) == own.map(\.trajectory) && kept.map(\.evidence) == own.map(\.evidence), "\(k)")
      #expect(try change(context(memory)).map(\.trajectory) == own.map(\.trajectory), "\(k)")
      #expect(memory.count == before + own.count, "\(k)")
    }
  }
}
