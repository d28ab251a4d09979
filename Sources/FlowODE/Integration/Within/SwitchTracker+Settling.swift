import CMath
import GSLBridge
import Models

extension SwitchTracker {
  /// The sides of the kinks that are slid along, at a state.
  func sides(at state: UnsafePointer<Double>, time: Double) -> [Double] {
    _ = try? field.evaluate(time, state, velocity.pointer)
    return evaluator.sliding.map(\.side)
  }

  /// How the arguments move at a state.
  func motion(at state: UnsafePointer<Double>, time: Double) -> [Double] {
    guard (try? field.evaluate(time, state, velocity.pointer)) != nil else {
      return [Double](repeating: .nan, count: evaluator.count)
    }
    evaluator.derivatives(state, direction: velocity.pointer, into: now.pointer)
    return Array(UnsafeBufferPointer(start: now.pointer, count: evaluator.count))
  }

  /// Passes kinks, or begins to slide along them.
  mutating func settle(
    _ entries: [Int], at point: UnsafePointer<Double>, _ clock: FlowTime, slides: Bool
  ) -> Outcome? {
    let before = motion(at: point, time: clock.remainder)
    for k in entries { evaluator.setSide(k, -evaluator.side(k)) }
    let after = motion(at: point, time: clock.remainder)
    guard let leader = entries.max(by: { abs(before[$0]) < abs(before[$1]) }) else { return nil }
    if !(after[leader] * evaluator.side(leader) < -1e-12 * abs(before[leader])) {
      found.passages += entries.count
      setSlack(entries, point)
      return nil
    }
    guard slides else {
      return .failed(
        sentence:
          "the flow reached a kink of the model at t = \(clock.short) that attracts it from both sides: it slides along it",
        remedy: "use integration.method dop853, a smooth function, or lower integration.until", time: clock)
    }
    guard evaluator.sliding.count < Self.mostSliding else { return Self.unknown(clock) }
    let all = [leader] + entries.filter { $0 != leader }
    evaluator.slide(
      along: SwitchedEvaluator.Sliding(
        entries: all, signs: all.map { evaluator.side($0) * evaluator.side(leader) }))
    found.slides += 1
    found.firstSlide = found.firstSlide ?? clock
    // One kink may keep the flow off another.
    for _ in 0...evaluator.sliding.count {
      let sides = sides(at: point, time: clock.remainder)
      guard let out = sides.indices.max(by: { abs(sides[$0]) < abs(sides[$1]) }), abs(sides[out]) > 1 + 1e-9 else {
        return isHeld(at: point, clock, beside: before) ? nil : Self.unknown(clock)
      }
      guard out < evaluator.sliding.count - 1 else { break }
      let left = evaluator.sliding[out].entries
      evaluator.leave(out, to: sides[out] < 0 ? -1 : 1)
      found.departures += 1
      setSlack(left, point)
    }
    return Self.unknown(clock)
  }

  /// Whether the arguments that are slid along stay where they are.
  private func isHeld(at point: UnsafePointer<Double>, _ clock: FlowTime, beside speeds: [Double]) -> Bool {
    let moves = motion(at: point, time: clock.remainder)
    let fastest = speeds.reduce(0) { max($0, abs($1)) }
    return evaluator.sliding.allSatisfy { kink in kink.entries.allSatisfy { abs(moves[$0]) <= 1e-8 * fastest } }
  }

  static func unknown(_ clock: FlowTime) -> Outcome {
    .failed(
      sentence:
        "several kinks of the model attract the flow at t = \(clock.short), and it slides along them in no way that is known",
      remedy: "use a smooth function, another start, or lower integration.until", time: clock)
  }

  static func corner(_ clock: FlowTime) -> Outcome {
    .failed(
      sentence: "several kinks of the model meet at t = \(clock.short), where the flow may go on in more ways than one",
      remedy: "use a smooth function, another start, or lower integration.until", time: clock)
  }

  /// Whether kinks that are no one and the same meet at a state, as all those of a unit do where its weights vanish: Clarke's
  /// subdifferential there leaves more than one way on.
  mutating func isCorner(_ passed: [Int], at point: UnsafePointer<Double>) -> Bool {
    evaluator.values(point, into: now.pointer)
    var entries = passed
    for k in 0..<evaluator.count {
      largest[k] = max(largest[k], abs(now.pointer[k]))
      let isThere = abs(now.pointer[k]) <= closeness * largest[k]
      // What has been at 0 for longer does not arrive there.
      let hasRested = !before.isEmpty && before[k] <= closeness * largest[k]
      if isThere, !hasRested, slack[k] == 0, !passed.contains(k),
        !evaluator.sliding.contains(where: { $0.entries.contains(k) })
      {
        entries.append(k)
      }
    }
    guard entries.count > 1 else { return false }
    // How they move along some directions says whether one is a multiple of another.
    var moves = [[Double]](repeating: [], count: entries.count)
    for pass in 1...3 {
      for i in 0..<field.leadingCount { velocity.pointer[i] = sin(Double(pass) * (1.3 * Double(i) + 0.7)) }
      evaluator.derivatives(point, direction: velocity.pointer, into: now.pointer)
      for (position, k) in entries.enumerated() { moves[position].append(now.pointer[k]) }
    }
    func norm(_ a: [Double]) -> Double { a.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let first = moves[0]
    return moves.dropFirst().contains { other in
      let product = zip(first, other).reduce(0) { $0 + $1.0 * $1.1 }
      let (a, b) = (norm(first), norm(other))
      return norm(zip(first, other).map { $1 * a * a - $0 * product }) > 1e-6 * a * a * b
    }
  }
}
