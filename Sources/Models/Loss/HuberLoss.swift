/// ℓ(ŷ, y) = r²/2 for |r| ≤ δ and δ(|r| − δ/2) beyond, r = ŷ − y; continuously differentiable, with a second derivative that
/// jumps at |r| = δ.
public struct HuberLoss: Loss {
  public static let identifier = "huber"
  public static let summary = "r²/2 up to δ, linear beyond"
  public static let constants = [
    LossConstant(
      "delta", "threshold δ", example: 0.5, range: "a positive number", setting: "loss.huber-delta", admits: { $0 > 0 })
  ]

  /// The threshold δ > 0.
  public let delta: Double

  public init(_ constants: LossConstants) { delta = constants["delta"] }

  /// - Throws: ``Refusal`` unless δ is positive and finite.
  public init(delta: Double) throws(Refusal) { self = try Self.make(["delta": delta]) }

  public var formula: String { "r^2/2 for |r| <= \(delta), \(delta)(|r| - \(delta)/2) beyond" }
  public var kinks: [Double] { [delta, -delta] }
  public var linearBranch: Double? { delta }
  public var isConvex: Bool { true }
  public var vanishesAtTargets: Bool { true }

  public func sum(_ fit: Fit) -> Double {
    let (predictions, targets) = (fit.predictions, fit.targets)
    var total = 0.0
    for k in 0..<fit.count {
      let size = abs(predictions[k] - targets[k])
      total += size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta)
    }
    return total
  }

  public func derivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count {
      let r = predictions[k] - targets[k]
      result[k] = scale * (r > delta ? delta : (r < -delta ? -delta : r))
    }
  }

  public func secondDerivatives(_ fit: Fit, scale: Double, into result: UnsafeMutablePointer<Double>) {
    let (predictions, targets) = (fit.predictions, fit.targets)
    for k in 0..<fit.count { result[k] = abs(predictions[k] - targets[k]) <= delta ? scale : 0 }
  }
}
