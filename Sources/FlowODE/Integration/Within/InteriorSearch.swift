import GSLBridge
import Models

/// Looks within the last step for what falls and comes back: least values that observers watch, and events.
///
/// States are the continuation's. A method that has none is asked for real steps, but only where the cubic through both ends and their
/// slopes leaves something open.
final class InteriorSearch {
  /// A watch with its numbers at the ends of a step.
  private struct Watched {
    let watch: any InteriorWatch
    var start: [Double]
    var end: [Double]
    var knowsStart = false
    var knowsEnd = false
    /// Samples that may still be taken: a run whose every step asks for many, as along kinks, is looked at less closely.
    var allowance = Interior.allowance

    mutating func advance() {
      allowance += 1
      swap(&start, &end)
      (knowsStart, knowsEnd) = (knowsEnd, false)
    }
  }

  private let field: any VectorField
  private let point: TrajectoryPoint
  private var watches: [Watched]
  private let middle: Buffer<Double>
  private let trial: Buffer<Double>
  private let slope: Buffer<Double>
  /// F at both ends of a step of a method without a continuation.
  private var slopes: (start: Buffer<Double>, end: Buffer<Double>)?
  private var knowsSlopes = (start: false, end: false)
  private var middleTime: Double?
  private var isFollowed = true
  /// The part of its size that a number's second difference may be for errors of the states.
  private let noise: Double
  private var offset = 0.0
  /// What sampling has cost.
  var counts = StepCounts()

  /// What a state in the middle of a step is.
  private enum Midway {
    case known
    /// The cubic's.
    case cubic
    /// The cubic's, which the solution does not follow.
    case lost
  }

  /// - Parameter tolerance: rtol.
  /// - Returns: nil where there is nothing to look for.
  init?(
    _ field: any VectorField, _ point: TrajectoryPoint, observers: [any TrajectoryObserver], hasEvents: Bool,
    tolerance: Double
  ) {
    let watches = observers.compactMap(\.watch)
    guard hasEvents || !watches.isEmpty else { return nil }
    noise = max(Interior.rounding, Interior.error * tolerance)
    self.field = field
    self.point = point
    self.watches = watches.map { watch in
      let row = [Double](repeating: 0, count: watch.count)
      return Watched(watch: watch, start: row, end: row)
    }
    middle = Buffer(count: field.dimension)
    trial = Buffer(count: field.dimension)
    slope = Buffer(count: field.dimension)
  }

  /// Whether some observer watches.
  var hasWatches: Bool { !watches.isEmpty }

  /// Begins with a step: what was known at the end of the one before is known at its start.
  func begin() {
    middleTime = nil
    for k in watches.indices {
      watches[k].advance()
    }
    if let pair = slopes { slopes = (pair.end, pair.start) }
    knowsSlopes = (knowsSlopes.end, false)
  }

  // MARK: States

  /// Moves the point to a time within the step.
  private func look(_ span: StepSpan, at time: Double, slopes takesSlope: Bool = false) throws {
    guard let solution = span.solution else {
      try span.state(at: time, into: trial.pointer, counts: &counts)
      return point.look(at: trial.pointer, clock: FlowTime(offset: offset, remainder: time))
    }
    let clock = FlowTime(offset: offset, remainder: time)
    if takesSlope {
      solution.interpolate(span.theta(time), into: trial.pointer, slope: slope.pointer)
      return point.look(at: trial.pointer, clock: clock, slope: slope.pointer)
    }
    solution.interpolate(span.theta(time), into: trial.pointer)
    point.look(at: trial.pointer, clock: clock)
  }

  /// Moves the point to the middle of a stretch: of a whole step to a state that is kept for others, which without a continuation is
  /// that of the cubic.
  ///
  /// - Parameter end: the state at the step's end.
  /// - Returns: what the state is.
  private func lookMidway(
    _ span: StepSpan, _ from: Double, _ to: Double, end: UnsafePointer<Double>, slopes takesSlope: Bool = false
  ) throws -> Midway {
    let time = 0.5 * (from + to)
    guard from == span.start, to == span.end, !takesSlope || span.solution == nil else {
      try look(span, at: time, slopes: takesSlope)
      return .known
    }
    if middleTime != time {
      if let solution = span.solution {
        solution.interpolate(span.theta(time), into: middle.pointer)
      } else {
        isFollowed = try writeCubic(span, end)
      }
      middleTime = time
    }
    point.look(at: middle.pointer, clock: FlowTime(offset: offset, remainder: time))
    return span.solution != nil ? .known : isFollowed ? .cubic : .lost
  }

