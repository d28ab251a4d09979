import GSLBridge

/// What the stiff part of a flow needs of the loss at a state: c ℓ′ and c ℓ″ of every measurement, the largest |c ℓ″|, and ‖c ℓ′‖₂.
///
/// They change slowly and mostly shrink: they are measured at the start and whenever a block is formed.
package final class LossCurvature {
  /// c ℓ′.
  package let first: Buffer<Double>
  /// c ℓ″.
  package let second: Buffer<Double>
  /// The largest |c ℓ″|.
  package private(set) var largest = 0.0
  /// ‖c ℓ′‖₂.
  package private(set) var weightNorm = 0.0
  private let objective: Objective
  private var isMeasured = false

  /// Nothing is measured yet.
  package init(_ objective: Objective) {
    self.objective = objective
    first = Buffer(count: objective.measurementCount)
    second = Buffer(count: objective.measurementCount)
  }

  /// Measures at θ.
  package func measure(_ parameters: UnsafePointer<Double>) {
    objective.curvatures(parameters, first: first.pointer, second: second.pointer)
    weightNorm = BLAS.norm2(count: first.count, first.pointer)
    var largest = 0.0
    let (count, curvatures) = (second.count, second.pointer)
    for k in 0..<count { largest = max(largest, abs(curvatures[k])) }
    self.largest = largest
    isMeasured = true
  }

  /// Measures at θ if nothing has been measured before.
  package func measureOnce(_ parameters: UnsafePointer<Double>) {
    if !isMeasured { measure(parameters) }
  }
}
