import GSLBridge

/// What the stiff part of a flow needs of the loss at a state: c ℓ′ and c ℓ″ of every prediction, a bound on c ‖ℓ″‖, and ‖c ℓ′‖₂.
///
/// They change slowly and mostly shrink: they are measured at the start and whenever a block is formed.
package final class LossCurvature {
  /// c ℓ′.
  package let first: Buffer<Double>
  /// c ∂²ℓ/∂ŷ², the diagonal of c ℓ″: all of it unless the loss couples outputs.
  package let second: Buffer<Double>
  /// The largest Σ |c ∂²ℓ/∂ŷ²| over the outputs that the loss couples: the largest |c ℓ″| of a loss that couples none, and the
  /// largest trace of a convex one, which bounds its norm.
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
    let width = objective.loss.couplesOutputs ? objective.outputs : 1
    for start in stride(from: 0, to: count, by: width) {
      var sum = 0.0
      for k in start..<start + width { sum += abs(curvatures[k]) }
      largest = max(largest, sum)
    }
    self.largest = largest
    isMeasured = true
  }

  /// Measures at θ if nothing has been measured before.
  package func measureOnce(_ parameters: UnsafePointer<Double>) {
    if !isMeasured { measure(parameters) }
  }
}
