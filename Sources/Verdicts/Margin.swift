/// What one rung found out about an inequality claim: value ≤ bound, for every law at every checked time.
///
/// The slack is bound − value. Rungs share their save times, at which the solver's error of the slack itself can be read off
/// as the difference of two rungs; accepted steps and events between two save times are kept as the least slack there.
public struct Margin: Sendable, Equatable {
  /// One name per law.
  public let laws: [String]
  /// The save times, ascending.
  public let times: [Double]
  /// The slack at the save times, `times.count` × `laws.count`.
  public let slack: [Double]
  /// The least slack since the save time before, that save time excluded and this one included; same layout.
  public let least: [Double]
  /// The largest of |value|, |bound| and the terms they were formed from over the same stretch; same layout.
  public let size: [Double]
  /// The largest value/bound (bound/value where both are negative): 1 is a bound that is attained; nil if none is defined.
  public let tightness: Double?
  /// Where the tightness was attained: the law and the time.
  public let tightestLaw: String
  /// Flow time at which the tightness was attained.
  public let tightestTime: Double

  /// A margin of `laws.count` laws at `times.count` save times, in the layout of the properties.
  public init(
    laws: [String], times: [Double], slack: [Double], least: [Double], size: [Double], tightness: Double?,
    tightestLaw: String, tightestTime: Double
  ) {
    self.laws = laws
    self.times = times
    self.slack = slack
    self.least = least
    self.size = size
    self.tightness = tightness
    self.tightestLaw = tightestLaw
    self.tightestTime = tightestTime
  }
}

/// Folds the states of one rung into a ``Margin``; a claim's monitor feeds it.
public struct MarginFold {
  private let laws: [String]
  private var times: [Double] = []
  private var slack: [Double] = []
  private var least: [Double] = []
  private var size: [Double] = []
  private var currentSlack: [Double]
  private var currentLeast: [Double]
  private var currentSize: [Double]
  private var tightness: Double?
  private var tightest = (law: 0, time: 0.0)

  /// A fold that has seen no state, with one name per law.
  public init(laws: [String]) {
    self.laws = laws
    currentSlack = [Double](repeating: .infinity, count: laws.count)
    currentLeast = currentSlack
    currentSize = [Double](repeating: 0, count: laws.count)
  }

  /// Takes note of value ≤ bound of one law at the present state.
  ///
  /// - Parameter terms: the largest term that value and bound are differences of, where they are: their roundoff is its.
  public mutating func note(_ law: Int, value: Double, bound: Double, terms: Double = 0, time: Double) {
    let difference = bound - value
    currentSlack[law] = difference
    if !(difference >= currentLeast[law]) { currentLeast[law] = difference }
    currentSize[law] = max(currentSize[law], abs(value), abs(bound), terms)
    guard max(abs(value), abs(bound)) > 1e-6 * terms else { return }
    var ratio: Double?
    if bound > 0, value >= 0 { ratio = value / bound }
    if bound < 0, value < 0 { ratio = bound / value }
    if let ratio, ratio.isFinite, ratio > tightness ?? -.infinity {
      tightness = ratio
      tightest = (law, time)
    }
  }

  /// Takes note of so many laws in a row at once, the first of them number `first`.
  ///
  /// - Parameters:
  ///   - values: one per law.
  ///   - bounds: one per law.
  ///   - terms: one per law; see ``note(_:value:bound:terms:time:)``.
  public mutating func note(
    from first: Int, values: UnsafePointer<Double>, bounds: UnsafePointer<Double>, terms: UnsafePointer<Double>,
    count: Int, time: Double
  ) {
    for k in 0..<count { note(first + k, value: values[k], bound: bounds[k], terms: terms[k], time: time) }
  }

  /// Ends a stretch at a save time.
  public mutating func save(time: Double) {
    times.append(time)
    slack += currentSlack
    least += currentLeast
    size += currentSize
    for law in laws.indices {
      currentSlack[law] = .infinity
      currentLeast[law] = .infinity
      currentSize[law] = 0
    }
  }

  /// What was found so far.
  public var margin: Margin {
    Margin(
      laws: laws, times: times, slack: slack, least: least, size: size, tightness: tightness,
      tightestLaw: laws.isEmpty ? "none" : laws[tightest.law], tightestTime: tightest.time)
  }
}
