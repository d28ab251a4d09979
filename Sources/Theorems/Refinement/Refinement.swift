import Dispatch
import FlowODE
import Models
import Synchronization
import Verdicts

/// One rung of a refinement: a trajectory at one tolerance and what every claim's fold found on it.
public struct Rung: Sendable, Codable {
  /// How the run went and ended.
  public let trajectory: Trajectory
  /// What must not be overlooked about it; empty where nobody looked.
  public var warnings: [ReportWarning] = []
  private(set) var findings: RungFindings
  /// The parts of θ along it; nil where nobody looked.
  var parts: PartPath?

  /// rtol.
  public var relativeTolerance: Double { findings.relativeTolerance }
  /// The relative tolerance in effect: rtol, unless a fixed absolute tolerance is looser.
  public var effectiveTolerance: Double { findings.effectiveTolerance }
  /// What the folded statements found; those without a law in the setting found nothing.
  public var evidence: [Statement.Identity: Evidence] { findings.evidence }
  /// What hypotheses about the path rest on.
  public var facts: PathFacts { findings.facts }

  /// What a claim's law found; nil if it was not folded.
  public func evidence(of claim: any Claim.Type) -> Evidence? { findings.evidence(of: claim) }

  /// The rung as the judging rule sees it for one statement; nil if it was not folded.
  func evidence(for statement: Statement) -> RungEvidence? { findings.evidence(for: statement) }

  /// Notes what residuals became on runs that differ from this one in rounding alone.
  mutating func note(methodRoundingOf statement: Statement, besides residuals: [Double]) {
    findings.evidence[statement.identity]?.noteMethodRounding(besides: residuals)
  }
}

/// The refinement ladder: one experiment integrated once per tolerance, every claim folded over the same trajectories.
///
/// Rungs share nothing, so they may run on several threads; the result does not depend on how many.
public struct Refinement: Sendable {
  /// What every rung integrates.
  public let experiment: Experiment
  /// Relative tolerances, strictly decreasing, at least two.
  public let tolerances: [Double]
  /// Its threads run rungs side by side, and where there are more threads than rungs, several share a rung's gradients. Its
  /// progress hears of the rungs by number, from several threads.
  public private(set) var context: RunContext

  /// - Throws: ``Refusal`` unless there are at least two strictly decreasing tolerances and one thread.
  public init(
    experiment: Experiment, tolerances: [Double], context: RunContext = RunContext()
  ) throws(Refusal) {
    for tolerance in tolerances { try Experiment.check(relativeTolerance: tolerance) }
    guard tolerances.count >= 2, zip(tolerances, tolerances.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw Refusal(
        "the refinement ladder is \(tolerances)",
        remedy: "give integration.refine two or more strictly decreasing tolerances, such as 1e-6,1e-8,1e-10")
    }
    guard (1...1024).contains(context.threads) else {
      throw Refusal("\(context.threads) threads", remedy: "use run.threads between 1 and 1024")
    }
    self.experiment = experiment
    self.tolerances = tolerances
    self.context = context
  }

  /// The same refinement of another experiment.
  func replacing(experiment: Experiment) throws(Refusal) -> Refinement {
    try Refinement(experiment: experiment, tolerances: tolerances, context: context)
  }

