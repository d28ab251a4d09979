/// The one fold of equalities over the states of a rung: the worst residual with its law and time, the largest term, by which
/// sizes become relative, and the largest change of a single term, which is the run's power.
///
/// A claim gives numbers at each state: ``begin(time:)``, then ``note(_:residual:size:change:)`` or one of its forms for every
/// law, and ``save()`` at save times. A residual that is not a number stays: no later one takes its place.
public struct ResidualFold: Sendable {
  /// What residuals are relative to.
  public enum Scale: Sendable {
    /// The largest term of all laws.
    case shared
    /// Each law's own largest term.
    case own
  }

  private struct Tally {
    var worst = 0.0
    var time = 0.0
    var largest = 0.0
    var change = 0.0

    @inline(__always)
    mutating func note(_ residual: Double, _ size: Double, _ change: Double, _ now: Double) {
      largest = max(largest, size)
      self.change = max(self.change, change)
      if residual > worst || (residual.isNaN && !worst.isNaN) {
        worst = residual
        time = now
      }
    }
  }

  /// One name per law.
  public let laws: [String]
  private let scale: Scale
  private var tallies: [Tally]
  /// The largest term and change of laws that were noted all at once.
  private var all = Tally()
  private var time = 0.0
  /// The worst residual of the present state; with ``Scale/own`` relative to the largest term so far.
  private var here = 0.0
  private var path: [DriftPoint] = []
  private var first: [Double?]
  private var budget: Double?
  private var sensitivity = 0.0
  private var integralErrors: [Double] = []
  private var rounding = 0.0

  /// A fold that has seen no state, with one name per law.
  public init(laws: [String], relativeTo scale: Scale = .shared) {
    self.laws = laws
    self.scale = scale
    tallies = [Tally](repeating: Tally(), count: laws.count)
    first = [Double?](repeating: nil, count: laws.count)
  }

  /// Goes on to the next state.
  public mutating func begin(time: Double) {
    self.time = time
    here = 0
  }

  /// Takes note of one law at the present state.
  ///
  /// - Parameters:
  ///   - residual: by how much the law is missed; at least 0.
  ///   - size: its largest term.
  ///   - change: the largest change of one of its terms since the start.
  public mutating func note(_ law: Int, residual: Double, size: Double, change: Double) {
    var tally = tallies[law]
    note(&tally, residual, size, change)
    tallies[law] = tally
  }

  private mutating func note(_ tally: inout Tally, _ residual: Double, _ size: Double, _ change: Double) {
    tally.note(residual, size, change, time)
    meet(tally, residual)
  }

  /// Takes note of a residual among those of the present state.
  private mutating func meet(_ tally: Tally, _ residual: Double) {
    let seen = scale == .own ? (tally.largest > 0 ? residual / tally.largest : 0) : residual
    if seen > here || seen.isNaN { here = seen }
  }

  /// Takes note of all laws at once, each of which is the difference of two of so many numbers; false with a scale that is not shared.
  mutating func note(
    _ differences: [TermSums.Difference], of terms: UnsafePointer<Double>, since initial: UnsafePointer<Double>,
    count: Int
  ) -> Bool {
    guard scale == .shared else { return false }
    // Every number is in some law, so that no law's own are needed.
    var (largest, moved) = (all.largest, all.change)
    for t in 0..<count {
      let (size, change) = (abs(terms[t]), abs(terms[t] - initial[t]))
      largest = size > largest ? size : largest
      moved = change > moved ? change : moved
    }
    (all.largest, all.change) = (largest, moved)
    let time = time
    var here = here
    tallies.withUnsafeMutableBufferPointer { tallies in
      differences.withUnsafeBufferPointer { differences in
        guard let tallies = tallies.baseAddress, let laws = differences.baseAddress else { return }
        for law in 0..<differences.count {
          let (a, b) = (Int(laws[law].first), Int(laws[law].second))
          let residual = abs((terms[a] - initial[a]) - (terms[b] - initial[b]))
          if residual > here || residual.isNaN { here = residual }
          if residual <= tallies[law].worst { continue }
          tallies[law].note(residual, 0, 0, time)
        }
      }
    }
    self.here = here
    return true
  }

  /// Takes note of a law that says that a value's change since the start is an integral.
  ///
  /// - Parameters:
  ///   - size: the size of a value beside which its error counts; its magnitude if nil.
  ///   - integralMoves: whether the integral's own change counts as that of a term.
  public mutating func note(
    _ law: Int, value: Double, integral: Double, size: (Double) -> Double = { abs($0) }, integralMoves: Bool = false
  ) {
    let start = first[law] ?? value
    first[law] = start
    let moved = value - start
    note(
      law, residual: abs(moved - integral), size: max(size(value), size(start), abs(integral)),
      change: integralMoves ? max(abs(moved), abs(integral)) : abs(moved))
  }

