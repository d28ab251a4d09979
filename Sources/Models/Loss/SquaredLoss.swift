/// ℓ(r) = r².
public struct SquaredLoss: Loss {
  /// The loss, which has no constants.
  public init() {}
  public var identifier: String { "l2" }
  public var formula: String { "r^2" }
  public var nonsmoothness: String? { nil }

  public func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double {
    var total = 0.0
    for k in 0..<count { total += residuals[k] * residuals[k] }
    return total
  }

  public func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = 2 * scale * residuals[k] }
  }

  public func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = 2 * scale }
  }
}
