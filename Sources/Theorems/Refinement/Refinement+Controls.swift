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
    let first = try RungRun(self, 0, statements, grid: grid, blockRates: blockRates)
    var begun: [Rung] = []
    do {
      let trajectory = try first.integrate(exposed: Set(asked.map(\.identity)))
      let outcome = trajectory.outcome
      begun = [
        Rung(
          trajectory: trajectory,
          findings: first.findings(steps: trajectory.counts.accepted, incompleteness: outcome.incompleteness))
      ]
    } catch let exposed as ExposedControl {
      let watched = first.findings(steps: exposed.steps)
      let grid = try SaveGrid.linear(until: exposed.time, count: 2)
      for tolerance in companions {
        let run = try RungRun(self, 0, statements, tolerance: tolerance, grid: grid, blockRates: blockRates)
        let end = try run.integrate()
        let other = run.findings(steps: end.counts.accepted, incompleteness: end.outcome.incompleteness)
        let pair = tolerance > watched.relativeTolerance ? [other, watched] : [watched, other]
        if isRejected(pair) { return (pair, exposed.time) }
      }
    }
    let ladder = try run(
      statements, grid: grid, blockRates: blockRates, side: 1, after: begun,
      until: { isRejected($0.map(\.findings)) })
    return (ladder.map(\.findings), nil)
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