  /// Writes the middle of the cubic through both ends and their slopes, and says whether the solution follows it: where the chord or
  /// the slopes show a turn, the cubic's slope in the middle must be about F there.
  private func writeCubic(_ span: StepSpan, _ end: UnsafePointer<Double>) throws -> Bool {
    let n = field.dimension
    let pair = slopes ?? (Buffer(count: n), Buffer(count: n))
    slopes = pair
    if !knowsSlopes.start { try field.evaluate(span.start, span.before, pair.start.pointer) }
    if !knowsSlopes.end { try field.evaluate(span.end, end, pair.end.pointer) }
    counts.evaluations += knowsSlopes.start ? 1 : 2
    knowsSlopes = (true, true)
    let h = span.end - span.start
    let (first, last) = (pair.start.pointer, pair.end.pointer)
    var (chord, turn) = (0.0, 0.0)
    for i in 0..<n {
      middle.pointer[i] = 0.5 * (span.before[i] + end[i]) + 0.125 * h * (first[i] - last[i])
      let missed = end[i] - span.before[i] - 0.5 * h * (first[i] + last[i])
      chord += missed * missed
      turn += (last[i] - first[i]) * (last[i] - first[i])
    }
    let size = BLAS.norm2(count: n, first) + BLAS.norm2(count: n, last)
    if chord.squareRoot() <= 0.05 * abs(h) * size, turn.squareRoot() <= 0.25 * size { return true }
    try field.evaluate(0.5 * (span.start + span.end), middle.pointer, slope.pointer)
    counts.evaluations += 1
    var defect = 0.0
    for i in 0..<n {
      let cubic = 1.5 * (end[i] - span.before[i]) / h - 0.25 * (first[i] + last[i])
      defect += (slope.pointer[i] - cubic) * (slope.pointer[i] - cubic)
    }
    return defect.squareRoot() <= 0.02 * (size + BLAS.norm2(count: n, slope.pointer))
  }

  // MARK: Least values

  /// The times between two within the step at which a watch is to be shown the state.
  ///
  /// - Parameters:
  ///   - end: the state at the step's end.
  ///   - offset: what the step's times count from.
  func leastValues(
    _ span: StepSpan, from: Double, to: Double, end: UnsafePointer<Double>, offset: Double
  ) throws -> [(time: Double, watch: any InteriorWatch)] {
    self.offset = offset
    var found: [(time: Double, watch: any InteriorWatch)] = []
    for k in watches.indices {
      let watch = watches[k].watch
      let (low, high) = (max(from, watch.times.lowerBound - offset), min(to, watch.times.upperBound - offset))
      guard low <= high else { continue }
      if low > from { found.append((low, watch)) }
      if high < to { found.append((high, watch)) }
      guard low < high else { continue }
      for time in try leastValues(span, k, low, high, end) where time > from && time < to {
        found.append((time, watch))
      }
    }
    return found
  }

