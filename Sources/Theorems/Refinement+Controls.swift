import FlowODE
import Verdicts

extension Refinement {
  /// Runs a flow that is to be rejected no further than that takes: on the two coarsest rungs, then on one more at a time.
  ///
  /// A law that is missed on a part of the run is missed on the run. So the coarsest rung is watched, and where it shows, early enough, a
  /// departure that is not its solver's, both rungs are run to that save time only; should the rule not reject them there, they
  /// are run to the end after all.
  ///
  /// - Parameters:
  ///   - statements: folded together over each rung.
  ///   - asked: those of them that are to be rejected.
  ///   - isRejected: whether they are, on the rungs so far.
  /// - Returns: the rungs, and the save time at which they end if that is not the horizon.
  func reject(
    _ statements: [Statement], asked: [Statement], grid: SaveGrid, blockRates: [Double]? = nil,
    until isRejected: @escaping @Sendable ([Rung]) -> Bool
  ) throws -> (ladder: [Rung], time: Double?) {
    var begun: [Rung] = []
    do {
      begun = [
        try runRung(0, statements, grid: grid, blockRates: blockRates, exposed: Set(asked.map(\.identity)))
      ]
    } catch let exposed as ExposedControl {
      let short = try run(
        statements, grid: grid.upTo(exposed.time), blockRates: blockRates, side: 1, until: { _ in true })
      if isRejected(short) { return (short, exposed.time) }
    }
    return (
      try run(statements, grid: grid, blockRates: blockRates, side: 1, after: begun, until: isRejected), nil
    )
  }
}

/// A control showed at a save time that it is one.
struct ExposedControl: Error {
  let time: Double
}

/// Ends a run as soon as some folds show departures that the solver does not make.
final class ExposureWatch: TrajectoryObserver {
  private let folds: [any LawFold]
  private let tolerance: Double
  /// Later it would save nothing to run both rungs anew.
  private var savesLeft: Int
  private var steps = 0

  /// - Parameters:
  ///   - folds: observers that see every state before this one.
  ///   - tolerance: rtol of the rung.
  ///   - saves: how many save times there are.
  init(_ folds: [any LawFold], tolerance: Double, saves: Int) {
    self.folds = folds
    self.tolerance = tolerance
    savesLeft = saves / 2
  }

  func observe(_ point: TrajectoryPoint) throws {
    if point.time > 0 { steps += 1 }
    guard point.isSave, savesLeft > 0 else { return }
    savesLeft -= 1
    guard steps > 0, !folds.isEmpty,
      folds.allSatisfy({ ControlRule.isExposed($0.evidence, tolerance: tolerance, steps: steps) })
    else { return }
    throw ExposedControl(time: point.time)
  }
}
