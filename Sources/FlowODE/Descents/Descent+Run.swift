import GSLBridge
import Models

extension Descent {
  /// The one loop that runs a descent for observers of trajectories: iterations until `until`, or until a stop condition
  /// holds. The first iteration at or after each of the grid's times counts as a save.
  ///
  /// - Throws: what an observer throws, or ``Refusal``. Divergence and interruption are outcomes.
  public func run(
    model: Model, grid: SaveGrid, stops: [StopCondition] = [], maxSteps: Int = .max,
    observers: [any TrajectoryObserver], isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Trajectory {
    // A horizon that is a multiple of the time step up to rounding counts as that multiple.
    let slack = 1 + 4 * Double.ulpOfOne
    let horizon = grid.times[grid.times.count - 1] * slack
    if let timeStep, horizon / timeStep >= 1e15 {
      throw Refusal(
        "\(horizon / timeStep) iterations would be needed", remedy: "raise the learning rate or lower integration.until"
      )
    }
    let point = TrajectoryPoint(objective: objective, field: nil, state: parameters)
    var nextSave = 0
    let observers = observers + (model.examine.map { [StepExaminer($0)] } ?? [])

    func finish(_ outcome: Outcome) -> Trajectory {
      Trajectory(
        outcome: outcome, clock: FlowTime(remainder: time),
        counts: StepCounts(accepted: iteration, rejected: 0, evaluations: iteration, jacobians: 0),
        parameters: Array(UnsafeBufferPointer(start: parameters, count: objective.parameterCount)), quadratures: [],
        loss: objective.value(parameters))
    }

    while true {
      var isSave = false
      while nextSave < grid.times.count, time * slack >= grid.times[nextSave] {
        isSave = true
        nextSave += 1
      }
      // Steps that vary end at the first time that is not before the horizon, rounding apart.
      let isLast = timeStep.map { Double(iteration + 1) * $0 > horizon } ?? (nextSave == grid.times.count)
      point.move(
        to: parameters, clock: FlowTime(remainder: time),
        TrajectoryPoint.Place(steps: iteration, isSave: isSave || isLast))
      let met = stops.first { $0.excess(at: point, model: model) <= 0 }
      let isSpent = iteration >= maxSteps && !isLast
      if met != nil || isSpent { point.markAsSave() }
      do {
        for observer in observers { try observer.observe(point) }
      } catch let error as EndOfRun {
        return finish(.failed(sentence: error.sentence, remedy: error.remedy, time: FlowTime(remainder: time)))
      }
      if let met { return finish(.stopped(met, time: FlowTime(remainder: time))) }
      if isLast {
        if point.loss.isFinite { return finish(.reachedEnd) }
        let sentence =
          "\(optimizer.identifier) diverged: the loss is \(point.loss) at iteration \(iteration), t = \(FlowTime(remainder: time).short)"
        return finish(.failed(sentence: sentence, remedy: "lower the learning rate", time: FlowTime(remainder: time)))
      }
      if isSpent { return finish(.stepLimit(steps: iteration, time: FlowTime(remainder: time))) }
      if isCancelled() { return finish(.interrupted(time: FlowTime(remainder: time))) }
      if !step() {
        return finish(
          .failed(
            sentence: "\(optimizer.identifier) \(divergence ?? ""), t = \(FlowTime(remainder: time).short)",
            remedy: "lower the learning rate",
            time: FlowTime(remainder: time)))
      }
    }
  }

  /// A descent in one call, from a start until the grid's last time or until a stop condition holds: of gradient descent the
  /// iterations θ_{k+1} = θ_k − η ρ_b ∇_b f(θ_k), k = 1, …, ⌊until/η⌋, at times kη.
  ///
  /// - Throws: ``Refusal`` if the start does not fit or is not finite, if no iteration or 10¹⁵ and more would be done, or if a batch is
  ///   larger than the data; what an observer throws. Divergence and interruption are outcomes.
  public static func descend(
    _ optimizer: any Optimizer = PlainGradientDescent(), plan: DescentPlan, model: Model, objective: Objective,
    from start: [Double], grid: SaveGrid, stops: [StopCondition] = [], maxSteps: Int = .max,
    observers: [any TrajectoryObserver], isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Trajectory {
    guard start.count == objective.parameterCount else {
      throw Refusal(
        "the start has \(start.count) numbers, the model \(objective.parameterCount) parameters",
        remedy: "use a start made for this model")
    }
    if let k = start.firstIndex(where: { !$0.isFinite }) {
      throw Refusal(
        "entry \(k) of the start is not finite: \(start[k])", remedy: "use a smaller init.scale or another start")
    }
    guard objective.value(start).isFinite else {
      throw Refusal("the loss is not finite at the start", remedy: "use a smaller start or rescale the data")
    }
    let horizon = grid.times[grid.times.count - 1]
    if let step = optimizer.timeStep(learningRate: plan.learningRate), step > horizon * (1 + 4 * Double.ulpOfOne) {
      throw Refusal(
        "the learning rate \(plan.learningRate) makes steps of time \(step), above the horizon \(horizon), so there is nothing to do",
        remedy: "lower integration.learning-rate or raise integration.until")
    }
    return try Descent(objective: objective, layout: model.layout, optimizer: optimizer, plan: plan, start: start).run(
      model: model, grid: grid, stops: stops, maxSteps: maxSteps, observers: observers, isCancelled: isCancelled)
  }
}
