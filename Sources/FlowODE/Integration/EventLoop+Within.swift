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
    /// The only one it is shown to: where what is watched is least.
    var watch: (any InteriorWatch)?
    /// Its own state; nil for the continuation's.
    var state: Buffer<Double>?
  }

  /// A stop condition that was met within a step.
  struct Stop {
    let condition: StopCondition
    let time: Double
  }

  /// Shows what lies within a step, between two times: save times, events, and to those who look within it a glimpse now and then.
  ///
  /// - Parameter savesRestart: whether the state at which the clock was started anew lies within the step, to be kept.
  mutating func showWithin(
    _ span: StepSpan, from begin: Double? = nil, until end: Double, savesRestart: Bool = false
  ) throws {
    var marks = try locateEvents(span, from: begin ?? span.start, until: end)
    marks += try locateLeast(span, from: begin ?? span.start, until: end)
    guard let solution = span.solution else {
      for mark in marks.sorted(by: { $0.time < $1.time }) { try show(mark, span) }
      return
    }
    while let first = saves.first, first < end, let time = saves.pop(until: first) {
      marks.append(Mark(time: time, isSave: true))
    }
    if savesRestart { marks.append(Mark(time: 0, isSave: true)) }
    if watchesWithin {
      for k in 1..<Self.glimpses {
        marks.append(Mark(time: span.start + (end - span.start) * Double(k) / Double(Self.glimpses)))
      }
    }
    for mark in marks.sorted(by: { $0.time < $1.time }) {
      if mark.state == nil { solution.interpolate(span.theta(mark.time), into: within) }
      try show(mark, span)
    }
  }

  private func show(_ mark: Mark, _ span: StepSpan) throws {
    var place = TrajectoryPoint.Place(steps: steps, isSave: mark.isSave, isStep: false, event: mark.event?.name)
    if mark.event == nil, let solution = span.solution {
      place.slope = .within(solution, theta: span.theta(mark.time))
    }
    let state = mark.state?.pointer ?? within
    integrals?.move(to: span.theta(mark.time), stepper, state: state)
    point.move(
      to: state, clock: FlowTime(offset: offset, remainder: mark.time), place)
    if let watch = mark.watch {
      for observer in observers where observer.watch === watch { try observer.observe(point) }
      return
    }
    let isGlimpse = !mark.isSave && mark.event == nil
    for observer in observers where !isGlimpse || observer.looksWithin { try observer.observe(point) }
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

  /// An event that has not happened yet.
  struct WaitingEvent {
    let event: Event
    /// Its excess at the step's start, and the largest so far.
    var excess: Double
    var size: Double
  }

  /// Locates the events that happened on the last step between two times, also those that are over again, and takes them off the list.
  mutating func locateEvents(_ span: StepSpan, from begin: Double, until end: Double) throws -> [Mark] {
    guard !waiting.isEmpty, let interior else { return [] }
    let starts = try begin == span.start ? waiting.map(\.excess) : excesses(span, at: begin)
    let ends = try excesses(span, at: end)
    var marks: [Mark] = []
    var happened: Set<String> = []
    for (k, item) in waiting.enumerated() {
      let event = item.event
      let stretch = try interior.fall(
        event, span, from: (begin, starts[k]), to: (end, ends[k]), end: UnsafePointer(state), size: item.size)
      if end == span.end {
        waiting[k].excess = ends[k]
        waiting[k].size = max(item.size, ends[k])
      }
      guard let stretch else { continue }
      let found = try span.locate(stretch, scratch: within, point: point, counts: &locating, event.excess)
      guard let found, found <= end else { continue }
      happened.insert(event.name)
      var time = min(end, try land(span, near: found, event.excess))
      if ends[k] > 0, time == end {
        // It is over again, and real steps do not meet it: the continuation does.
        time = found
        try span.state(at: found, into: within, counts: &locating)
      }
      let landed = Buffer<Double>(count: field.dimension)
      landed.pointer.update(from: within, count: field.dimension)
      marks.append(Mark(time: time, event: event, state: landed))
    }
    waiting.removeAll { happened.contains($0.event.name) }
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

  /// The excesses of all events that wait at a time within the last step.
  private mutating func excesses(_ span: StepSpan, at time: Double) throws -> [Double] {
    if time < span.end {
      try span.state(at: time, into: within, counts: &locating)
      point.look(at: within, time: time)
    } else {
      point.look(at: state, time: time)
    }
    return waiting.map { $0.event.excess(point) }
  }

  /// Where numbers that are watched are least within the last step, between two times.
  mutating func locateLeast(_ span: StepSpan, from begin: Double, until end: Double) throws -> [Mark] {
    guard let interior, interior.hasWatches else { return [] }
    return try interior.leastValues(
      span, from: begin, to: end, end: UnsafePointer(state), slope: stepper.derivative, offset: offset
    ).map {
      var mark = Mark(time: $0.time, watch: $0.watch)
      if span.solution == nil {
        let landed = Buffer<Double>(count: field.dimension)
        try span.state(at: $0.time, into: landed.pointer, counts: &locating)
        mark.state = landed
      }
      return mark
    }
  }

  /// Takes note of the residuals that passed a level on the last step.
  mutating func locateKinks(_ span: StepSpan) throws {
    guard kinks != nil else { return }
    point.look(at: state, time: time)
    try kinks?.follow(point, span, offset: offset, scratch: within, counts: &locating)
  }
}
