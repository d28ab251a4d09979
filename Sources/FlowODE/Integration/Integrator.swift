import GSLBridge
import Models

/// Everything about an integration that is not the flow: method, tolerance, save times, stop conditions, budget.
public struct IntegrationPlan: Sendable {
  public var method: IntegrationMethod
  /// rtol.
  public var relativeTolerance: Double
  public var absoluteTolerance: AbsoluteTolerance
  public var grid: SaveGrid
  public var stops: [StopCondition]
  /// What is to be located on the way.
  public var events: [Event]
  /// The residuals' passages to be found and located; nil looks for none.
  public var kinks: KinkSearch?
  /// Accepted steps after which the run is given up as incomplete.
  public var maxSteps: Int

  public init(
    method: IntegrationMethod, relativeTolerance: Double, absoluteTolerance: AbsoluteTolerance = .auto,
    grid: SaveGrid, stops: [StopCondition] = [], events: [Event] = [], maxSteps: Int = 10_000_000
  ) {
    self.method = method
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.grid = grid
    self.stops = stops
    self.events = events
    self.maxSteps = maxSteps
  }
}

/// The one loop that integrates a flow: steps exactly onto every save time, shows every accepted state to the observers
/// and ends at the horizon, at a located stop condition, or with an outcome that says why not.
public struct Integrator {
  public let model: any Model
  public let field: any VectorField
  public let plan: IntegrationPlan

  public init(model: any Model, field: any VectorField, plan: IntegrationPlan) {
    self.model = model
    self.field = field
    self.plan = plan
  }

  /// Integrates from `start` (θ at t = 0; quadrature states begin at 0).
  ///
  /// - Throws: what an observer throws, or ``ExperimentError``; trouble of the integration itself is an ``Outcome``.
  public func run(from start: [Double], observers: [any TrajectoryObserver]) throws -> Trajectory {
    try plan.method.check(dimension: field.dimension)
    let count = field.objective.parameterCount
    guard start.count == count else {
      throw ExperimentError(
        "the start has \(start.count) numbers, the model \(count) parameters", remedy: "use a start made for this model"
      )
    }
    if let k = start.firstIndex(where: { !$0.isFinite }) {
      throw ExperimentError(
        "entry \(k) of the start is not finite: \(start[k])", remedy: "use a smaller --init-scale or another start")
    }
    let n = field.leadingCount
    let state = UnsafeMutablePointer<Double>.allocate(capacity: 2 * field.dimension)
    let previous = state + field.dimension
    defer { state.deallocate() }
    let tolerance = prepare(start, state)
    previous.initialize(from: state, count: field.dimension)
    let point = TrajectoryPoint(objective: field.objective, field: field, state: state)
    var stepper = try plan.method.makeStepper(
      field, tolerance: tolerance, initialStep: firstStep(state), horizon: horizon)
    var time = 0.0
    var steps = 0
    var locatingCounts = StepCounts()
    var waiting = plan.events
    var hits: [EventHit] = []
    var kinks: KinkTracker?

    func finish(_ outcome: Outcome) -> Trajectory {
      var counts = stepper.counts
      counts.add(locatingCounts)
      let parameters = field.parameters(at: state)
      return Trajectory(
        outcome: outcome, time: time, counts: counts,
        parameters: Array(UnsafeBufferPointer(start: parameters, count: field.objective.parameterCount)),
        quadratures: Array(UnsafeBufferPointer(start: state + n, count: field.quadratureCount)),
        loss: field.objective.value(parameters), events: hits,
        kinks: kinks?.found, choice: stepper.choice)
    }

    func arrive(isSave: Bool) {
      point.move(to: state, time: time, steps: steps, isSave: isSave, errorEstimate: stepper.errorEstimate(first: n))
    }

    func show() throws {
      for observer in observers { try observer.observe(point) }
    }

    point.move(to: state, time: 0, steps: 0, isSave: true, errorEstimate: 0)
    guard point.loss.isFinite, point.gradientNorm.isFinite else {
      throw ExperimentError(
        "the loss or its gradient is not finite at the start", remedy: "use a smaller start or rescale the data")
    }
    kinks = plan.kinks.map { KinkTracker($0, at: point) }
    do {
      try show()
      waiting.removeAll { event in
        guard event.excess(point) <= 0 else { return false }
        hits.append(EventHit(name: event.name, time: 0, parameters: start))
        return true
      }
      if let met = plan.stops.first(where: { $0.excess(at: point, model: model) <= 0 }) {
        return finish(.stopped(met, time: 0))
      }
      for target in plan.grid.times.dropFirst() {
        while time < target {
          if !plan.stops.isEmpty || !waiting.isEmpty || kinks != nil {
            previous.update(from: state, count: field.dimension)
          }
          let before = time
          do {
            try stepper.step(time: &time, state: state, limit: target)
          } catch {
            if !point.isSave {
              arrive(isSave: true)
              try show()
            }
            return finish(outcome(of: error, time: time))
          }
          steps += 1
          arrive(isSave: time == target)
          var stopped: StopCondition?
          let crossed = plan.stops.filter { $0.excess(at: point, model: model) <= 0 }
          if !crossed.isEmpty {
            var locator = StepLocator(
              field: field, method: plan.method.locating(stepper), tolerance: tolerance, before: previous, time: before,
              point: point)
            for condition in crossed {
              if let found = try locator.locate(until: time, state: state, { condition.excess(at: $0, model: model) }) {
                time = found
                stopped = condition
              }
            }
            stopped = stopped ?? crossed[0]
            locatingCounts.add(locator.counts)
            arrive(isSave: true)
          }
          if !waiting.isEmpty {
            let isSave = point.isSave
            try locateEvents(
              &waiting, hits: &hits, method: plan.method.locating(stepper), from: previous, at: before,
              tolerance: tolerance, end: state, endTime: time,
              steps: steps, point: point, observers: observers, counts: &locatingCounts)
            arrive(isSave: isSave)
          }
          let isSaved = point.isSave
          let isMoved = try kinks?.follow(
            point, until: time, state: state,
            locator: {
              StepLocator(
                field: field, method: plan.method.locating(stepper), tolerance: tolerance, before: previous,
                time: before, point: point)
            }, counts: &locatingCounts)
          if isMoved == true { arrive(isSave: isSaved) }
          if let stopped {
            try show()
            return finish(.stopped(stopped, time: time))
          }
          let isSpent = steps >= plan.maxSteps && time < horizon
          if isSpent { point.markAsSave() }
          try show()
          if isSpent { return finish(.stepLimit(steps: steps, time: time)) }
        }
      }
      return finish(.reachedEnd)
    } catch let error as EndOfRun {
      return finish(.failed(sentence: error.sentence, remedy: error.remedy, time: time))
    } catch let error as IntegrationError {
      return finish(outcome(of: error, time: time))
    }
  }

