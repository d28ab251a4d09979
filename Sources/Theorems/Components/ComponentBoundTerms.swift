import FlowODE
import Models
import Verdicts

/// The growth of every component over each step and since the last save time, between the integrals of its bounds.
final class ComponentBoundTerms: BoundTerms {
  let names: [String]
  private let states: ComponentStates
  private let band: ComponentBand
  private let kind: ComponentRates.Kind
  private let epsilons: Buffer<Double>
  /// σ and the integrals of the lower and the upper bound: now, at the state before and at the save time before.
  private let now: Buffer<Double>
  private let stepped: Buffer<Double>
  private let saved: Buffer<Double>
  /// Changes of the three, and the sizes they are differences of.
  private let moved: Buffer<Double>
  private let sizes: Buffer<Double>
  /// The nearer bound and what it bounds, or the other way round, of a false relative: it is enough to know that one of the two fails.
  private let pairs: Buffer<Double>
  /// Where the branches' integrals are among those of the rates.
  private var place = 0
  private var negativePlace = 0
  private let conservation: BalanceWatch
  /// Flow time of the step before.
  private var lastTime = 0.0
  /// The part of a component's norm that a false bound must be exceeded by over a step, before its rejection is asked for.
  private static let leastExcess = 1e-6
  /// Units in the last place of an integral that the difference of two of its values may be off by.
  private static let roundings = 4.0
  /// The part of a component's size up to which that is borne.
  private static let bearable = 1e-7
  private var largestRounding = 0.0
  private var isBegun = false
  /// Whether the state before was a save time's.
  private var isSaved = false
  private var isFalsified = false
  private var curve: [(time: Double, rows: [Double])] = []

  /// - Parameters:
  ///   - start: θ(0).
  ///   - unbalancedness: ε of each component.
  init(_ states: ComponentStates, _ band: ComponentBand, start: [Double], unbalancedness: [Double]) {
    self.states = states
    self.band = band
    let given = unbalancedness.map { band.epsilonFactor * $0 }
    kind = .branches(given)
    _ = states.rates.place(of: kind)
    epsilons = Buffer(given)
    conservation = states.conservation(since: start)
    let count = states.count
    now = Buffer(count: 3 * count)
    stepped = Buffer(count: 3 * count)
    saved = Buffer(count: 3 * count)
    moved = Buffer(count: 3 * count)
    sizes = Buffer(count: count)
    pairs = Buffer(count: band == .law ? 0 : 2 * count)
    names =
      band == .law
      ? (0..<count).map { "the lower bound of component \($0)" }
        + (0..<count).map { "the upper bound of component \($0)" }
      : (0..<count).map { "the bounds of component \($0)" }
  }

