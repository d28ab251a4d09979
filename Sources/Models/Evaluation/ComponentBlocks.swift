/// An evaluator of a model that is a sum of components, whose Hessian blocks can be formed exactly and cheaply.
package protocol ComponentBlockEvaluator: Evaluator {
  /// The model's blocks; they own their work memory.
  func makeComponentBlocks() -> any ComponentBlocks
}

/// Hessian blocks of f = Σₖ over chosen components of a model.
package protocol ComponentBlocks: AnyObject {
  /// Number of components R.
  var componentCount: Int { get }
  /// θ as a matrix, row-major, whose columns are the components.
  var rowCount: Int { get }
  /// Writes, for each component, an estimate of the norm of its own Hessian block.
  ///
  /// - Parameters:
  ///   - curvature: the largest c ℓ″.
  ///   - weightNorm: ‖c ℓ′‖₂ over all measurements.
  func scales(
    _ parameters: UnsafePointer<Double>, curvature: Double, weightNorm: Double,
    into scales: UnsafeMutablePointer<Double>)
  /// Writes Jᵀ diag(second) J + Σₖ firstₖ ∇²ŷₖ over the parameters of the chosen components: coordinate (row, place of the
  /// component among the chosen), row-major.
  func block(
    _ parameters: UnsafePointer<Double>, components: [Int], first: UnsafePointer<Double>,
    second: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>)
}
