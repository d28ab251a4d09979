import GSLBridge

/// Discrete gradient descent θ_{k+1} = θ_k − η ρ_b ∇_b f(θ_k), shown to the same observers as a flow.
///
/// The time of iteration k is t_k = kη, which is what a comparison with gradient flow needs.
public struct GradientDescent {
  public let model: any Model
  public let objective: Objective
  /// η > 0.
  public let learningRate: Double
  /// ρ, one rate per parameter block; nil means 1 everywhere.
  public let blockRates: [Double]
  public let stops: [StopCondition]
  private let isCancelled: @Sendable () -> Bool

  /// - Throws: ``ExperimentError`` unless η is positive and finite.
  public init(
    model: any Model, objective: Objective, learningRate: Double, blockRates: [Double]? = nil,
    stops: [StopCondition] = [], isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(ExperimentError) {
    guard learningRate > 0, learningRate.isFinite else {
      throw ExperimentError("the learning rate is \(learningRate)", remedy: "give --learning-rate a positive number")
    }
    self.model = model
    self.objective = objective
    self.learningRate = learningRate
    self.blockRates = blockRates ?? Array(repeating: 1, count: model.layout.blocks.count)
    self.stops = stops
    self.isCancelled = isCancelled
  }

  /// Runs the iterations k = 1, …, ⌊until/η⌋, or until a stop condition holds, and marks as saves the first iteration at or
  /// after each of the grid's times.
  ///
  /// - Throws: what an observer throws. Divergence and interruption are outcomes.
  public func run(
    from start: [Double], grid: SaveGrid, maxSteps: Int = .max, observers: [any TrajectoryObserver]
  ) throws -> Trajectory {
    let n = objective.parameterCount
    let state = UnsafeMutablePointer<Double>.allocate(capacity: 2 * n)
    let gradient = state + n
    defer { state.deallocate() }
    state.initialize(repeating: 0, count: 2 * n)
    for i in 0..<n { state[i] = start[i] }
    let point = TrajectoryPoint(objective: objective, field: nil, state: state)
    let horizon = grid.times[grid.times.count - 1]
    // A horizon that is a multiple of η up to rounding counts as that multiple.
    let exact = horizon / learningRate
    guard exact < 1e15 else {
      throw ExperimentError(
        "\(exact) iterations would be needed", remedy: "raise --learning-rate or lower --until")
    }
    let iterations = Int((exact * (1 + 4 * Double.ulpOfOne)).rounded(.down))
    var nextSave = 1
    var time = 0.0
    var evaluations = 0

    func finish(_ outcome: Outcome, _ iteration: Int) -> Trajectory {
      Trajectory(
        outcome: outcome, time: time,
        counts: StepCounts(accepted: iteration, rejected: 0, evaluations: evaluations, jacobians: 0),
        parameters: Array(UnsafeBufferPointer(start: state, count: n)), quadratures: [],
        loss: objective.value(state))
    }

    for iteration in 0...iterations {
      if iteration > 0 {
        let before = time
        if isCancelled() { return finish(.interrupted(time: before), iteration - 1) }
        let loss = objective.gradient(state, into: gradient)
        evaluations += 1
        guard loss.isFinite, BLAS.norm2(count: n, gradient).isFinite else {
          let sentence = "gradient descent diverged: loss \(loss) at iteration \(iteration - 1), t = \(before)"
          return finish(.failed(sentence: sentence, remedy: "lower the learning rate", time: before), iteration - 1)
        }
        for (block, rate) in zip(model.layout.blocks, blockRates) {
          let step = learningRate * rate
          for i in block.range { state[i] -= step * gradient[i] }
        }
        time = Double(iteration) * learningRate
      }
      var isSave = iteration == 0 || iteration == iterations
      while nextSave < grid.times.count, time >= grid.times[nextSave] * (1 - 4 * Double.ulpOfOne) {
        isSave = true
        nextSave += 1
      }
      point.move(to: state, time: time, steps: iteration, isSave: isSave, errorEstimate: 0)
      let met = stops.first { $0.excess(at: point, model: model) <= 0 }
      if met != nil, !isSave { point.move(to: state, time: time, steps: iteration, isSave: true, errorEstimate: 0) }
      for observer in observers { try observer.observe(point) }
      if let met { return finish(.stopped(met, time: time), iteration) }
      if iteration >= maxSteps, iteration < iterations {
        return finish(.stepLimit(steps: iteration, time: time), iteration)
      }
    }
    return finish(.reachedEnd, iterations)
  }
}
