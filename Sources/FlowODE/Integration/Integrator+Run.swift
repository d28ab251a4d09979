import Models

extension Integrator {
  /// Integrates from `start` (θ at t = 0; quadrature states begin at 0).
  ///
  /// - Throws: what an observer throws, or ``Refusal``; trouble of the integration itself is an ``Outcome``.
  public func run(from start: [Double], observers: [any TrajectoryObserver]) throws -> Trajectory {
    try plan.method.check(dimension: field.dimension)
    let count = field.objective.parameterCount
    guard start.count == count else {
      throw Refusal(
        "the start has \(start.count) numbers, the model \(count) parameters", remedy: "use a start made for this model"
      )
    }
    if let k = start.firstIndex(where: { !$0.isFinite }) {
      throw Refusal(
        "entry \(k) of the start is not finite: \(start[k])", remedy: "use a smaller init.scale or another start")
    }
    guard let examine = model.examine else {
      var loop = try EventLoop(self, from: start, observers: observers)
      return try loop.run()
    }
    try examine(start)
    var loop = try EventLoop(self, from: start, observers: observers + [StepExaminer(examine)])
    let trajectory = try loop.run()
    try examine(trajectory.parameters)
    return trajectory
  }
}
