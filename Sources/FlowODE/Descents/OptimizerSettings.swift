/// Constants that methods may take; each refuses what is not its own.
public struct OptimizerSettings: Sendable, Equatable {
  /// μ of momentum and nesterov.
  public var momentum: Double?
  /// τ of heavy-ball.
  public var friction: Double?
  /// Observations per gradient of sgd.
  public var batch: Int?
  /// Seed of sgd's batches.
  public var seed: UInt64

  /// nil leaves a constant at its default.
  public init(momentum: Double? = nil, friction: Double? = nil, batch: Int? = nil, seed: UInt64 = 1) {
    self.momentum = momentum
    self.friction = friction
    self.batch = batch
    self.seed = seed
  }
}
