import CMath

/// ℓ(z, y) = log Σ_j exp z_j − ⟨y, z⟩ of the scores z and the probabilities y of a measurement's classes, y ≥ 0 with sum 1: the
/// cross-entropy of y and p = softmax z.
///
/// ∇ℓ = p − y, and ∇²ℓ = diag(p) − ppᵀ couples the outputs. ℓ does not change when all z move by one number. For a y with a 0 its
/// infimum is attained nowhere. Where Σy is 1 up to rounding only, the first term is taken Σy times, so that ∇ℓ is the gradient of ℓ
/// to the last digit.
public struct CrossEntropy: Loss {
  public static let identifier = "cross-entropy"
  public static let summary = "log Σ exp z − ⟨y, z⟩ of several outputs z per measurement, y a class or probabilities"

  /// The loss, which has no constants.
  public init(_ constants: LossConstants = .none) {}
  public var formula: String { "log(sum exp(ŷ)) - <y, ŷ>" }
  public var isConvex: Bool { true }
  public var couplesOutputs: Bool { true }
  public var takesClassNumbers: Bool { true }

  public func check(targets: [Double], outputs: Int) throws(Refusal) {
    try ClassLabels.checkProbabilities(targets, outputs: outputs, loss: identifier)
  }

  /// The output of the largest score, and Σ exp(z_j − z_top) over the others. NaN anywhere makes the sum NaN.
  private static func others(_ z: UnsafePointer<Double>, _ outputs: Int) -> (top: Int, sum: Double) {
    var top = 0
    for j in 1..<max(1, outputs) where z[j] > z[top] { top = j }
    var sum = 0.0
    for j in 0..<outputs where j != top { sum += exp(z[j] - z[top]) }
    return (top, sum)
  }

  private static func total(_ y: UnsafePointer<Double>, _ outputs: Int) -> Double {
    var total = 0.0
    for j in 0..<outputs { total += y[j] }
    return total
  }

  /// As Σ_j y_j (z_top − z_j) + log(1 + Σ_{j ≠ top} exp(z_j − z_top)), whose terms do not cancel.
  public func sum(_ fit: Fit) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: fit.count, by: fit.outputs) {
      let (z, y) = (fit.predictions + start, fit.targets + start)
      let (top, sum) = Self.others(z, fit.outputs)
      total += Self.total(y, fit.outputs) * log1p(sum)
      for j in 0..<fit.outputs where y[j] != 0 { total += y[j] * (z[top] - z[j]) }
    }
    return total
  }

  public func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for start in stride(from: 0, to: fit.count, by: fit.outputs) {
      let (z, y) = (fit.predictions + start, fit.targets + start)
      let (top, sum) = Self.others(z, fit.outputs)
      let total = Self.total(y, fit.outputs)
      for j in 0..<fit.outputs {
        // p (Σy − y) − (1 − p) y: where p is close to 1, 1 − p has all its digits.
        let p = (j == top ? 1 : exp(z[j] - z[top])) / (1 + sum)
        let rest = j == top ? sum / (1 + sum) : 1 - p
        result[start + j] = scale * (p * (total - y[j]) - rest * y[j])
      }
    }
  }

  public func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    for start in stride(from: 0, to: fit.count, by: fit.outputs) {
      let z = fit.predictions + start
      let (top, sum) = Self.others(z, fit.outputs)
      let total = Self.total(fit.targets + start, fit.outputs)
      for j in 0..<fit.outputs {
        let p = (j == top ? 1 : exp(z[j] - z[top])) / (1 + sum)
        result[start + j] = scale * total * p * (j == top ? sum / (1 + sum) : 1 - p)
      }
    }
  }

  /// Σy p_j (w_j − ⟨p, w⟩) with w = v − v_top, which loses no digits where p_top is close to 1.
  public func multiplySecondDerivatives(
    _ fit: Fit, scale: Double, by direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    for start in stride(from: 0, to: fit.count, by: fit.outputs) {
      let (z, v) = (fit.predictions + start, direction + start)
      let (top, sum) = Self.others(z, fit.outputs)
      var mean = 0.0
      for j in 0..<fit.outputs where j != top {
        let p = exp(z[j] - z[top]) / (1 + sum)
        result[start + j] = p
        mean += p * (v[j] - v[top])
      }
      result[start + top] = 1 / (1 + sum)
      let factor = scale * Self.total(fit.targets + start, fit.outputs)
      for j in 0..<fit.outputs { result[start + j] *= factor * (v[j] - v[top] - mean) }
    }
  }
}
