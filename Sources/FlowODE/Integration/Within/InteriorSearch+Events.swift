/// Events that are over again within one step.
extension InteriorSearch {
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
      allowance -= 1
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
    guard allowance > 0 else { return middle <= 0 && midway == .known ? from.time...centre : whole }
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
