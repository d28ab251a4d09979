/// ℓ(ŷ, y) = |r|, r = ŷ − y, with the subgradient 0 at r = 0.
public struct AbsoluteLoss: Loss {
  public static let identifier = "l1"
  public static let summary = "|r|; not differentiable at 0"

  /// The loss, which has no constants.
  public init(_ constants: LossConstants = .none) {}
  public var formula: String { "|r|" }
  public var nonsmoothness: String? {
    "l1 is not differentiable where a residual is 0: the subgradient 0 is used there, and a trajectory that reaches "
      + "such a kink makes claims that ask for a differentiable loss vacuous"
  }
  public var kinks: [Double] { [0] }
  public var isConvex: Bool { true }
  public var vanishesAtTargets: Bool { true }

  public func sum(_ fit: Fit) -> Double {
    let (predictions, targets) = (fit.predictions, fit.targets)
    var total = 0.0
    for k in 0..<fit.count { total += abs(predictions[k] - targets[k]) }
    return total
  }

  public func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count {
      let r = predictions[k] - targets[k]
      result[k] = r > 0 ? scale : (r < 0 ? -scale : (r == 0 ? 0 : r))
    }
  }

  public func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for k in 0..<fit.count { result[k] = 0 }
  }
}
