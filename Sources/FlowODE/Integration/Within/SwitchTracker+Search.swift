import GSLBridge
import Models

extension SwitchTracker {
  /// The arguments at a time within the step, with the sign that they should have.
  func signed(_ theta: Double, _ solution: StepSolution) -> [Double] {
    solution.interpolate(theta, into: state.pointer)
    evaluator.values(state.pointer, into: now.pointer)
    return (0..<evaluator.count).map { evaluator.side($0) * now.pointer[$0] + slack[$0] }
  }

  mutating func passage(
    of entries: [Int], _ span: StepSpan, _ solution: StepSolution
  ) -> (time: Double, change: Change)? {
    var points = (0...Self.parts).map { part in
      let theta = Double(part) / Double(Self.parts)
      return (theta: theta, values: signed(theta, solution))
    }
    samples = [points[Self.parts].values]
    before = zip(points[0].values, slack).map { abs($0 - $1) }
    for k in entries { largest[k] = max(largest[k], abs(points[Self.parts].values[k])) }
    if entries.allSatisfy({ k in points.allSatisfy { $0.values[k] >= 0 } }) {
      // An argument may pass 0 and come back between two points.
      var dips: Set<Double> = []
      for part in 1..<Self.parts {
        for k in entries {
          let (a, b, c) = (points[part - 1].values[k], points[part].values[k], points[part + 1].values[k])
          let bend = a - 2 * b + c
          guard bend > 0, abs(c - a) < 2 * bend, b - (c - a) * (c - a) / (8 * bend) < 0 else { continue }
          dips.insert((Double(part) - (c - a) / (2 * bend)) / Double(Self.parts))
        }
      }
      guard !dips.isEmpty else { return nil }
      for theta in dips { points.append((theta, signed(theta, solution))) }
      points.sort { $0.theta < $1.theta }
    }
    guard
      let wrong = points.indices.first(where: { point in entries.contains { points[point].values[$0] < 0 } })
    else { return nil }
    let crossing = entries.filter { points[wrong].values[$0] < 0 }
    guard wrong > 0 else { return (span.start, .pass(crossing)) }
    let (from, to) = (points[wrong - 1].theta, points[wrong].theta)
    let roots = crossing.map { k in
      (
        entry: k,
        theta: Self.root(from, to, points[wrong - 1].values[k], points[wrong].values[k]) {
          signed($0, solution)[k]
        }
      )
    }
    let least = roots.reduce(1.0) { min($0, $1.theta) }
    let time = least >= 1 ? span.end : span.start + least * (span.end - span.start)
    return (time, .pass(roots.filter { $0.theta - least <= Self.together }.map(\.entry)))
  }

  func departure(
    of number: Int, _ span: StepSpan, _ solution: StepSolution
  ) -> (time: Double, change: Change)? {
    func room(_ theta: Double) -> (room: Double, side: Double) {
      solution.interpolate(theta, into: state.pointer)
      let side = sides(at: state.pointer, time: span.start)[number]
      return (1 - abs(side), side < 0 ? -1 : 1)
    }
    let end = room(1)
    guard end.room < 0 else { return nil }
    let start = room(0)
    guard start.room > 0 else { return (span.start, .leave(number, side: start.side)) }
    let theta = Self.root(0, 1, start.room, end.room) { room($0).room }
    return (
      theta >= 1 ? span.end : span.start + theta * (span.end - span.start), .leave(number, side: room(theta).side)
    )
  }

  /// Where a function that is positive at `low` and negative at `high` vanishes: by false position with halving (the Illinois rule).
  private static func root(
    _ low: Double, _ high: Double, _ atLow: Double, _ atHigh: Double, _ function: (Double) -> Double
  ) -> Double {
    var (low, high, atLow, atHigh) = (low, high, atLow, atHigh)
    var side = 0
    for round in 0..<100 where high - low > 1e-14 {
      var x = round < 30 ? (low * atHigh - high * atLow) / (atHigh - atLow) : 0.5 * (low + high)
      if !(x > low && x < high) { x = 0.5 * (low + high) }
      let value = function(x)
      if value > 0 {
        (low, atLow) = (x, value)
        if side < 0 { atHigh *= 0.5 }
        side = -1
      } else {
        (high, atHigh) = (x, value)
        if value == 0 { return x }
        if side > 0 { atLow *= 0.5 }
        side = 1
      }
    }
    return high
  }
}
