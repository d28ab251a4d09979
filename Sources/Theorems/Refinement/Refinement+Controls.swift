import FlowODE
import Verdicts

extension Refinement {
  /// Runs a flow that is to be rejected no further than that takes.
  ///
  /// A law that is missed on a part of the run is missed on the run. So the coarsest rung is watched, and it ends where it shows a
  /// departure that is not its solver's. Whether it is not is seen on a second rung up to there, a looser one, which costs less, or
  /// else the ladder's next. Should the rule not reject the flow by these, it is run to the end after all, on the two coarsest rungs and
  /// then on one more at a time.
  ///
  /// - Parameters:
  ///   - statements: folded together over each rung.
  ///   - asked: those of them that are to be rejected.
  ///   - isRejected: whether they are, on the rungs so far.
  /// - Returns: the rungs, and the time at which they end if that is not the horizon.
  func reject(
    _ statements: [Statement], asked: [Statement], grid: SaveGrid, blockRates: [Double]? = nil,
    until isRejected: @escaping @Sendable ([RungFindings]) -> Bool
  ) throws -> (ladder: [RungFindings], time: Double?) {
    let first = try watchedRung(statements, asked: asked, grid: grid, blockRates: blockRates)
    if let time = first.exposure {
      let grid = try SaveGrid.linear(until: time, count: 2)
      for tolerance in companions {
        let other = try companion(tolerance, statements, grid: grid, blockRates: blockRates)
        let isLooser = tolerance > first.findings.relativeTolerance
        let pair = isLooser ? [other, first.findings] : [first.findings, other]
        if isRejected(pair) { return (pair, time) }
      }
    }
    let begun = first.trajectory.map { [Rung(trajectory: $0, findings: first.findings)] } ?? []
    let ladder = try run(
      statements, grid: grid, blockRates: blockRates, side: 1, after: begun,
      until: { isRejected($0.map(\.findings)) })
    return (ladder.map(\.findings), nil)
  }

  /// The coarsest rung of a control: to its end, or until it showed that it is one.
  private struct WatchedRung: Codable {
    let findings: RungFindings
    /// Nil where it was broken off.
    var trajectory: Trajectory?
    /// When it was.
    var exposure: Double?
  }

  private func watchedRung(
    _ statements: [Statement], asked: [Statement], grid: SaveGrid, blockRates: [Double]?
  ) throws -> WatchedRung {
    let names = asked.map { "\($0.identity.claim) \($0.identity.variant)" }
    let key = RungRun.key(self, 0, statements, tolerance: tolerances[0], grid: grid, blockRates: blockRates)
    return try context.unrecorded.kept(key.with("asked", names.joined(separator: ", "))) {
      let run = try RungRun(self, 0, statements, grid: grid, blockRates: blockRates)
      do {
        let trajectory = try run.integrate(exposed: Set(asked.map(\.identity)))
        let (steps, outcome) = (trajectory.counts.accepted, trajectory.outcome)
        return WatchedRung(
          findings: run.findings(steps: steps, incompleteness: outcome.incompleteness), trajectory: trajectory)
      } catch let exposed as ExposedControl {
        return WatchedRung(findings: run.findings(steps: exposed.steps), exposure: exposed.time)
      }
    }
  }

  /// What a control's rung at another tolerance shows on a part of the run.
  private func companion(
    _ tolerance: Double, _ statements: [Statement], grid: SaveGrid, blockRates: [Double]?
  ) throws -> RungFindings {
    let key = RungRun.key(self, 0, statements, tolerance: tolerance, grid: grid, blockRates: blockRates)
    return try context.unrecorded.kept(key.with("part", "companion")) {
      let run = try RungRun(self, 0, statements, tolerance: tolerance, grid: grid, blockRates: blockRates)
      let end = try run.integrate()
      return run.findings(steps: end.counts.accepted, incompleteness: end.outcome.incompleteness)
    }
  }

  /// What the coarsest rung is compared with on a part of the run: as loose a rung as says something of it, and the ladder's next.
  private var companions: [Double] {
    [JudgingRule.leastRefinement * tolerances[0], tolerances[1]].filter { $0 < 1 }
  }
}

/// A control showed at an accepted state that it is one.
struct ExposedControl: Error {
  let time: Double
  let steps: Int
}

/// Ends a run as soon as some folds show departures that the solver does not make.
final class ExposureWatch: TrajectoryObserver {
  private let folds: [any LawFold]
  private let tolerance: Double
  /// Whether a save time has come since the folds were last asked.
  private var isDue = false

  /// - Parameters:
  ///   - folds: observers that see every state before this one.
  ///   - tolerance: rtol of the rung.
  init(_ folds: [any LawFold], tolerance: Double) {
    self.folds = folds
    self.tolerance = tolerance
  }

  func observe(_ point: TrajectoryPoint) throws {
    isDue = isDue || point.isSave
    guard isDue, point.isStep, point.steps > 0, !folds.isEmpty else { return }
    isDue = false
    guard folds.allSatisfy({ ControlRule.isExposed($0.evidence, tolerance: tolerance, steps: point.steps) }) else {
      return
    }
    throw ExposedControl(time: point.time, steps: point.steps)
  }
}