  /// Takes note of all laws at once, each of which says that a value's change since the start is an integral.
  ///
  /// - Parameters:
  ///   - values: one per law.
  ///   - integrals: one per law.
  ///   - leastSize: a value counts with its magnitude or this, whichever is larger.
  ///   - integralsMove: whether an integral's own change counts as that of a term.
  ///   - chosen: which laws are looked at.
  public mutating func note(
    values: UnsafePointer<Double>, integrals: UnsafePointer<Double>, leastSize: Double = 0, integralsMove: Bool = false,
    of chosen: [Bool]
  ) {
    let (time, isOwn) = (time, scale == .own)
    var here = here
    tallies.withUnsafeMutableBufferPointer { tallies in
      first.withUnsafeMutableBufferPointer { first in
        for law in tallies.indices where chosen[law] {
          let value = values[law]
          let start = first[law] ?? value
          if first[law] == nil { first[law] = value }
          let (moved, integral) = (value - start, integrals[law])
          let residual = abs(moved - integral)
          tallies[law].note(
            residual, max(max(leastSize, abs(value)), max(abs(start), abs(integral))),
            integralsMove ? max(abs(moved), abs(integral)) : abs(moved), time)
          let largest = tallies[law].largest
          let seen = isOwn ? (largest > 0 ? residual / largest : 0) : residual
          if seen > here || seen.isNaN { here = seen }
        }
      }
    }
    self.here = here
  }

  /// Keeps the present state's residual for figures.
  public mutating func save() { path.append(DriftPoint(time: time, residual: here)) }

  /// Adds what the integrator's local error may have moved a law by in the last step.
  ///
  /// - Parameters:
  ///   - sensitivity: a bound on a law's slope in θ at the present state.
  ///   - error: the size of the local error in θ.
  public mutating func allow(sensitivity: Double, error: Double) {
    budget = (budget ?? 0) + max(sensitivity, self.sensitivity) * error
    self.sensitivity = sensitivity
  }

  /// Says how much of each law's residual the errors of its integral may make up by now.
  public mutating func allow(errors: [Double]) { integralErrors = errors }

  /// Takes note of the rounding error of a residual's own evaluation, relative to the largest term.
  public mutating func note(rounding: Double) { self.rounding = max(self.rounding, rounding) }

  /// The largest term of all laws so far.
  public var largestTerm: Double { tallies.reduce(all.largest) { max($0, $1.largest) } }

  /// The law whose residual is largest beside its scale, and that residual; the earlier where two are equal.
  private var worst: (law: Int, residual: Double)? {
    let shared = largestTerm > 0 ? largestTerm : 1
    var found: (law: Int, residual: Double)?
    for (law, tally) in tallies.enumerated() where scale == .shared || tally.largest > 0 {
      let residual = tally.worst / (scale == .own ? tally.largest : shared)
      guard let best = found else {
        if residual > 0 || residual.isNaN { found = (law, residual) }
        continue
      }
      let isEarlier = tally.time < tallies[best.law].time
      if best.residual.isNaN {
        if residual.isNaN, isEarlier { found = (law, residual) }
      } else if residual > best.residual || residual.isNaN || (residual == best.residual && isEarlier) {
        found = (law, residual)
      }
    }
    return found
  }

  /// What the solver's errors may make up of a residual: those of the state, or the largest of the integrals', beside the law's scale.
  private var allowed: Double? {
    let shared = largestTerm > 0 ? largestTerm : 1
    if let budget { return budget / shared }
    guard !integralErrors.isEmpty else { return nil }
    return zip(tallies, integralErrors).reduce(0) { most, item in
      let size = scale == .own ? item.0.largest : shared
      return size > 0 ? max(most, item.1 / size) : most
    }
  }

  /// What was found so far.
  ///
  /// - Parameters:
  ///   - budgetRounding: what rounding may add to the budget, relative to the largest term.
  ///   - unmoved: what stands for the worst law where none was missed at all.
  public func evidence(budgetRounding: Double = 0, unmoved: String = "none") -> Evidence {
    let shared = largestTerm > 0 ? largestTerm : 1
    let worst = worst
    let power = tallies.reduce(all.change) { power, tally in
      scale == .shared ? max(power, tally.change) : tally.largest > 0 ? max(power, tally.change / tally.largest) : power
    }
    var evidence = Evidence(
      residual: worst?.residual ?? 0, power: scale == .shared ? power / shared : power, largestTerm: largestTerm,
      worstTime: worst.map { tallies[$0.law].time } ?? 0,
      worstLaw: worst.map { laws[$0.law] } ?? unmoved,
      budget: allowed.map { $0 + budgetRounding }, rounding: rounding,
      path: scale == .own ? path : path.map { DriftPoint(time: $0.time, residual: $0.residual / shared) })
    evidence.budgetIsEstimate = budget == nil && !integralErrors.isEmpty
    return evidence
  }
}
