import FlowODE
import Models
import Verdicts

/// Counts the states, accepted ones and some within every step, at which some residual was at a level, 0 or wherever the loss has a
/// kink, or had crossed it since the state before.
///
/// Sliding along a kink, an integrator may keep to one side of it without ever crossing, so residuals closer than the solver can tell
/// count as being there. One that crosses a level twice between two of them is not seen. A trajectory that slides along a kink of a
/// loss that is not differentiable there finds no step size small enough, so a run may be ended after some kinks.
final class KinkWatch: TrajectoryObserver {
  private(set) var crossings = 0
  /// A residual may cross a level and come back between two accepted states.
  var looksWithin: Bool { true }
  private let objective: Objective
  private let levels: [Double]
  private let patience: Int
  private let closeness: Double
  private var previous: [Double]
  private var current: [Double]
  private var hasPrevious = false

  /// - Parameters:
  ///   - closeness: the distance from a level, relative to max |y_k|, that counts as being there.
  ///   - patience: the number of kinks after which the run is ended.
  init(objective: Objective, levels: [Double] = [0], closeness: Double = 0, patience: Int = .max) {
    self.closeness = closeness * objective.largestTarget
    self.patience = patience
    self.objective = objective
    self.levels = levels
    previous = [Double](repeating: 0, count: objective.measurementCount)
    current = previous
  }

  /// Takes note of a kink that no state shows: steps across it ended where they began.
  func noteSlide() { crossings = max(1, crossings) }

  func observe(_ point: TrajectoryPoint) throws {
    current.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      objective.residuals(point.parameters, into: base)
    }
    var isKink = false
    for k in current.indices {
      for level in levels
      where abs(current[k] - level) <= closeness || (hasPrevious && (previous[k] < level) != (current[k] < level)) {
        isKink = true
      }
    }
    swap(&previous, &current)
    hasPrevious = true
    guard isKink else { return }
    crossings += 1
    if crossings >= patience {
      throw EndOfRun(
        "the trajectory met a kink of the loss \(counted(crossings, "time")) up to t = \(tableNumber(point.time)) and slides along it",
        remedy: "use loss.name huber, or lower integration.until to end before the first kink")
    }
  }
}
