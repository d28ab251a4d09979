import Models

/// Constants that methods may take; each refuses what is not its own.
public struct OptimizerSettings: Sendable, Equatable {
  /// μ of momentum and nesterov.
  public var momentum: Double?
  /// τ of heavy-ball.
  public var friction: Double?
  /// ε of group-rmsprop and adam.
  public var epsilon: Double?
  /// Observations per gradient of sgd.
  public var batch: Int?
  /// Seed of sgd's batches.
  public var seed: UInt64

  /// nil leaves a constant at its default.
  public init(
    momentum: Double? = nil, friction: Double? = nil, epsilon: Double? = nil, batch: Int? = nil, seed: UInt64 = 1
  ) {
    self.momentum = momentum
    self.friction = friction
    self.epsilon = epsilon
    self.batch = batch
    self.seed = seed
  }
}

extension OptimizerSettings {
  /// ε, which keeps a division by a root mean square from being one by zero.
  ///
  /// - Throws: ``Refusal`` unless it is positive and finite.
  func epsilon(default standard: Double) throws(Refusal) -> Double {
    let epsilon = epsilon ?? standard
    guard epsilon > 0, epsilon.isFinite else {
      throw Refusal("ε is \(epsilon)", remedy: "give compare.epsilon a positive number, such as \(standard)")
    }
    return epsilon
  }
}
