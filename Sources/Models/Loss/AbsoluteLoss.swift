/// ℓ(r) = |r|, with the subgradient 0 at r = 0.
public struct AbsoluteLoss: Loss {
  /// The loss, which has no constants.
  public init() {}
  public var identifier: String { "l1" }
  public var formula: String { "|r|" }
  public var nonsmoothness: String? {
    "l1 is not differentiable where a residual is 0: the subgradient 0 is used there, and a trajectory that reaches "
      + "such a kink makes claims that ask for a differentiable loss vacuous"
  }
  public var kinks: [Double] { [0] }

  public func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double {
    var total = 0.0
    for k in 0..<count { total += abs(residuals[k]) }
    return total
  }

  public func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count {
      let r = residuals[k]
      result[k] = r > 0 ? scale : (r < 0 ? -scale : (r == 0 ? 0 : r))
    }
  }

  public func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = 0 }
  }
}