  /// Integrates every rung with what some claims say folded over it; see
  /// ``run(_:grid:blockRates:recorders:records:side:after:isWatched:until:)``.
  public func run(
    claims: [any Claim.Type], grid: SaveGrid, blockRates: [Double]? = nil,
    recorders: @Sendable () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> [Rung] {
    try run(claims.map { .law(of: $0) }, grid: grid, blockRates: blockRates, recorders: recorders)
  }

  /// Integrates every rung, or the coarsest ones up to those that settle what is asked.
  ///
  /// Rungs that turn out to be of no use were perhaps begun on other threads; they are broken off, and nothing is told of them.
  ///
  /// - Parameters:
  ///   - statements: folded together over each rung.
  ///   - grid: the save times shared by all rungs.
  ///   - blockRates: the vector field's rate per parameter block; nil is gradient flow itself.
  ///   - recorders: further observers of the tightest rung; made on the rung's thread. They see nothing if it is not run.
  ///   - records: what brings back what the recorders keep, where rungs are kept.
  ///   - side: how many rungs may be begun side by side before it is known whether they are needed; nil means as many as there are
  ///     threads.
  ///   - begun: rungs that are known already, from the coarsest.
  ///   - isWatched: whether rungs say what must not be overlooked about them; the coarsest, which is never the last, does not. For saddles
  ///     one rung is watched, and the last one if that one finds any.
  ///   - isSettled: asked about the rungs so far, in their order, from the second on; nil runs all of them.
  /// - Returns: the rungs, coarsest first.
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  @inline(never)
  public func run(
    _ statements: [Statement], grid: SaveGrid, blockRates: [Double]? = nil,
    recorders: @Sendable () throws -> [any TrajectoryObserver] = { [] }, records: [any RunRecord] = [],
    side: Int? = nil, after begun: [Rung] = [], isWatched: Bool = false,
    until isSettled: (@Sendable ([Rung]) -> Bool)? = nil
  ) throws -> [Rung] {
    let count = tolerances.count
    let progress = Mutex(LadderProgress(begun, count: count))
    let end = LadderEnd(count)
    var next = begun.count
    while next < end.value {
      let least = max(1, JudgingRule.leastRungs - next)
      let wave = isSettled == nil ? count - next : min(max(least, side ?? context.threads), count - next)
      // The tightest rung takes longest, so it starts first where all are wanted.
      let ascending = next..<next + wave
      let indices = isSettled == nil ? ascending.reversed() : Array(ascending)
      let started = Atomic<Int>(0)
      DispatchQueue.concurrentPerform(iterations: min(context.threads, wave)) { _ in
        while true {
          let turn = started.wrappingAdd(1, ordering: .relaxed).oldValue
          guard turn < wave else { return }
          let index = indices[turn]
          guard index < end.value else { continue }
          let isTightest = index == count - 1
          let result = Result {
            try breakingOff(index, at: end).runRung(
              index, statements, grid: grid, blockRates: blockRates, isWatched: isWatched,
              recorders: { isTightest ? try recorders() : [] }, records: isTightest ? records : [])
          }
          progress.withLock { $0.note(result, at: index, isSettled: isSettled, end: end) }
          // Nothing follows a failure.
          if case .failure = result, isSettled == nil { started.store(wave, ordering: .relaxed) }
        }
      }
      next += wave
    }
    var rungs = try progress.withLock { try $0.rungs(upTo: end.value) }
    if isWatched, let own = try warningsOfLast(rungs, grid: grid, blockRates: blockRates) {
      rungs[rungs.count - 1].warnings = own
    }
    if isWatched, let warning = hiddenPart(rungs) { rungs[rungs.count - 1].warnings.append(warning) }
    return rungs
  }

  /// A small part of θ that the last two rungs know badly.
  private func hiddenPart(_ rungs: [Rung]) -> ReportWarning? {
    guard rungs.count >= JudgingRule.leastRungs, let fine = rungs.last?.parts,
      let coarse = rungs[rungs.count - 2].parts
    else { return nil }
    return fine.warning(beside: coarse, tolerance: rungs[rungs.count - 1].relativeTolerance)
  }

  /// What must not be overlooked about the last rung, where another one was watched for saddles and it was not: nil if it cannot tell more.
  ///
  /// Errors are smaller on a tighter rung and grow alike, so they decide nothing there that they do not decide on a looser one. Where they
  /// do, or where that one did not get to its end, the last one is run again to be looked at.
  private func warningsOfLast(
    _ rungs: [Rung], grid: SaveGrid, blockRates: [Double]?
  ) throws -> [ReportWarning]? {
    let last = rungs.count - 1
    guard last > Self.saddleRung else { return nil }
    let watched = rungs[Self.saddleRung]
    guard watched.warnings.contains(where: { $0.kind == .saddle }) || !watched.trajectory.outcome.isComplete else {
      return nil
    }
    let key = RungRun.key(self, last, [], tolerance: tolerances[last], grid: grid, blockRates: blockRates)
    return try context.unrecorded.kept(key.with("watched", "for warnings alone")) {
      let warnings = RunWarnings(experiment, tolerance: tolerances[last])
      _ = try RungRun(self, last, [], grid: grid, blockRates: blockRates).integrate(warnings.observers)
      return warnings.found
    }
  }

  /// The rung that is watched for saddles: there always is one.
  private static let saddleRung = JudgingRule.leastRungs - 1

  /// The same refinement whose rung is interrupted when it is found out that the ladder ends before it.
  private func breakingOff(_ index: Int, at end: LadderEnd) -> Refinement {
    var own = self
    own.context.isCancelled = { [context] in index >= end.value || context.isCancelled() }
    return own
  }

  func runRung(
    _ index: Int, _ statements: [Statement], grid: SaveGrid, blockRates: [Double]?, isWatched: Bool = false,
    recorders: () throws -> [any TrajectoryObserver] = { [] }, records: [any RunRecord] = []
  ) throws -> Rung {
    var own = context
    own.records = records
    let key = RungRun.key(
      self, index, statements, tolerance: tolerances[index], grid: grid, blockRates: blockRates)
    var isRun = false
    let rung: Rung = try own.kept(key.with("watched", "\(isWatched)")) {
      isRun = true
      return try integratedRung(
        index, statements, grid: grid, blockRates: blockRates, isWatched: isWatched, recorders: try recorders())
    }
    if !isRun { context.progress(index, 1) }
    return rung
  }

  private func integratedRung(
    _ index: Int, _ statements: [Statement], grid: SaveGrid, blockRates: [Double]?, isWatched: Bool,
    recorders: [any TrajectoryObserver]
  ) throws -> Rung {
    let run = try RungRun(self, index, statements, grid: grid, blockRates: blockRates)
    let warnings =
      isWatched && index > 0
      ? RunWarnings(experiment, tolerance: tolerances[index], looksForSaddles: index == Self.saddleRung) : nil
    let parts = isWatched ? PartRecorder(experiment.problem.model.layout, saves: grid.times.count) : nil
    let trajectory = try run.integrate(recorders + (warnings?.observers ?? []) + (parts.map { [$0] } ?? []))
    return Rung(
      trajectory: trajectory, warnings: warnings?.found ?? [],
      findings: run.findings(steps: trajectory.counts.accepted, incompleteness: trajectory.outcome.incompleteness),
      parts: parts?.found)
  }
}

/// The number of rungs that are wanted, as several threads see it.
private final class LadderEnd: Sendable {
  private let count: Atomic<Int>

