/// What one rung found out about an inequality claim: value ≤ bound, for every law at every checked time.
///
/// The slack is bound − value. Rungs share their save times, at which the solver's error of the slack itself can be read off
/// as the difference of two rungs; accepted steps and events between two save times are kept as the least slack there.
public struct Margin: Sendable, Equatable, Codable {
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
  private let reserved: Int
  private var times: [Double] = []
  private var slack: [Double] = []
  private var least: [Double] = []
  private var size: [Double] = []
  private var currentSlack: [Double]
  private var currentLeast: [Double]
  private var currentSize: [Double]
  private var tightness: Double?
  private var tightest = (law: 0, time: 0.0)

  /// Numbers that room is made for at once, at most.
  private static let mostReserved = 1 << 22

  /// A fold that has seen no state, with one name per law.
  ///
  /// - Parameter saves: how many save times there may be.
  public init(laws: [String], saves: Int = 0) {
    self.laws = laws
    reserved = laws.count * min(saves, Self.mostReserved / max(1, laws.count))
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
    compare(law, value, bound, terms, time)
  }

  /// Compares a law's tightness with the largest so far.
  private mutating func compare(_ law: Int, _ value: Double, _ bound: Double, _ terms: Double, _ time: Double) {
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
    // A tightness above the largest so far is rare, and found by products: only then is each law looked at by itself.
    let level = tightness.map { $0 - abs($0) * 0x1p-49 } ?? -.infinity
    var isTighter = false
    currentSlack.withUnsafeMutableBufferPointer { slack in
      currentLeast.withUnsafeMutableBufferPointer { least in
        currentSize.withUnsafeMutableBufferPointer { size in
          guard let slack = slack.baseAddress, let least = least.baseAddress, let size = size.baseAddress else {
            return
          }
          isTighter = Self.fold(
            count, values, bounds, terms, slack: slack + first, least: least + first, size: size + first, level: level)
        }
      }
    }
    guard isTighter else { return }
    for k in 0..<count { compare(first + k, values[k], bounds[k], terms[k], time) }
  }

  /// Takes note of slack and size of so many laws, and says whether the tightness of some may be above a level.
  private static func fold(
    _ count: Int, _ values: UnsafePointer<Double>, _ bounds: UnsafePointer<Double>, _ terms: UnsafePointer<Double>,
    slack: UnsafeMutablePointer<Double>, least: UnsafeMutablePointer<Double>, size: UnsafeMutablePointer<Double>,
    level: Double
  ) -> Bool {
    typealias Lanes = SIMD4<Double>
    func load(_ place: UnsafePointer<Double>) -> Lanes { UnsafeRawPointer(place).loadUnaligned(as: Lanes.self) }
    func store(_ lanes: Lanes, _ place: UnsafeMutablePointer<Double>) {
      UnsafeMutableRawPointer(place).storeBytes(of: lanes, as: Lanes.self)
    }
    var hits = Lanes.zero
    let whole = count - count % Lanes.scalarCount
    for k in stride(from: 0, to: whole, by: Lanes.scalarCount) {
      let (value, bound, term) = (load(values + k), load(bounds + k), load(terms + k))
      let difference = bound - value
      store(difference, slack + k)
      let before = load(least + k)
      store(difference.replacing(with: before, where: difference .>= before), least + k)
      let (lower, upper) = (
        value.replacing(with: -value, where: value .< 0), bound.replacing(with: -bound, where: bound .< 0)
      )
      let largest = lower.replacing(with: upper, where: upper .>= lower)
      // One after the other, so that what is no number hides nothing.
      var known = load(size + k)
      known.replace(with: lower, where: lower .>= known)
      known.replace(with: upper, where: upper .>= known)
      known.replace(with: term, where: term .>= known)
      store(known, size + k)
      let isUp = (bound .> 0) .& (value .>= 0) .& (value .>= level * bound)
      let isDown = (bound .< 0) .& (value .< 0) .& (bound .<= level * value)
      let isCounted = largest .> 1e-6 * term
      hits.replace(with: 1, where: (isUp .| isDown) .& isCounted)
    }
    var isTighter = hits.max() > 0
    for k in whole..<count {
      let (value, bound) = (values[k], bounds[k])
      let difference = bound - value
      slack[k] = difference
      if !(difference >= least[k]) { least[k] = difference }
      size[k] = max(size[k], abs(value), abs(bound), terms[k])
      let isUp = bound > 0 && value >= 0 && value >= level * bound
      let isDown = bound < 0 && value < 0 && bound <= level * value
      isTighter = isTighter || isUp || isDown
    }
    return isTighter
  }

  /// Ends a stretch at a save time.
  public mutating func save(time: Double) {
    if times.isEmpty {
      slack.reserveCapacity(reserved)
      least.reserveCapacity(reserved)
      size.reserveCapacity(reserved)
    }
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
