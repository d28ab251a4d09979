import CMath

/// ℓ(ŷ, y) = exp(−y ŷ) of a score ŷ and a label y ∈ {−1, 1}.
///
/// Its infimum 0 is attained nowhere: on data that can be told apart, gradient flow drives scores to infinity. At y ŷ < −709 it is
/// beyond the largest double, and so infinite.
public struct ExponentialLoss: Loss {
  public static let identifier = "exponential"
  public static let summary = "exp(−yŷ) of labels y = ±1"

  /// The loss, which has no constants.
  public init(_ constants: LossConstants = .none) {}
  public var formula: String { "exp(-y ŷ)" }
  public var isConvex: Bool { true }

  public func check(targets: [Double], outputs: Int) throws(Refusal) {
    try ClassLabels.checkSigns(targets, outputs: outputs, loss: identifier)
  }

  public func sum(_ fit: Fit) -> Double {
    let (predictions, targets) = (fit.predictions, fit.targets)
    var total = 0.0
    for k in 0..<fit.count { total += exp(-targets[k] * predictions[k]) }
    return total
  }

  public func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count { result[k] = -scale * targets[k] * exp(-targets[k] * predictions[k]) }
  }

  public func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count { result[k] = scale * exp(-targets[k] * predictions[k]) }
  }
}
