import CMath

/// ℓ(ŷ, y) = log(1 + exp(−y ŷ)) of a score ŷ and a label y ∈ {−1, 1}.
///
/// Its infimum 0 is attained nowhere: on data that can be told apart, gradient flow drives scores to infinity.
public struct LogisticLoss: Loss {
  public static let identifier = "logistic"
  public static let summary = "log(1 + exp(−yŷ)) of labels y = ±1"

  /// The loss, which has no constants.
  public init(_ constants: LossConstants = .none) {}
  public var formula: String { "log(1 + exp(-y ŷ))" }
  public var isConvex: Bool { true }

  public func check(targets: [Double], outputs: Int) throws(Refusal) {
    try ClassLabels.checkSigns(targets, outputs: outputs, loss: identifier)
  }

  public func sum(_ fit: Fit) -> Double {
    let (predictions, targets) = (fit.predictions, fit.targets)
    var total = 0.0
    for k in 0..<fit.count {
      let margin = targets[k] * predictions[k]
      // No exponential overflows, and small losses keep their digits.
      total += log1p(exp(-abs(margin))) + (margin < 0 ? -margin : 0)
    }
    return total
  }

  public func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count {
      let margin = targets[k] * predictions[k]
      let part = exp(-abs(margin))
      result[k] = -scale * targets[k] * (margin < 0 ? 1 : part) / (1 + part)
    }
  }

  public func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count {
      let part = exp(-abs(targets[k] * predictions[k]))
      result[k] = scale * part / ((1 + part) * (1 + part))
    }
  }
}
