import Models

/// Momentum at a fixed μ ∈ [0, 1): d ← μd − ηg, θ ← θ + d, with g at θ (heavy ball) or at θ + μd (Nesterov).
///
/// As η → 0 the iterates follow gradient flow, one iteration standing for flow time η/(1 − μ), with an error O(η)
/// (Kovachki and Stuart 2021, "Continuous time analysis of momentum methods", Theorem 2).
public struct Momentum: Optimizer {
  /// μ.
  public let momentum: Double
  /// Whether the gradient is taken at the extrapolated point.
  public let looksAhead: Bool

  /// - Throws: ``Refusal`` unless 0 ≤ μ < 1.
  public init(_ momentum: Double, looksAhead: Bool) throws(Refusal) {
    guard momentum >= 0, momentum < 1 else {
      throw Refusal("the momentum is \(momentum)", remedy: "give compare.momentum a number in [0, 1), such as 0.9")
    }
    self.momentum = momentum
    self.looksAhead = looksAhead
  }

  public var identifier: String { looksAhead ? "nesterov" : "momentum" }
  public var formula: String {
    "d ← \(momentum)d − ηg\(looksAhead ? ", g at θ + \(momentum)d" : ""), θ ← θ + d; t = kη/(1 − \(momentum))"
  }
  public var limit: LimitFlow { .gradientFlow }
  public func timeStep(learningRate: Double) -> Double? { learningRate / (1 - momentum) }
  /// The roots of z² − (1 + μ − ηλ)z + μ, or of z² − (1 − ηλ)((1 + μ)z − μ) with look-ahead, leave the unit disc at −1.
  public func stableCurvature(step: Double) -> Double? {
    2 * (1 + momentum) / (step * (looksAhead ? 1 + 2 * momentum : 1))
  }
  /// Up to there the roots are real: (1 − √μ)²/h, or ((1 − μ)/(1 + μ))²/h with look-ahead.
  public func regularCurvature(step: Double) -> Double? {
    let root = looksAhead ? (1 - momentum) / (1 + momentum) : 1 - momentum.squareRoot()
    return root * root / step
  }
  public var memory: Double { 1 / (1 - momentum) }
  public func makeUpdate(count: Int) -> any UpdateRule {
    MomentumUpdate(count: count, momentum: momentum, looksAhead: looksAhead)
  }
}

final class MomentumUpdate: UpdateRule {
  private let count: Int
  private let momentum: Double
  /// d = θ_k − θ_{k−1}.
  private let displacement: Buffer<Double>
  private let ahead: Buffer<Double>?
  private(set) var isAtRest = false

  init(count: Int, momentum: Double, looksAhead: Bool) {
    self.count = count
    self.momentum = momentum
    displacement = Buffer(count: count)
    ahead = looksAhead ? Buffer(count: count) : nil
  }

  func gradientPoint(_ parameters: UnsafePointer<Double>) -> UnsafePointer<Double> {
    guard let ahead = ahead?.pointer else { return parameters }
    let displacement = displacement.pointer
    for i in 0..<count { ahead[i] = parameters[i] + momentum * displacement[i] }
    return UnsafePointer(ahead)
  }

  func update(
    _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, learningRate: Double
  ) -> Double {
    let displacement = displacement.pointer
    var changed: UInt64 = 0
    for i in 0..<count {
      let step = momentum * displacement[i] - learningRate * gradient[i]
      let moved = parameters[i] + step
      changed |= (step.bitPattern ^ displacement[i].bitPattern) | (moved.bitPattern ^ parameters[i].bitPattern)
      displacement[i] = step
      parameters[i] = moved
    }
    isAtRest = changed == 0
    return learningRate
  }
}
