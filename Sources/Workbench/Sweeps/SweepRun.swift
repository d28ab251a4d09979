import ArrayFiles
import Dispatch
import FlowODE
import Models
import Presentation
import Settings
import Synchronization
import Verdicts

/// What a sweep is asked to write, and how it is run.
package struct SweepRequest: Sendable {
  /// The directory that keeps finished points; nil keeps none.
  package var directory: String?
  /// Whether a directory that holds another sweep may be begun anew.
  package var force = false
  /// Whether the states of every point are kept, and its problem.
  package var keepsStates = false
  /// Points that are run at once.
  package var jobs = 1
  /// Threads of each.
  package var threads = 1
  /// The part of the points that is run; nil for all.
  package var shard: Shard?
  /// The file of a JUnit report; nil writes none.
  package var junit: String?
  package var verbose = false
  /// The claims of which it is told at once where they are not as expected; nil for all. That a point does not come to its end is told always.
  package var toldClaims: Set<String>?
  package var allowsProgram = false
  package var timeLimit: Double?
  /// Who keeps the finished runs of a point that is not finished. No number depends on it.
  package var keeper: Keeper = { KeptPoint($0, origin: $1, warn: $2) }
  /// Whether the sweep is to end.
  package var isInterrupted: @Sendable () -> Bool = { Interruption.shared.requested }

  package init() {}

  /// Makes whoever keeps runs in a directory, for a point whose numbers depend on no more than `origin` says.
  package typealias Keeper =
    @Sendable (_ directory: String, _ origin: String, _ warn: @escaping @Sendable (String) -> Void) -> any KeptRuns
}