  /// The first accepted step's end, from which a logarithmic save grid starts.
  ///
  /// - Throws: ``ExperimentError`` if not even one step succeeds.
  public func firstAcceptedTime(from start: [Double], until: Double) throws(ExperimentError) -> Double {
    let state = UnsafeMutablePointer<Double>.allocate(capacity: field.dimension)
    defer { state.deallocate() }
    let tolerance = prepare(start, state)
    var time = 0.0
    do {
      try plan.method.check(dimension: field.dimension)
      var stepper = try plan.method.makeStepper(
        field, tolerance: tolerance, initialStep: firstStep(state), horizon: horizon)
      try stepper.step(time: &time, state: state, limit: until)
    } catch let error as ExperimentError {
      throw error
    } catch {
      throw ExperimentError("the first step failed: \(error)", remedy: "use a smaller start or another --method")
    }
    return time
  }

  /// The last save time.
  var horizon: Double { plan.grid.times[plan.grid.times.count - 1] }

  /// Writes the initial state and returns the tolerances that follow from it.
  func prepare(_ start: [Double], _ state: UnsafeMutablePointer<Double>) -> Tolerance {
    state.initialize(repeating: 0, count: field.dimension)
    let leading = field.initialState(start)
    for i in leading.indices { state[i] = leading[i] }
    return Tolerance(
      relative: plan.relativeTolerance,
      absolute: plan.absoluteTolerance.value(relative: plan.relativeTolerance, start: leading),
      tail: field.quadratureScales(state).map { plan.relativeTolerance * 1e-2 * $0 })
  }

  /// A first step on which the state changes by about 1 % of its size; the control adapts it at once.
  func firstStep(_ state: UnsafePointer<Double>) -> Double {
    let n = field.leadingCount
    let derivative = UnsafeMutablePointer<Double>.allocate(capacity: field.dimension)
    defer { derivative.deallocate() }
    guard (try? field.evaluate(0, state, derivative)) != nil else { return horizon * 1e-6 }
    let speed = BLAS.norm2(count: n, derivative)
    let size = BLAS.norm2(count: n, state)
    guard speed > 0, size > 0, speed.isFinite else { return horizon * 1e-6 }
    return min(horizon, 0.01 * size / speed)
  }

  /// Locates the events that happened on the last step, shows their states in order of time and takes them off the list.
  private func locateEvents(
    _ waiting: inout [Event], hits: inout [EventHit], method: IntegrationMethod, from previous: UnsafePointer<Double>,
    at before: Double,
    tolerance: Tolerance, end: UnsafePointer<Double>, endTime: Double, steps: Int, point: TrajectoryPoint,
    observers: [any TrajectoryObserver], counts: inout StepCounts
  ) throws {
    point.move(to: end, time: endTime, steps: steps, isSave: false, errorEstimate: 0)
    let happened = waiting.filter { $0.excess(point) <= 0 }
    guard !happened.isEmpty else { return }
    waiting.removeAll { event in happened.contains { $0.name == event.name } }
    var locator = StepLocator(
      field: field, method: method, tolerance: tolerance, before: previous, time: before, point: point)
    var found: [(event: Event, time: Double, state: [Double])] = []
    for event in happened {
      var state = Array(UnsafeBufferPointer(start: end, count: field.dimension))
      let time = try state.withUnsafeMutableBufferPointer { buffer -> Double? in
        guard let base = buffer.baseAddress else { return nil }
        return try locator.locate(until: endTime, state: base, event.excess)
      }
      if let time { found.append((event, time, state)) }
    }
    counts.add(locator.counts)
    for (event, time, state) in found.sorted(by: { $0.time < $1.time }) {
      try state.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        point.move(to: base, time: time, steps: steps, isSave: false, errorEstimate: 0, event: event.name)
        hits.append(
          EventHit(
            name: event.name, time: time,
            parameters: Array(
              UnsafeBufferPointer(start: point.parameters, count: field.objective.parameterCount))))
        for observer in observers { try observer.observe(point) }
      }
    }
  }

  private func outcome(of error: IntegrationError, time: Double) -> Outcome {
    if case .stopped(let cause) = error, cause is Interrupted { return .interrupted(time: time) }
    return .failed(
      sentence: "\(error)", remedy: "loosen the tolerance, lower --until or try another --method", time: time)
  }
}