  private func leastValues(
    _ span: StepSpan, _ k: Int, _ from: Double, _ to: Double, _ end: UnsafePointer<Double>
  ) throws -> [Double] {
    let watch = watches[k].watch
    if !(from == span.start && watches[k].knowsStart) {
      try look(span, at: from, slopes: watch.takesVelocity)
      write(watch, into: &watches[k].start)
      watches[k].knowsStart = from == span.start
    }
    if to == span.end {
      point.look(at: end, clock: FlowTime(offset: offset, remainder: to))
      watches[k].knowsEnd = true
    } else {
      try look(span, at: to, slopes: watch.takesVelocity)
    }
    write(watch, into: &watches[k].end)
    let midway = try lookMidway(span, from, to, end: end, slopes: watch.takesVelocity)
    var middle = [Double](repeating: 0, count: watch.count)
    write(watch, into: &middle)
    var search = LeastSearch(
      watch, watches[k].start, watches[k].end, noise: noise,
      deepest: watches[k].allowance > 0 ? Interior.depth(span) : 1)
    guard midway == .lost || search.isOpen(watches[k].start, middle, watches[k].end, depth: 0) else { return [] }
    if midway == .lost { search.forced = Interior.forced }
    func sample(_ time: Double) throws -> [Double] {
      try look(span, at: time, slopes: watch.takesVelocity)
      var values = [Double](repeating: 0, count: watch.count)
      write(watch, into: &values)
      watches[k].allowance -= 1
      return values
    }
    let centre = 0.5 * (from + to)
    if midway != .known { middle = try sample(centre) }
    search.note(centre, middle)
    try search.halve(
      (from, watches[k].start), (centre, middle), (to, watches[k].end), depth: 0, sample: sample)
    return search.times
  }

  private func write(_ watch: any InteriorWatch, into row: inout [Double]) {
    row.withUnsafeMutableBufferPointer { row in
      if let base = row.baseAddress { watch.write(point, into: base) }
    }
  }

  // MARK: Events

  /// A stretch within the step at whose end an event has happened and at whose start it had not: the first one found; nil if there is
  /// none.
  ///
  /// - Parameters:
  ///   - first: the excess at `from`; above 0, or nothing is said.
  ///   - last: the excess at `to`.
  ///   - end: the state at the step's end.
  ///   - size: the largest excess so far.
  func fall(
    _ event: Event, _ span: StepSpan, from: (time: Double, excess: Double), to: (time: Double, excess: Double),
    end: UnsafePointer<Double>, size: Double
  ) throws -> ClosedRange<Double>? {
    offset = 0
    let whole = to.excess <= 0 ? from.time...to.time : nil
    guard from.excess > 0, from.time < to.time else { return whole }
    let midway = try lookMidway(span, from.time, to.time, end: end)
    let centre = 0.5 * (from.time + to.time)
    func sample(_ time: Double) throws -> Double {
      try look(span, at: time)
      return event.excess(point)
    }
    var middle = event.excess(point)
    let noise = noise * size
    guard
      midway == .lost || middle <= 0
        || Interior.mayFall(from.excess, middle, to.excess, below: 0, noise: noise, depth: 0)
    else {
      return to.excess <= 0 ? centre...to.time : nil
    }
    if midway != .known { middle = try sample(centre) }
    return try fall(
      from, (centre, middle), to, noise: noise,
      halvings: (0, Interior.depth(span), midway == .lost ? Interior.forced : 0), sample: sample)
      ?? whole
  }

  private typealias Sample = (time: Double, excess: Double)

  /// The first stretch found, from the left, between three samples the first of which is positive.
  private func fall(
    _ a: Sample, _ m: Sample, _ b: Sample, noise: Double, halvings: (count: Int, most: Int, forced: Int),
    sample: (Double) throws -> Double
  ) throws -> ClosedRange<Double>? {
    guard
      halvings.count < halvings.forced
        || Interior.mayFall(a.excess, m.excess, b.excess, below: 0, noise: noise, depth: halvings.count)
    else {
      if m.excess <= 0 { return a.time...m.time }
      return b.excess <= 0 ? m.time...b.time : nil
    }
    if halvings.count == halvings.most {
      if m.excess <= 0 { return a.time...m.time }
      let turn = m.time + Interior.vertex(a.excess, m.excess, b.excess) * 0.5 * (b.time - a.time)
      if try turn > a.time && turn < b.time && sample(turn) <= 0 { return a.time...turn }
      return b.excess <= 0 ? m.time...b.time : nil
    }
    let next = (halvings.count + 1, halvings.most, halvings.forced)
    let left = 0.5 * (a.time + m.time)
    if let found = try fall(a, (left, try sample(left)), m, noise: noise, halvings: next, sample: sample) {
      return found
    }
    guard m.excess > 0 else { return a.time...m.time }
    let right = 0.5 * (m.time + b.time)
    return try fall(m, (right, try sample(right)), b, noise: noise, halvings: next, sample: sample)
  }
}
