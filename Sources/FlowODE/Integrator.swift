import GSLBridge

/// The absolute tolerance of θ: a number for every rung, or scaled with the start.
public enum AbsoluteTolerance: Sendable, Equatable {
  /// rtol × 1e-2 × the root mean square of the start's entries, so that the error made while everything is still small
  /// stays far below what is being followed (an absolute tolerance of the size of the start loses the escape time).
  case auto
  case fixed(Double)

  func value(relative: Double, start: [Double]) -> Double {
    switch self {
    case .fixed(let value): return value
    case .auto:
      let meanSquare = start.reduce(0) { $0 + $1 * $1 } / Double(max(1, start.count))
      let scale = meanSquare.squareRoot()
      return relative * 1e-2 * (scale > 0 ? scale : 1)
    }
  }
}

/// Everything about an integration that is not the flow: method, tolerance, save times, stop conditions, budget.
public struct IntegrationPlan: Sendable {
  public var method: IntegrationMethod
  /// rtol.
  public var relativeTolerance: Double
  public var absoluteTolerance: AbsoluteTolerance
  public var grid: SaveGrid
  public var stops: [StopCondition]
  /// Accepted steps after which the run is given up as incomplete.
  public var maxSteps: Int

  public init(
    method: IntegrationMethod, relativeTolerance: Double, absoluteTolerance: AbsoluteTolerance = .auto,
    grid: SaveGrid, stops: [StopCondition] = [], maxSteps: Int = 10_000_000
  ) {
    self.method = method
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.grid = grid
    self.stops = stops
    self.maxSteps = maxSteps
  }
}

/// The one loop that integrates a flow: steps exactly onto every save time, shows every accepted state to the observers
/// and ends at the horizon, at a located stop condition, or with an outcome that says why not.
public struct Integrator {
  public let model: any Model
  public let flow: GradientFlow
  public let plan: IntegrationPlan

  public init(model: any Model, flow: GradientFlow, plan: IntegrationPlan) {
    self.model = model
    self.flow = flow
    self.plan = plan
  }

  /// Integrates from `start` (θ at t = 0; quadrature states begin at 0).
  ///
  /// - Throws: what an observer throws, or ``ExperimentError``; trouble of the integration itself is an ``Outcome``.
  public func run(from start: [Double], observers: [any TrajectoryObserver]) throws -> Trajectory {
    try plan.method.check(parameterCount: flow.layout.count)
    let n = flow.layout.count
    let state = UnsafeMutablePointer<Double>.allocate(capacity: 2 * flow.dimension)
    let previous = state + flow.dimension
    defer { state.deallocate() }
    state.initialize(repeating: 0, count: 2 * flow.dimension)
    for i in 0..<n { state[i] = start[i] }

    let tolerance = Tolerance(
      relative: plan.relativeTolerance,
      absolute: plan.absoluteTolerance.value(relative: plan.relativeTolerance, start: start),
      tail: flow.quadratureScales(state).map { plan.relativeTolerance * 1e-2 * $0 })
    let point = TrajectoryPoint(objective: flow.objective, state: state)
    var stepper = try plan.method.makeStepper(flow, tolerance: tolerance, initialStep: firstStep(state))
    var time = 0.0
    var steps = 0
    var locatingCounts = StepCounts()

    func finish(_ outcome: Outcome) -> Trajectory {
      var counts = stepper.counts
      counts.evaluations += locatingCounts.evaluations
      counts.jacobians += locatingCounts.jacobians
      return Trajectory(
        outcome: outcome, time: time, counts: counts, parameters: Array(UnsafeBufferPointer(start: state, count: n)),
        quadratures: Array(UnsafeBufferPointer(start: state + n, count: flow.quadratureCount)),
        loss: flow.objective.value(state))
    }

    func show(isSave: Bool) throws {
      point.move(to: state, time: time, steps: steps, isSave: isSave, errorEstimate: stepper.errorEstimate(first: n))
      for observer in observers { try observer.observe(point) }
    }

    point.move(to: state, time: 0, steps: 0, isSave: true, errorEstimate: 0)
    guard point.loss.isFinite, point.gradientNorm.isFinite else {
      throw ExperimentError(
        "the loss or its gradient is not finite at the start", remedy: "use a smaller start or rescale the data")
    }
    for observer in observers { try observer.observe(point) }
    if let met = plan.stops.first(where: { $0.excess(at: point, model: model) <= 0 }) {
      return finish(.stopped(met, time: 0))
    }

    for target in plan.grid.times.dropFirst() {
      while time < target {
        previous.update(from: state, count: flow.dimension)
        let before = time
        do {
          try stepper.step(time: &time, state: state, limit: target)
        } catch {
          if !point.isSave { try show(isSave: true) }
          return finish(outcome(of: error, time: time))
        }
        steps += 1
        if !plan.stops.isEmpty {
          point.move(to: state, time: time, steps: steps, isSave: false, errorEstimate: 0)
          let crossed = plan.stops.filter { $0.excess(at: point, model: model) <= 0 }
          if !crossed.isEmpty {
            let location = try locate(
              crossed, from: previous, at: before, tolerance: tolerance, end: state, endTime: time, point: point,
              counts: &locatingCounts)
            time = location.time
            try show(isSave: true)
            return finish(.stopped(location.condition, time: time))
          }
        }
        if steps >= plan.maxSteps, target < plan.grid.times[plan.grid.times.count - 1] || time < target {
          try show(isSave: true)
          return finish(.stepLimit(steps: steps, time: time))
        }
        try show(isSave: time == target)
      }
    }
    return finish(.reachedEnd)
  }