/// `sweep`'s run: a grid of settings in; finished points and a summary out.
///
/// Points are run in one process, several at a time, in the grid's order. What comes out of one depends on nothing but its settings,
/// so that the summary is the same however many ran at once, in however many shards, and however often they were interrupted. Of a
/// point that is cut off the runs that were finished are kept (``KeptPoint``); one that was not starts again.
package struct SweepRun {
  private let plan: SweepPlan
  private let request: SweepRequest

  package init(_ plan: SweepPlan, _ request: SweepRequest) {
    self.plan = plan
    self.request = request
  }

  /// What is left when a sweep has ended.
  package struct Ending {
    /// What came out at the points that are finished.
    package let summary: SweepSummary
    /// The same as a report.
    package var report: Report { summary.report("sweep") }
    /// What ended the first point that did not come to an outcome; nil if all did.
    package let failure: (any Error)?
  }

  private struct State {
    var outcomes: [Int: PointOutcome] = [:]
    var failures: [Int: any Error] = [:]
    /// How far each worker's point has come.
    var fractions: [Double]
    /// Why no further point is begun.
    var end: (any Error)?
  }

  /// - Throws: ``Refusal``, ``SettingsError``, ``FileError`` before anything is run; ``FileError`` when results can no longer be written;
  ///   ``InterruptedPoints``.
  package func run() throws -> Ending {
    let origin = try plan.origin()
    // What cannot be built is refused before anything is made, at least what cannot be at the first point.
    let first = plan.experiment(0)
    _ = try Run(first.command, settings: first.settings, output: output(nil)).configuration()
    let store = try request.directory.map {
      try SweepStore($0, origin, shard: request.shard, isAnew: request.force)
    }
    let mine = (0..<plan.grid.count).filter { request.shard?.holds($0) ?? true }
    let open = mine.filter { store?.isFinished($0) != true }
    let workers = max(1, min(request.jobs, open.count))
    let state = Mutex(State(fractions: [Double](repeating: 0, count: workers)))
    let progress = ProgressLine(parts: [counted(mine.count, "point")], isTimed: true, verbose: request.verbose)
    let isWarned = Atomic(false)
    let warn: @Sendable (String) -> Void = { words in
      guard !isWarned.exchange(true, ordering: .relaxed) else { return }
      progress.note("finished runs of a point are not kept, and start again if it is interrupted: \(words)")
    }
    defer { progress.finish() }
    progress.begin(0, at: Double(mine.count - open.count) / Double(max(1, mine.count)))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while !request.isInterrupted(), state.withLock({ $0.end == nil }) {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < open.count else { return }
        let point = open[turn]
        do {
          let outcome = try outcome(point, store, origin, warn: warn) { fraction in
            let done = state.withLock { state in
              state.fractions[worker] = fraction
              return Double(mine.count - open.count + state.outcomes.count + state.failures.count)
                + state.fractions.reduce(0, +)
            }
            progress.report(0, fraction: done / Double(mine.count))
          }
          if let words = unexpected(point, outcome) { progress.note(words) }
          state.withLock { state in
            state.outcomes[point] = outcome
            state.fractions[worker] = 0
          }
        } catch {
          store?.discard(point)
          guard !request.isInterrupted() else { return }
          // Where the disk is full the point may still come to its end; another failure is the same next time.
          if (error as? FileError)?.kind != .unwritable { store?.removeKept(point) }
          progress.note(
            "point \(plan.grid.name(point)) (\(plan.grid.words(point))): error: \(Wording.flags(in: "\(error)"))")
          state.withLock { state in
            state.failures[point] = error
            state.fractions[worker] = 0
            // A disk that is full is full for the next point too.
            if let error = error as? FileError, error.kind == .unwritable { state.end = state.end ?? error }
          }
        }
      }
    }
    progress.finish()
    let (outcomes, failures, end) = state.withLock { ($0.outcomes, $0.failures, $0.end) }
    store?.end()
    if let end { throw end }
    let finished = mine.count - open.count + outcomes.count
    if request.isInterrupted(), finished + failures.count < mine.count {
      throw InterruptedPoints(finished: finished, count: mine.count, "point", directory: request.directory)
    }
    let summary = try SweepSummary(
      grid: plan.grid, settings: origin.settings, directory: request.directory, points: mine,
      expectations: plan.expectations, failures: failures.mapValues { Wording.flags(in: "\($0)") }
    ) { try outcomes[$0] ?? store?.outcome($0) }
    if let junit = request.junit { try summary.writeJUnit(to: junit) }
    return Ending(summary: summary, failure: failures.min { $0.key < $1.key }?.value)
  }

  private func output(_ directory: String?) -> OutputRequest {
    var output = OutputRequest(
      directory: directory, threads: request.threads, allowsProgram: request.allowsProgram,
      timeLimit: request.timeLimit)
    (output.isAside, output.keepsStates) = (true, request.keepsStates)
    return output
  }

  /// Runs a point and keeps what comes out.
  private func outcome(
    _ point: Int, _ store: SweepStore?, _ origin: SweepOrigin, warn: @escaping @Sendable (String) -> Void,
    progress: @escaping @Sendable (Double) -> Void
  ) throws -> PointOutcome {
    let (command, settings) = plan.experiment(point)
    var output = output(store?.scratch(point))
    output.keptRuns = store.map { store in
      request.keeper(store.kept(point), origin.text(of: point, keepsStates: request.keepsStates), warn)
    }
    output.watch = RunWatch(isCancelled: request.isInterrupted, progress: progress)
    let report = try Run(command, settings: settings, output: output).report()
    let outcome = PointOutcome(
      report, point: Dictionary(uniqueKeysWithValues: zip(plan.grid.axes.map(\.setting), plan.grid.values(point))))
    try store?.commit(point, outcome)
    return outcome
  }

  /// What is told at once of a point that is not as expected; nil for one that is.
  private func unexpected(_ point: Int, _ outcome: PointOutcome) -> String? {
    let others = outcome.verdicts(plan.expectations).filter { judged in
      judged.verdict != judged.expected
        && (outcome.claims.isEmpty || request.toldClaims?.contains(judged.claim) ?? true)
    }
    guard !others.isEmpty else { return nil }
    let words = others.map { "\($0.claim) \($0.verdict.rawValue)" }.joined(separator: ", ")
    return "point \(plan.grid.name(point)) (\(plan.grid.words(point))): \(words)"
  }
}
