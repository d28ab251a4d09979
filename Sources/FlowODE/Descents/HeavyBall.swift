import Models

/// Semi-implicit Euler steps of size η for the heavy-ball flow: v ← (1 − τη)v − ηg, θ ← θ + ηv.
///
/// In the usual notation this is momentum with learning rate η² and μ = 1 − τη: the regime in which inertia survives the
/// limit η → 0, unlike a fixed μ.
public struct HeavyBall: Optimizer {
  /// τ.
  public let friction: Double

  /// - Throws: ``Refusal`` unless τ is finite and not negative.
  public init(friction: Double) throws(Refusal) {
    guard friction >= 0, friction.isFinite else {
      throw Refusal("the friction is \(friction)", remedy: "give compare.friction a number of at least 0")
    }
    self.friction = friction
  }

  public var identifier: String { "heavy-ball" }
  public var formula: String { "v ← (1 − \(friction)η)v − ηg, θ ← θ + ηv" }
  public var limit: LimitFlow { .heavyBallFlow(friction: friction) }
  /// Momentum's limit 2(1 + μ)/η with learning rate η² and μ = 1 − τη.
  public func stableCurvature(step: Double) -> Double? { 2 * (2 - friction * step) / (step * step) }
  public func makeUpdate(count: Int) -> any UpdateRule { HeavyBallUpdate(count: count, friction: friction) }
}

final class HeavyBallUpdate: UpdateRule {
  private let count: Int
  private let friction: Double
  private let velocity: Buffer<Double>
  private(set) var isAtRest = false

  init(count: Int, friction: Double) {
    self.count = count
    self.friction = friction
    velocity = Buffer(count: count)
  }

  func update(
    _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, learningRate: Double
  ) -> Double {
    let velocity = velocity.pointer
    let kept = 1 - friction * learningRate
    var changed: UInt64 = 0
    for i in 0..<count {
      let speed = kept * velocity[i] - learningRate * gradient[i]
      let moved = parameters[i] + learningRate * speed
      changed |= (speed.bitPattern ^ velocity[i].bitPattern) | (moved.bitPattern ^ parameters[i].bitPattern)
      velocity[i] = speed
      parameters[i] = moved
    }
    isAtRest = changed == 0
    return learningRate
  }
}
