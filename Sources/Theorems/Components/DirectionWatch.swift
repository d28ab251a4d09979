import Models
import Verdicts

/// Follows how far components turn away from directions that are stationary at the start. A stationary direction other than the best
/// is unstable, so that what it is off by at the start, rounding included, grows; γ is off by the angle's square.
final class DirectionWatch {
  /// The part of γ up to which the closed form is checked.
  private static let bearable = 1e-7
  private let blocks: [[VectorView]]
  private let chosen: [Int]
  private let start: [Double]
  private(set) var isOver: [Bool]
  private(set) var largest = 0.0
  private(set) var end: Double?

  /// - Parameters:
  ///   - start: θ(0), at which the directions are stationary.
  ///   - chosen: the components that point in such directions.
  init(_ registry: ComponentRegistry, start: [Double], chosen: [Int]) {
    blocks = registry.components
    self.start = start
    self.chosen = chosen
    isOver = [Bool](repeating: false, count: registry.components.count)
  }

  /// Looks at a state.
  func update(_ parameters: UnsafePointer<Double>, time: Double) {
    for r in chosen where !isOver[r] {
      let effect = blocks[r].reduce(0.0) { $0 + squaredAngle($1, parameters) }
      if effect <= Self.bearable {
        largest = max(largest, effect)
      } else {
        isOver[r] = true
        if end == nil { end = time }
      }
    }
  }

  /// ‖ŵ − ŵ(0)‖²; 0 for a vector that vanishes.
  private func squaredAngle(_ view: VectorView, _ parameters: UnsafePointer<Double>) -> Double {
    let size = view.norm(parameters)
    let first = start.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { view.norm($0) } ?? 0 }
    guard size > 0, first > 0 else { return 0 }
    return view.positions.reduce(0.0) { sum, i in
      let difference = parameters[i] / size - start[i] / first
      return sum + difference * difference
    }
  }

  var inexactness: Inexactness {
    Inexactness(
      "the directions' being stationary, off at the start by rounding or more,",
      remedy: "lower integration.until: such a direction is unstable", largest: largest, end: end)
  }
}
