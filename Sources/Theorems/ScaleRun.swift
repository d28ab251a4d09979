import FlowODE

/// One integration of gradient flow for a study over scales.
enum ScaleRun {
  /// - Throws: ``InterruptedRun``; ``ExperimentError`` if the integration gives up.
  static func integrate(
    _ experiment: Experiment, tolerance: Double, grid: SaveGrid, events: [Event] = [],
    quadratures: [any Quadrature] = [], observers: [any TrajectoryObserver] = [],
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Trajectory {
    let flow = GradientFlow(
      objective: try experiment.objective(), layout: experiment.problem.model.layout, quadratures: quadratures,
      isCancelled: isCancelled)
    var plan = experiment.plan(relativeTolerance: tolerance, grid: grid)
    plan.events = events
    let trajectory = try Integrator(model: experiment.problem.model, field: flow, plan: plan)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
    guard trajectory.outcome.isComplete else {
      throw ExperimentError(
        "at rtol \(tableSetting(tolerance)) \(trajectory.outcome.sentence)", remedy: trajectory.outcome.remedy)
    }
    return trajectory
  }
}