  var quadratures: [any Quadrature] { [states.rates] }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    if band != .law, !isFalsified, point.isStep {
      states.moveWithGammas(to: point)
      compareWithRates(over: point.time - lastTime)
    } else {
      states.move(to: point)
    }
    if point.isStep { lastTime = point.time }
    let count = states.count
    states.watchConservation(time: point.time)
    if !isBegun {
      place = states.rates.place(of: kind)
      negativePlace = states.rates.negativePlace(of: kind)
    }
    read(integrals)
    if !isBegun {
      saved.pointer.update(from: now.pointer, count: 3 * count)
      stepped.pointer.update(from: now.pointer, count: 3 * count)
      isBegun = true
    }
    if point.steps > 0 {
      if !isSaved { note(since: stepped.pointer, point.time, &fold) }
      note(since: saved.pointer, point.time, &fold)
    }
    isSaved = point.isSave
    stepped.pointer.update(from: now.pointer, count: 3 * count)
    guard point.isSave else { return }
    saved.pointer.update(from: now.pointer, count: 3 * count)
    if band == .law { curve.append((point.time, (0..<(3 * count)).map { now.pointer[$0] })) }
  }

  private func read(_ integrals: UnsafePointer<Double>) {
    let count = states.count
    let (all, negative) = (integrals + place, integrals + negativePlace)
    let (norms, low, high) = (now.pointer, now.pointer + count, now.pointer + 2 * count)
    norms.update(from: states.rows.norms.pointer, count: count)
    for r in 0..<count {
      let bounds = band.integrals(
        first: all[r], second: all[count + r], firstNegative: negative[r], secondNegative: negative[count + r])
      low[r] = bounds.low
      high[r] = bounds.high
    }
  }

  private func note(since base: UnsafePointer<Double>, _ time: Double, _ fold: inout MarginFold) {
    let count = states.count
    let (now, moved, sizes) = (now.pointer, moved.pointer, sizes.pointer)
    for k in 0..<(3 * count) { moved[k] = now[k] - base[k] }
    for r in 0..<count { sizes[r] = max(now[r], base[r]) }
    // Nothing is compared of a component whose ε is no longer that of the start, or that is lost in the rounding of its integrals.
    let (low, high) = (now + count, now + 2 * count)
    let unit = Self.roundings * JudgingRule.unitRoundoff
    var largest = largestRounding
    conservation.isOver.withUnsafeBufferPointer { isOver in
      for r in 0..<count {
        let rounding = unit * max(abs(low[r]), abs(high[r]))
        if rounding <= Self.bearable * sizes[r], !isOver[r] {
          if rounding > largest * sizes[r] { largest = rounding / sizes[r] }
        } else {
          for k in 0..<3 { moved[k * count + r] = 0 }
        }
      }
    }
    largestRounding = largest
    guard band != .law else {
      fold.note(from: 0, values: moved + count, bounds: moved, terms: sizes, count: count, time: time)
      fold.note(from: count, values: moved, bounds: moved + 2 * count, terms: sizes, count: count, time: time)
      return
    }
    let (lower, upper) = (pairs.pointer, pairs.pointer + count)
    let (growth, least, most) = (moved, moved + count, moved + 2 * count)
    for r in 0..<count {
      let (below, above) = (growth[r] - least[r], most[r] - growth[r])
      let isUpper = above < below || above.isNaN
      lower[r] = isUpper ? growth[r] : least[r]
      upper[r] = isUpper ? most[r] : growth[r]
    }
    fold.note(from: 0, values: lower, bounds: upper, terms: sizes, count: count, time: time)
  }

  /// Compares a false relative with the exact rate, to know whether it is false here.
  ///
  /// - Parameter step: the time since the state before, over which it must be wrong by enough to be seen.
  private func compareWithRates(over step: Double) {
    let rows = states.rows
    let count = states.count
    let (first, second) = (moved.pointer, moved.pointer + count)
    rows.writeBranches(epsilons.pointer, first, second)
    let (gammas, last) = (rows.gammas.pointer, rows.last)
    for r in 0..<count {
      let isNegative = gammas[r] < 0
      let (low, high) = band.integrals(
        first: first[r], second: second[r], firstNegative: isNegative ? first[r] : 0,
        secondNegative: isNegative ? second[r] : 0)
      let rate = gammas[r] * last[r]
      let excess = max(low - rate, rate - high)
      if excess > 0.005 * abs(rate), excess * step > Self.leastExcess * rows.norms.pointer[r] { isFalsified = true }
    }
  }

  func complete(_ evidence: inout Evidence) {
    var inexactness = conservation.inexactness
    if largestRounding > inexactness.largest {
      inexactness = Inexactness(
        "the rounding of integrals beside a component that shrinks", remedy: "lower integration.until",
        largest: largestRounding)
    }
    evidence.inexactness = inexactness
    if band != .law { evidence.isFalsified = isFalsified }
    guard let last = curve.last, let first = curve.first else { return }
    let count = states.count
    let r = (0..<count).max { last.rows[$0] < last.rows[$1] } ?? 0
    let times = curve.map(\.time)
    evidence.plot = Figure(
      "component \(r) between its bounds", xLabel: "t", yLabel: "σ",
      curves: [
        .init("lower bound", x: times, y: curve.map { first.rows[r] + $0.rows[count + r] }, role: .lowerBound),
        .init("σ", x: times, y: curve.map { $0.rows[r] }),
        .init("upper bound", x: times, y: curve.map { first.rows[r] + $0.rows[2 * count + r] }, role: .upperBound),
      ])
  }
}