  /// The first accepted step's end, from which a logarithmic save grid starts.
  ///
  /// - Throws: ``ExperimentError`` if not even one step succeeds.
  public func firstAcceptedTime(from start: [Double], until: Double) throws(ExperimentError) -> Double {
    let n = flow.layout.count
    let state = UnsafeMutablePointer<Double>.allocate(capacity: flow.dimension)
    defer { state.deallocate() }
    state.initialize(repeating: 0, count: flow.dimension)
    for i in 0..<n { state[i] = start[i] }
    let tolerance = Tolerance(
      relative: plan.relativeTolerance,
      absolute: plan.absoluteTolerance.value(relative: plan.relativeTolerance, start: start),
      tail: flow.quadratureScales(state).map { plan.relativeTolerance * 1e-2 * $0 })
    var time = 0.0
    do {
      try plan.method.check(parameterCount: n)
      var stepper = try plan.method.makeStepper(flow, tolerance: tolerance, initialStep: firstStep(state))
      try stepper.step(time: &time, state: state, limit: until)
    } catch let error as ExperimentError {
      throw error
    } catch {
      throw ExperimentError("the first step failed: \(error)", remedy: "use a smaller start or another --method")
    }
    return time
  }

  /// A first step on which the fastest-moving state changes by about 1 % of its size; the control adapts it at once.
  private func firstStep(_ state: UnsafePointer<Double>) -> Double {
    let n = flow.layout.count
    let horizon = plan.grid.times[plan.grid.times.count - 1]
    let gradient = UnsafeMutablePointer<Double>.allocate(capacity: n)
    defer { gradient.deallocate() }
    flow.objective.gradient(state, into: gradient)
    let speed = BLAS.norm2(count: n, gradient)
    let size = BLAS.norm2(count: n, state)
    guard speed > 0, size > 0, speed.isFinite else { return horizon * 1e-6 }
    return min(horizon, 0.01 * size / speed)
  }

  /// The earliest of the crossed conditions: every trial re-integrates from the state before the step, so the stopping
  /// state carries the integrator's accuracy rather than an interpolant's. Leaves that state in `end`.
  private func locate(
    _ conditions: [StopCondition], from previous: UnsafePointer<Double>, at before: Double, tolerance: Tolerance,
    end: UnsafeMutablePointer<Double>, endTime: Double, point: TrajectoryPoint, counts: inout StepCounts
  ) throws -> (condition: StopCondition, time: Double) {
    let dimension = flow.dimension
    let trial = UnsafeMutablePointer<Double>.allocate(capacity: dimension)
    defer { trial.deallocate() }
    var best = (condition: conditions[0], time: endTime)
    for condition in conditions {
      func excess(_ time: Double) throws -> Double {
        trial.update(from: previous, count: dimension)
        var now = before
        if time > before {
          var stepper = try plan.method.makeStepper(flow, tolerance: tolerance, initialStep: time - before)
          defer {
            counts.evaluations += stepper.counts.evaluations
            counts.jacobians += stepper.counts.jacobians
          }
          try stepper.advance(time: &now, state: trial, to: time)
        }
        point.move(to: trial, time: time, steps: 0, isSave: false, errorEstimate: 0)
        return condition.excess(at: point, model: model)
      }
      guard try excess(best.time) <= 0 else { continue }
      let bracket = try RootFinder.bracketed(
        before, best.time, relativeTolerance: 1e-15, absoluteTolerance: 0, maxIterations: 100, function: excess)
      // The upper end of the bracket is where the condition holds.
      if try excess(bracket.upper) <= 0 {
        best = (condition, bracket.upper)
        end.update(from: trial, count: dimension)
      }
    }
    return best
  }

  private func outcome(of error: IntegrationError, time: Double) -> Outcome {
    if case .stopped(let cause) = error, cause is Interrupted { return .interrupted(time: time) }
    return .failed(
      sentence: "\(error)", remedy: "loosen the tolerance, lower --until or try another --method", time: time)
  }
}
