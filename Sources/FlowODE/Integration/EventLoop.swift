import CMath
import GSLBridge
import Models

/// The one loop of an ``Integrator``: a step, what happened within it, and what the observers are shown.
///
/// A dense method's steps are its own: save times, stop conditions, events and glimpses are read off its continuation. Any other
/// method's steps end at save times, and what happens within one is found by integrating anew. Within one step a stop condition is
/// located first, which may shorten it; then come save times and events in their order, and the step's end.
struct EventLoop: ~Copyable {
  let model: Model
  let field: any VectorField
  let plan: IntegrationPlan
  let observers: [any TrajectoryObserver]
  let tolerance: Tolerance
  let point: TrajectoryPoint
  let integrals: RunIntegrals?
  let state: UnsafeMutablePointer<Double>
  /// The state before the last step, and room for one within it.
  let previous: UnsafeMutablePointer<Double>
  let within: UnsafeMutablePointer<Double>
  var stepper: Stepper
  /// The run's clock: the offset at which it was started anew, and the time since then.
  var offset = 0.0
  var time = 0.0
  /// The time before the last step.
  var before = 0.0
  var steps = 0
  var saves: SaveQueue
  /// What locating has cost.
  var locating = StepCounts()
  var waiting: [WaitingEvent]
  var hits: [EventHit] = []
  var kinks: KinkTracker?
  var slide: SlideTracker?
  var switches: SwitchTracker?
  private var creep: CreepWatch?
  /// In how many equal parts a horizon is stepped at least where hardly anything moves on the way; nil where something does.
  private let leastSteps: Int?
  private let start: [Double]
  private let memory: Buffer<Double>
  let watchesWithin: Bool
  let interior: InteriorSearch?
  private let restWatch: RestWatch
  private var rest: FlowTime?
  private var slid: FlowTime?
  private var pace = PaceWatch()
  private var startLoss = Double.infinity

  /// - Throws: ``Refusal`` if the method cannot be used.
  init(_ integrator: Integrator, from start: [Double], observers: [any TrajectoryObserver]) throws {
    (model, field, plan) = (integrator.model, integrator.field, integrator.plan)
    self.start = start
    self.observers = observers
    watchesWithin = observers.contains(where: \.looksWithin)
    memory = Buffer(count: 3 * field.dimension)
    state = memory.pointer
    previous = state + field.dimension
    within = previous + field.dimension
    let rtol = integrator.plan.relativeTolerance
    tolerance = integrator.prepare(start, state)
    previous.update(from: state, count: field.dimension)
    let integrals = (integrator.field as? any RateFlow).map {
      RunIntegrals(flow: $0, quadratures: $0.quadratures, relativeTolerance: rtol)
    }
    self.integrals = integrals
    point = TrajectoryPoint(objective: field.objective, field: field, state: state, integrals: integrals)
    let first = integrator.firstStep(state)
    stepper = try plan.method.makeStepper(
      field, tolerance: tolerance, initialStep: first, horizon: integrator.horizon)
    leastSteps = first < integrator.horizon ? nil : Self.leastSteps(rtol)
    if let rates = integrals?.stageRates { stepper.integrate(rates) }
    saves = SaveQueue(plan.grid)
    interior = InteriorSearch(
      field, point, observers: observers, hasEvents: !plan.events.isEmpty,
      tolerance: plan.relativeTolerance)
    waiting = []
    restWatch = RestWatch(field)
    creep = CreepWatch(field, method: plan.method, horizon: saves.horizon, maxSteps: plan.maxSteps)
  }

  /// A flow that changes by less than its first step allows, over the whole horizon, would be stepped there at once at every tolerance,
  /// and rungs that take the same step cannot tell the solver's error from a claim's. This many grow by 1.47 a decade: errors of order
  /// one differ between rungs by more than what counts as agreement.
  private static func leastSteps(_ rtol: Double) -> Int { Int(min(100, pow(1e-2 / rtol, 1.0 / 6)).rounded(.up)) }

  var clock: FlowTime { FlowTime(offset: offset, remainder: time) }