  init(_ count: Int) { self.count = Atomic(count) }

  var value: Int { count.load(ordering: .relaxed) }
  func lower(to count: Int) { self.count.store(count, ordering: .relaxed) }
}

/// What has come of the rungs, and how many of the first ones are known.
private struct LadderProgress {
  private var results: [Result<Rung, any Error>?]
  private var known: [Rung] = []

  init(_ begun: [Rung], count: Int) {
    known = begun
    results = begun.map { .success($0) } + Array(repeating: nil, count: count - begun.count)
  }

  /// Takes note of a rung. Whether the ladder is settled is asked of its beginnings in their order, so that the answer does not
  /// depend on which rung was done first.
  mutating func note(
    _ result: Result<Rung, any Error>, at index: Int, isSettled: (([Rung]) -> Bool)?, end: LadderEnd
  ) {
    results[index] = result
    guard let isSettled else { return }
    while known.count < end.value {
      switch results[known.count] {
      case nil: return
      case .failure:
        end.lower(to: known.count + 1)
        return
      case .success(let rung): known.append(rung)
      }
      let isBeginning = known.count >= JudgingRule.leastRungs && known.count < results.count
      if isBeginning, isSettled(known) { end.lower(to: known.count) }
    }
  }

  /// The first rungs.
  ///
  /// - Throws: what the first of them that failed has thrown.
  func rungs(upTo end: Int) throws -> [Rung] { try results.prefix(end).compactMap { try $0?.get() } }
}

/// The user interrupted a run at the given flow time.
public struct InterruptedRun: Error, Sendable {
  /// The flow time that was reached.
  public let time: Double

  /// An interruption at a flow time.
  public init(time: Double) { self.time = time }
}
