/// ℓ(r) = r²/2 for |r| ≤ δ and δ(|r| − δ/2) beyond; continuously differentiable, with a second derivative that jumps at |r| = δ.
public struct HuberLoss: Loss {
  /// The threshold δ > 0.
  public let delta: Double

  /// - Throws: ``Refusal`` unless δ is positive and finite.
  public init(delta: Double) throws(Refusal) {
    guard delta > 0, delta.isFinite else {
      throw Refusal("the Huber threshold is \(delta)", remedy: "use loss.huber-delta with a positive number")
    }
    self.delta = delta
  }

  public var identifier: String { "huber" }
  public var formula: String { "r^2/2 for |r| <= \(delta), \(delta)(|r| - \(delta)/2) beyond" }
  public var nonsmoothness: String? { nil }
  public var kinks: [Double] { [delta, -delta] }
  public var linearBranch: Double? { delta }

  public func sum(_ residuals: UnsafePointer<Double>, count: Int) -> Double {
    var total = 0.0
    for k in 0..<count {
      let size = abs(residuals[k])
      total += size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta)
    }
    return total
  }

  public func derivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count {
      let r = residuals[k]
      result[k] = scale * (r > delta ? delta : (r < -delta ? -delta : r))
    }
  }

  public func secondDerivatives(
    _ residuals: UnsafePointer<Double>, count: Int, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<count { result[k] = abs(residuals[k]) <= delta ? scale : 0 }
  }
}
