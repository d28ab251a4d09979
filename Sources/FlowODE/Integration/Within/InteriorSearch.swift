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

    mutating func advance(_ earned: Int) {
      allowance += earned
      swap(&start, &end)
      (knowsStart, knowsEnd) = (knowsEnd, false)
    }
  }

  private let field: any VectorField
  let point: TrajectoryPoint
  private var watches: [Watched]
  private let middle: Buffer<Double>
  private let trial: Buffer<Double>
  private let slope: Buffer<Double>
  /// F at both ends of a step of a method without a continuation.
  private var slopes: (start: Buffer<Double>, end: Buffer<Double>)?
  private var knowsSlopes = (start: false, end: false)
  private var middleTime: Double?
  /// θ̇ there, once it was asked for.
  private let middleSlope: Buffer<Double>
  private var knowsMiddleSlope = false
  private var endSlope: UnsafePointer<Double>?
  private var steps = 0
  /// Samples that events may still take.
  var allowance = Interior.allowance
  private var isFollowed = true
  /// The part of its size that a number's second difference may be for errors of the states.
  let noise: Double
  var offset = 0.0
  /// What sampling has cost.
  var counts = StepCounts()

  /// What a state in the middle of a step is.
  enum Midway {
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
    middleSlope = Buffer(count: field.dimension)
  }

  /// Whether some observer watches.
  var hasWatches: Bool { !watches.isEmpty }

  /// Begins with a step: what was known at the end of the one before is known at its start.
  func begin() {
    middleTime = nil
    steps += 1
    let earned = steps % Interior.stepsPerSample == 0 ? 1 : 0
    allowance += earned
    for k in watches.indices {
      watches[k].advance(earned)
    }
    if let pair = slopes { slopes = (pair.end, pair.start) }
    knowsSlopes = (knowsSlopes.end, false)
  }

  // MARK: States

  /// Moves the point to a time within the step.
  func look(_ span: StepSpan, at time: Double, slopes takesSlope: Bool = false) throws {
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
  func lookMidway(
    _ span: StepSpan, _ from: Double, _ to: Double, end: UnsafePointer<Double>, slopes takesSlope: Bool = false
  ) throws -> Midway {
    let time = 0.5 * (from + to)
    guard from == span.start, to == span.end else {
      try look(span, at: time, slopes: takesSlope)
      return .known
    }
    if middleTime != time || (takesSlope && !knowsMiddleSlope) {
      if let solution = span.solution {
        knowsMiddleSlope = takesSlope
        if takesSlope {
          solution.interpolate(span.theta(time), into: middle.pointer, slope: middleSlope.pointer)
        } else {
          solution.interpolate(span.theta(time), into: middle.pointer)
        }
      } else {
        isFollowed = try writeCubic(span, end)
      }
      middleTime = time
    }
    let known = takesSlope && knowsMiddleSlope ? UnsafePointer(middleSlope.pointer) : nil
    point.look(at: middle.pointer, clock: FlowTime(offset: offset, remainder: time), slope: known)
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
  ///   - slope: F there, where it is known.
  ///   - offset: what the step's times count from.
  func leastValues(
    _ span: StepSpan, from: Double, to: Double, end: UnsafePointer<Double>, slope endSlope: UnsafePointer<Double>?,
    offset: Double
  ) throws -> [(time: Double, watch: any InteriorWatch)] {
    self.offset = offset
    self.endSlope = endSlope
    var found: [(time: Double, watch: any InteriorWatch)] = []
    for k in watches.indices {
      let watch = watches[k].watch
      guard watch.isOpen else { continue }
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
      point.look(at: end, clock: FlowTime(offset: offset, remainder: to), slope: endSlope)
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
      deepest: Interior.depth(span))
    guard midway == .lost || search.isOpen(watches[k].start, middle, watches[k].end, depth: 0) else { return [] }
    guard watches[k].allowance > 0 else {
      search.note(0.5 * (from + to), middle)
      return midway == .known ? search.times : []
    }
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
}