  /// Runs to the end, once.
  ///
  /// - Throws: what an observer throws, or ``Refusal`` if the loss or its gradient is not finite at the start.
  mutating func run() throws -> Trajectory {
    defer { switches?.evaluator.release() }
    do {
      if let end = try begin() { return finish(end) }
      while time < saves.horizon {
        if let end = try advance() { return finish(end) }
      }
      return finish(.reachedEnd)
    } catch let error as EndOfRun {
      return finish(.failed(sentence: error.sentence, remedy: error.remedy, time: clock))
    } catch let error as IntegrationError {
      return finish(Outcome(error, time: clock))
    }
  }

  /// Shows the start, and notes the events and stop conditions that hold there; the outcome if the run is over.
  private mutating func begin() throws -> Outcome? {
    point.move(to: state, clock: clock, TrajectoryPoint.Place(isSave: true))
    guard point.loss.isFinite, point.gradientNorm.isFinite else {
      throw Refusal(
        "the loss or its gradient is not finite at the start", remedy: "use a smaller start or rescale the data")
    }
    startLoss = point.loss
    kinks = plan.kinks.map { KinkTracker($0, at: point) }
    if field.objective.loss.nonsmoothness != nil { slide = SlideTracker(at: point) }
    try show()
    if stepper.isDense { switches = SwitchTracker(field, at: state, relativeTolerance: plan.relativeTolerance) }
    if let end = switches?.begin(state) { return end }
    for event in plan.events {
      let excess = event.excess(point)
      if excess <= 0 {
        hits.append(EventHit(name: event.name, clock: clock, parameters: start))
      } else {
        waiting.append(WaitingEvent(event: event, excess: excess, size: excess))
      }
    }
    let met = plan.stops.first { $0.excess(at: point, model: model) <= 0 }
    if met == nil, point.gradientNorm == 0, restWatch.isStationary(state) { try skipToHorizon() }
    return met.map { .stopped($0, time: clock) }
  }

  /// One step and everything within it; the outcome if the run is over.
  private mutating func advance() throws -> Outcome? {
    let isDense = stepper.isDense && !plan.landsOnSaves
    previous.update(from: state, count: field.dimension)
    before = time
    var limit = min(isDense ? saves.horizon : saves.first ?? saves.horizon, switches?.target ?? .infinity)
    if let leastSteps, steps + 1 < leastSteps {
      limit = min(limit, saves.horizon * (Double(steps + 1) / Double(leastSteps)))
    }
    do {
      try stepper.step(time: &time, state: state, limit: limit)
    } catch {
      if !point.isSave {
        arrive(isSave: true)
        try show()
      }
      return Outcome(error, time: clock)
    }
    let step = span()
    if let change = switches?.look(step) {
      // What was stepped across is not the flow's: the step is taken again up to there.
      state.update(from: previous, count: field.dimension)
      time = before
      stepper.undo()
      return change > time ? nil : try changeSide()
    }
    steps += 1
    interior?.begin()
    integrals?.arrive(stepper, before: previous, after: state, step: time - before)
    arrive(isSave: false)
    var span = span()
    if let stop = try findStop(span) {
      try land(span, stop)
      switches?.spend(time - before)
      return .stopped(stop.condition, time: clock)
    }
    switches?.spend(time - before)
    let restart = findRestart(span)
    if let restart {
      try showWithin(span, until: restart)
      restartClock(at: restart)
      span = self.span()
    }
    try showWithin(
      span, from: restart == nil ? before : 0, until: time, savesRestart: restart != nil && time > 0)
    try locateKinks(span)
    let sliding = try slide?.follow(point, span, scratch: within, counts: &locating)
    integrals?.move(to: 1, stepper, state: state)
    let (now, reached) = (clock, UnsafePointer(state))
    let creeping = time < saves.horizon ? creep?.look(steps: steps, clock: now, state: reached) : nil
    let away = pace.steps(
      taken: steps, time: time, offset: offset, horizon: saves.horizon, left: plan.maxSteps - steps)
    let isLast =
      sliding != nil || creeping != nil || away != nil || (steps >= plan.maxSteps && time < saves.horizon)
    arrive(isSave: saves.pop(until: time) != nil || isLast || (restart != nil && time == 0))
    try show()
    if let sliding {
      slid = FlowTime(offset: offset, remainder: sliding.time)
      return sliding.outcome(offset: offset)
    }
    if let creeping { return creeping }
    if let switches, switches.isDue(time), let end = try changeSide() { return end }
    if let away { return .outOfReach(away, steps: steps, allowed: plan.maxSteps, time: clock) }
    if isLast { return .stepLimit(steps: steps, time: clock) }
    if restWatch.isAtRest(state, time: time) { try skipToHorizon() }
    return nil
  }

