/// ℓ(ŷ, y) = r², r = ŷ − y.
public struct SquaredLoss: Loss {
  public static let identifier = "l2"
  public static let summary = "r²"

  /// The loss, which has no constants.
  public init(_ constants: LossConstants = .none) {}
  public var formula: String { "r^2" }
  public var isSquare: Bool { true }
  public var isConvex: Bool { true }
  public var vanishesAtTargets: Bool { true }

  public func sum(_ fit: Fit) -> Double {
    let (predictions, targets) = (fit.predictions, fit.targets)
    var total = 0.0
    for k in 0..<fit.count {
      let r = predictions[k] - targets[k]
      total += r * r
    }
    return total
  }

  public func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count { result[k] = 2 * scale * (predictions[k] - targets[k]) }
  }

  public func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for k in 0..<fit.count { result[k] = 2 * scale }
  }
}
