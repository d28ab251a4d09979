import GSLBridge

/// What an integration or a descent leaves behind besides what its observers kept.
public struct Trajectory: Sendable, Equatable, Codable {
  /// How the run ended.
  public let outcome: Outcome
  /// Time of the last state: flow time, or Σ η for a descent.
  public var time: Double { clock.total }
  /// The same as it is kept.
  public let clock: FlowTime
  /// What it cost.
  public let counts: StepCounts
  /// θ at the last accepted state, also when the outcome is a failure.
  public let parameters: [Double]
  /// The quadrature states there.
  public let quadratures: [Double]
  /// Loss there.
  public let loss: Double
  /// The located events, in the order of time.
  public var events: [EventHit] = []
  /// The residuals' passages through the levels that were looked for; nil where none were.
  public var kinks: KinkCrossings? = nil
  /// What became of the model's own kinks; nil where it has none, or they were not held.
  public var modelKinks: ModelKinks? = nil
  /// States at which rates were evaluated along the continuation, accepted ones included; nil where none were to be.
  public var pathEvaluations: Int? = nil
  /// When the flow came to rest, as far as double precision can tell; nil if it did not.
  public var rest: FlowTime? = nil
  /// When the flow met the kink of its loss that it can only slide along; nil if it met none.
  public var slide: FlowTime? = nil
  /// What a method that chooses among others has chosen, in words; nil for the others.
  public var choice: String? = nil
}