  /// The step just taken.
  func span() -> StepSpan {
    StepSpan(
      field: field, method: plan.method.locating(stepper), tolerance: tolerance,
      solution: stepper.isDense ? stepper.solution : nil, before: UnsafePointer(previous), start: before,
      end: time)
  }

  /// Moves the point to the last accepted state.
  func arrive(isSave: Bool) {
    point.move(
      to: state, clock: clock,
      TrajectoryPoint.Place(
        steps: steps, isSave: isSave, isKink: switches?.isDue(time) ?? false,
        errorEstimate: stepper.errorEstimate(first: field.leadingCount),
        slope: stepper.derivative.map { .known($0) } ?? .unknown))
  }

  func show() throws {
    for observer in observers { try observer.observe(point) }
  }

  /// When, within the last step, the state began to change on a scale far shorter than the time passed; nil if it does not.
  private func findRestart(_ span: StepSpan) -> Double? {
    guard stepper.nextStep < ClockRestart.suspicion * time, time < saves.horizon else { return nil }
    guard let excess = clockExcess(span, at: time), excess >= 0 else { return nil }
    // A flow that does not descend may blow up in finite time, towards which restarts would have no end.
    guard point.loss <= startLoss else { return nil }
    guard span.solution != nil, let first = clockExcess(span, at: span.start), first < 0 else { return time }
    let found = try? RootFinder.bracketed(span.start, time, relativeTolerance: 1e-15) { now in
      clockExcess(span, at: now) ?? 0
    }
    return found?.root ?? time
  }

  /// Starts the clock anew at a time within the last step.
  private mutating func restartClock(at event: Double) {
    offset += event
    time -= event
    before -= event
    stepper.shift(by: event)
    switches?.shift(by: event)
    saves.restart(offset: offset, elapsed: event)
    restWatch.restart()
  }

  private func clockExcess(_ span: StepSpan, at now: Double) -> Double? {
    let n = field.leadingCount
    guard let solution = span.solution else {
      guard (try? field.evaluate(now, state, within)) != nil else { return nil }
      return ClockRestart.excess(
        time: now, speed: BLAS.norm2(count: n, within), size: BLAS.norm2(count: n, state))
    }
    solution.interpolate(span.theta(now), into: within)
    let size = BLAS.norm2(count: n, within)
    solution.slope(span.theta(now), into: within)
    return ClockRestart.excess(time: now, speed: BLAS.norm2(count: n, within), size: size)
  }

  /// Shows the state that nothing moves any more at every save time that is left.
  private mutating func skipToHorizon() throws {
    rest = clock
    while let next = saves.pop(until: .infinity) {
      time = next
      let isLast = saves.first == nil
      point.move(
        to: state, clock: clock,
        TrajectoryPoint.Place(
          steps: steps, isSave: true, isStep: isLast, slope: stepper.derivative.map { .known($0) } ?? .unknown))
      try show()
    }
  }

  private func finish(_ outcome: Outcome) -> Trajectory {
    var counts = stepper.counts
    counts.add(locating)
    if let interior { counts.add(interior.counts) }
    counts.evaluations += restWatch.evaluations
    return Trajectory(
      outcome: outcome, clock: clock, counts: counts, parameters: parameters(at: state),
      quadratures: Array(
        UnsafeBufferPointer(
          start: integrals?.values ?? UnsafePointer(state + field.leadingCount),
          count: integrals?.count ?? field.quadratureCount)),
      loss: field.objective.value(field.parameters(at: state)), events: hits, kinks: kinks?.found,
      modelKinks: switches?.found,
      pathEvaluations: integrals?.pathEvaluations, rest: rest, slide: slid,
      choice: stepper.choice)
  }
}
