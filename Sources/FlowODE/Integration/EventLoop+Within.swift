import GSLBridge
import Models

extension EventLoop {
  /// States that those who look within a step are shown divide it into so many parts.
  static let glimpses = 8

  /// Something within a step.
  struct Mark {
    let time: Double
    var isSave = false
    var event: Event?
    /// The event's own state; nil for the continuation's.
    var state: Buffer<Double>?
  }

  /// A stop condition that was met within a step.
  struct Stop {
    let condition: StopCondition
    let time: Double
  }

  /// The first stop condition within the last step; nil if none is met.
  mutating func findStop(_ span: StepSpan) throws -> Stop? {
    guard !plan.stops.isEmpty else { return nil }
    let crossed = plan.stops.filter { $0.excess(at: point, model: model) <= 0 }
    guard !crossed.isEmpty else { return nil }
    var first: Stop?
    for condition in crossed {
      let found = try span.locate(scratch: within, point: point, counts: &locating) {
        condition.excess(at: $0, model: model)
      }
      if let found, found < first?.time ?? .infinity { first = Stop(condition: condition, time: found) }
    }
    return first ?? Stop(condition: crossed[0], time: span.end)
  }

  /// Ends the run at a stop: the state is moved there by a real step.
  mutating func land(_ span: StepSpan, _ stop: Stop) throws {
    let model = model
    let target = try land(span, near: stop.time) { stop.condition.excess(at: $0, model: model) }
    let landed = Buffer<Double>(count: field.dimension)
    landed.pointer.update(from: within, count: field.dimension)
    integrals?.keep()
    integrals?.endLanding(stepper)
    try showWithin(span, until: target)
    if target < span.end {
      state.update(from: landed.pointer, count: field.dimension)
      time = target
      integrals?.takeKept()
    } else {
      integrals?.move(to: 1, stepper, state: state)
    }
    point.move(
      to: state, clock: clock,
      TrajectoryPoint.Place(
        steps: steps, isSave: true, errorEstimate: stepper.errorEstimate(first: field.leadingCount)))
    try show()
  }

  /// Lands in `within` where `excess` falls to 0: near the time that the continuation gives, and then where real steps have it, a
  /// little later if need be, as the condition holds at what is shown.
  private mutating func land(
    _ span: StepSpan, near guess: Double, _ excess: (TrajectoryPoint) -> Double
  ) throws -> Double {
    var time = guess
    func value(_ now: Double) -> Double {
      point.look(at: within, time: now)
      return excess(point)
    }
    try land(span, at: time)
    var missing = value(time)
    guard let solution = span.solution else { return time }
    let reach = 1e-4 * (span.end - span.start)
    let (low, high) = (max(span.start, time - reach), min(span.end, time + reach))
    let kept = Buffer<Double>(count: field.dimension)
    kept.pointer.update(from: within, count: field.dimension)
    solution.interpolate(span.theta(high), into: within)
    let above = value(high)
    solution.interpolate(span.theta(low), into: within)
    var rate = (above - value(low)) / (high - low)
    within.update(from: kept.pointer, count: field.dimension)
    guard rate < 0 else { return missing <= 0 ? time : span.end }
    for _ in 0..<3 where missing != 0 {
      let next = min(span.end, max(span.start.nextUp, time - missing / rate))
      if abs(next - time) <= 2 * time.ulp { break }
      try land(span, at: next)
      let found = value(next)
      let secant = (found - missing) / (next - time)
      if secant < 0 { rate = secant }
      (time, missing) = (next, found)
    }
    var step = 2 * time.ulp
    for _ in 0..<8 where missing > 0 && time < span.end {
      time = min(span.end, time + max(step, -1.5 * missing / rate))
      try land(span, at: time)
      missing = value(time)
      step *= 4
    }
    return missing <= 0 ? time : span.end
  }

  /// Writes the state at a time within the step to `within`, and the integrals up to there, as a step from the step's start ends there.
  private mutating func land(_ span: StepSpan, at target: Double) throws {
    guard span.steps(to: target) else {
      try span.land(at: target, into: within, counts: &locating)
      integrals?.move(to: span.theta(target), stepper, state: within)
      return
    }
    integrals?.beginLanding(stepper)
    try span.land(at: target, into: within, counts: &locating, integrals: integrals)
  }

  /// Passes a kink of the model, or slides along it from here on; the outcome if the run is over.
  mutating func changeSide() throws -> Outcome? {
    let (now, slides) = (clock, plan.method.slides && !stepper.isPlateau)
    let end = switches?.apply(UnsafePointer(state), now, slides: slides)
    stepper.reset(initialStep: 0)
    if end != nil, !point.isSave {
      arrive(isSave: true)
      try show()
    }
    return end
  }

  /// Locates the events that happened on the last step up to a time, and takes them off the list.
  mutating func locateEvents(_ span: StepSpan, until end: Double) throws -> [Mark] {
    guard !waiting.isEmpty else { return [] }
    if end < span.end {
      try span.state(at: end, into: within, counts: &locating)
      point.look(at: within, time: end)
    } else {
      point.look(at: state, time: end)
    }
    let happened = waiting.filter { $0.excess(point) <= 0 }
    var marks: [Mark] = []
    for event in happened {
      let found = try span.locate(scratch: within, point: point, counts: &locating, event.excess)
      guard let found, found <= end else { continue }
      waiting.removeAll { $0.name == event.name }
      let time = min(end, try land(span, near: found, event.excess))
      let landed = Buffer<Double>(count: field.dimension)
      landed.pointer.update(from: within, count: field.dimension)
      marks.append(Mark(time: time, event: event, state: landed))
    }
    if !happened.isEmpty { integrals?.endLanding(stepper) }
    marks.sort { $0.time < $1.time }
    for mark in marks {
      guard let event = mark.event, let landed = mark.state else { continue }
      hits.append(
        EventHit(
          name: event.name, clock: FlowTime(offset: offset, remainder: mark.time),
          parameters: parameters(at: landed.pointer)))
    }
    return marks
  }

  func parameters(at state: UnsafePointer<Double>) -> [Double] {
    Array(UnsafeBufferPointer(start: field.parameters(at: state), count: field.objective.parameterCount))
  }

  /// Takes note of the residuals that passed a level on the last step.
  mutating func locateKinks(_ span: StepSpan) throws {
    guard kinks != nil else { return }
    point.look(at: state, time: time)
    try kinks?.follow(point, span, offset: offset, scratch: within, counts: &locating)
  }
}
