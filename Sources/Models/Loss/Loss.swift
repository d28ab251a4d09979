/// A loss ℓ(r) of one residual r = ŷ − y, summed over the measurements.
///
/// To add a loss, write a conforming type and register it in ``LossCatalog``.
public protocol Loss: Sendable {
  /// The loss's name on the command line: `l2`, `l1`, `huber`.
  var identifier: String { get }
  /// ℓ as a formula, with its parameters filled in.
  var formula: String { get }
  /// Where ℓ is not differentiable and what is done there; nil for a continuously differentiable ℓ.
  var nonsmoothness: String? { get }
  /// Residuals at which ℓ′ or ℓ″ jumps: an expansion in the learning rate loses its order where one is crossed.
  var kinks: [Double] { get }
  /// The δ beyond which ℓ is linear on either side, for a continuously differentiable ℓ with such branches: while all |r| > δ,
  /// ∇L does not change. nil for others.
  var linearBranch: Double? { get }

  /// Σₖ ℓ(rₖ).
  func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double
  /// Writes scale · ℓ′(rₖ).
  func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>)
  /// Writes scale · ℓ″(rₖ), taken as the one-sided or zero value at isolated points where ℓ″ does not exist.
  func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>)
}

extension Loss {
  public var kinks: [Double] { [] }
  public var linearBranch: Double? { nil }
}
