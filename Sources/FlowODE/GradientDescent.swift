/// Gradient descent θ_{k+1} = θ_k − η ρ_b ∇_b f(θ_k) from start to horizon in one call; iteration k has time kη.
public struct GradientDescent {
  public let model: any Model
  public let objective: Objective
  /// η and ρ.
  public let plan: DescentPlan
  public let stops: [StopCondition]
  private let isCancelled: @Sendable () -> Bool

  /// - Parameter blockRates: ρ, one rate per parameter block; nil means 1 everywhere.
  /// - Throws: ``ExperimentError`` unless η is positive and finite.
  public init(
    model: any Model, objective: Objective, learningRate: Double, blockRates: [Double]? = nil,
    stops: [StopCondition] = [], isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(ExperimentError) {
    self.model = model
    self.objective = objective
    plan = try DescentPlan(learningRate: learningRate, blockRates: blockRates)
    self.stops = stops
    self.isCancelled = isCancelled
  }

  /// Runs the iterations k = 1, …, ⌊until/η⌋, or until a stop condition holds.
  ///
  /// - Throws: what an observer throws. Divergence and interruption are outcomes.
  public func run(
    from start: [Double], grid: SaveGrid, maxSteps: Int = .max, observers: [any TrajectoryObserver]
  ) throws -> Trajectory {
    try Descent(
      objective: objective, layout: model.layout, optimizer: PlainGradientDescent(), plan: plan, start: start
    ).run(
      model: model, grid: grid, stops: stops, maxSteps: maxSteps, observers: observers, isCancelled: isCancelled)
  }
}
