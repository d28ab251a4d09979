import GSLBridge
import Models

/// The one loop of an ``Integrator``: a step, what happened within it, and what the observers are shown.
///
/// Within one step a stop condition is located first, which may shorten it; then events and the residuals' passages are.
struct EventLoop: ~Copyable {
  private let model: Model
  private let field: any VectorField
  private let plan: IntegrationPlan
  private let horizon: Double
  private let start: [Double]
  private let observers: [any TrajectoryObserver]
  private let tolerance: Tolerance
  private let point: TrajectoryPoint
  private let memory: Buffer<Double>
  private let state: UnsafeMutablePointer<Double>
  private var stepper: Stepper
  private var time = 0.0
  private var steps = 0
  /// The state before the last step, and its time.
  private let previous: UnsafeMutablePointer<Double>
  private var before = 0.0
  /// What locating has cost.
  private var locating = StepCounts()
  private var waiting: [Event]
  private var hits: [EventHit] = []
  private var kinks: KinkTracker?

  /// - Throws: ``Refusal`` if the method cannot be used.
  init(_ integrator: Integrator, from start: [Double], observers: [any TrajectoryObserver]) throws {
    (model, field, plan, horizon) = (integrator.model, integrator.field, integrator.plan, integrator.horizon)
    self.start = start
    self.observers = observers
    memory = Buffer(count: 2 * field.dimension)
    state = memory.pointer
    previous = state + field.dimension
    tolerance = integrator.prepare(start, state)
    previous.update(from: state, count: field.dimension)
    point = TrajectoryPoint(objective: field.objective, field: field, state: state)
    stepper = try plan.method.makeStepper(
      field, tolerance: tolerance, initialStep: integrator.firstStep(state), horizon: horizon)
    waiting = plan.events
  }

  /// Runs to the end, once.
  ///
  /// - Throws: what an observer throws, or ``Refusal`` if the loss or its gradient is not finite at the start.
  mutating func run() throws -> Trajectory {
    do {
      if let end = try begin() { return finish(end) }
      for target in plan.grid.times.dropFirst() {
        while time < target {
          if let end = try advance(to: target) { return finish(end) }
        }
      }
      return finish(.reachedEnd)
    } catch let error as EndOfRun {
      return finish(.failed(sentence: error.sentence, remedy: error.remedy, time: time))
    } catch let error as IntegrationError {
      return finish(Outcome(error, time: time))
    }
  }

  /// Shows the start, and notes the events and stop conditions that hold there; the outcome if the run is over.
  private mutating func begin() throws -> Outcome? {
    point.move(to: state, time: 0, steps: 0, isSave: true, errorEstimate: 0)
    guard point.loss.isFinite, point.gradientNorm.isFinite else {
      throw Refusal(
        "the loss or its gradient is not finite at the start", remedy: "use a smaller start or rescale the data")
    }
    kinks = plan.kinks.map { KinkTracker($0, at: point) }
    try show()
    let happened = waiting.filter { $0.excess(point) <= 0 }
    waiting.removeAll { event in happened.contains { $0.name == event.name } }
    hits = happened.map { EventHit(name: $0.name, time: 0, parameters: start) }
    let met = plan.stops.first { $0.excess(at: point, model: model) <= 0 }
    return met.map { .stopped($0, time: 0) }
  }

  /// One step and everything within it; the outcome if the run is over.
  private mutating func advance(to target: Double) throws -> Outcome? {
    if !plan.stops.isEmpty || !waiting.isEmpty || kinks != nil {
      previous.update(from: state, count: field.dimension)
    }
    before = time
    do {
      try stepper.step(time: &time, state: state, limit: target)
    } catch {
      if !point.isSave {
        arrive(isSave: true)
        try show()
      }
      return Outcome(error, time: time)
    }
    steps += 1
    arrive(isSave: time == target)
    let stopped = try locateStop()
    try locateEvents()
    try locateKinks()
    if let stopped {
      try show()
      return .stopped(stopped, time: time)
    }
    let isSpent = steps >= plan.maxSteps && time < horizon
    if isSpent { point.markAsSave() }
    try show()
    return isSpent ? .stepLimit(steps: steps, time: time) : nil
  }

  /// Moves the state back to the first stop condition within the last step; nil if none is met.
  private mutating func locateStop() throws -> StopCondition? {
    guard !plan.stops.isEmpty else { return nil }
    let crossed = plan.stops.filter { $0.excess(at: point, model: model) <= 0 }
    guard !crossed.isEmpty else { return nil }
    var stopped: StopCondition?
    var locator = locator()
    for condition in crossed {
      if let found = try locator.locate(until: time, state: state, { condition.excess(at: $0, model: model) }) {
        time = found
        stopped = condition
      }
    }
    locating.add(locator.counts)
    arrive(isSave: true)
    return stopped ?? crossed[0]
  }

  /// Locates the events that happened on the last step, shows their states in order of time and takes them off the list.
  private mutating func locateEvents() throws {
    guard !waiting.isEmpty else { return }
    let isSave = point.isSave
    point.move(to: state, time: time, steps: steps, isSave: false, errorEstimate: 0)
    let happened = waiting.filter { $0.excess(point) <= 0 }
    if !happened.isEmpty {
      waiting.removeAll { event in happened.contains { $0.name == event.name } }
      try locate(happened)
    }
    arrive(isSave: isSave)
  }

  private mutating func locate(_ events: [Event]) throws {
    var locator = locator()
    var found: [(event: Event, time: Double, state: Buffer<Double>)] = []
    for event in events {
      let trial = Buffer<Double>(count: field.dimension)
      trial.pointer.update(from: state, count: field.dimension)
      if let time = try locator.locate(until: time, state: trial.pointer, event.excess) {
        found.append((event, time, trial))
      }
    }
    locating.add(locator.counts)
    for (event, time, state) in found.sorted(by: { $0.time < $1.time }) {
      point.move(
        to: state.pointer, time: time, steps: steps, isSave: false, errorEstimate: 0, event: event.name)
      hits.append(EventHit(name: event.name, time: time, parameters: parameters(at: state.pointer)))
      try show()
    }
  }

  /// Takes note of the residuals that passed a level on the last step.
  private mutating func locateKinks() throws {
    guard kinks != nil else { return }
    let isSave = point.isSave
    let locator = locator()
    let isMoved = try kinks?.follow(point, until: time, state: state, locator: locator, counts: &locating)
    if isMoved == true { arrive(isSave: isSave) }
  }

  private func locator() -> StepLocator {
    StepLocator(
      field: field, method: plan.method.locating(stepper), tolerance: tolerance, before: previous, time: before,
      point: point)
  }

  private func arrive(isSave: Bool) {
    point.move(
      to: state, time: time, steps: steps, isSave: isSave,
      errorEstimate: stepper.errorEstimate(first: field.leadingCount))
  }

  private func show() throws {
    for observer in observers { try observer.observe(point) }
  }

  private func parameters(at state: UnsafePointer<Double>) -> [Double] {
    Array(UnsafeBufferPointer(start: field.parameters(at: state), count: field.objective.parameterCount))
  }

  private func finish(_ outcome: Outcome) -> Trajectory {
    var counts = stepper.counts
    counts.add(locating)
    return Trajectory(
      outcome: outcome, time: time, counts: counts, parameters: parameters(at: state),
      quadratures: Array(UnsafeBufferPointer(start: state + field.leadingCount, count: field.quadratureCount)),
      loss: field.objective.value(field.parameters(at: state)), events: hits, kinks: kinks?.found,
      choice: stepper.choice)
  }
}
