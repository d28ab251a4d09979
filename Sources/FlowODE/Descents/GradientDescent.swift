import Models

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
  /// - Throws: ``ExperimentError`` if the start does not fit, is not finite, or no iteration or 10¹⁵ and more would be
  ///   done; what an observer throws. Divergence and interruption are outcomes.
  public func run(
    from start: [Double], grid: SaveGrid, maxSteps: Int = .max, observers: [any TrajectoryObserver]
  ) throws -> Trajectory {
    guard start.count == objective.parameterCount else {
      throw ExperimentError(
        "the start has \(start.count) numbers, the model \(objective.parameterCount) parameters",
        remedy: "use a start made for this model")
    }
    if let k = start.firstIndex(where: { !$0.isFinite }) {
      throw ExperimentError(
        "entry \(k) of the start is not finite: \(start[k])", remedy: "use a smaller --init-scale or another start")
    }
    guard objective.value(start).isFinite else {
      throw ExperimentError("the loss is not finite at the start", remedy: "use a smaller start or rescale the data")
    }
    let horizon = grid.times[grid.times.count - 1]
    guard plan.learningRate <= horizon * (1 + 4 * Double.ulpOfOne) else {
      throw ExperimentError(
        "the learning rate \(plan.learningRate) is above the horizon \(horizon), so there is nothing to do",
        remedy: "lower --learning-rate or raise --until")
    }
    return try Descent(
      objective: objective, layout: model.layout, optimizer: PlainGradientDescent(), plan: plan, start: start
    ).run(
      model: model, grid: grid, stops: stops, maxSteps: maxSteps, observers: observers, isCancelled: isCancelled)
  }
}
