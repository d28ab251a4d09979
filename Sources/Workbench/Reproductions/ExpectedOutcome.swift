import Settings

/// A number of an experiment beside what is expected of it, as `[outcome.NAME]` of a reproduction's file says it.
package struct ExpectedOutcome: Sendable {
  /// What is taken of a part's points.
  package enum Statistic: Sendable, Equatable {
    /// The median of a quantity, its least or its largest value.
    case median
    case least
    case largest
    /// The share of the points where the quantity lies above a level.
    case shareAbove(Double)
    /// The share of the points where the claim of that name holds.
    case shareHolding
  }

  /// What is expected.
  package enum Target: Sendable, Equatable {
    /// This value, up to a distance.
    case near(Double, within: Double)
    case atMost(Double)
    case atLeast(Double)

    /// Whether a measured value is as expected.
    func isMet(by value: Double) -> Bool {
      switch self {
      case .near(let expected, let tolerance): abs(value - expected) <= tolerance
      case .atMost(let bound): value <= bound
      case .atLeast(let bound): value >= bound
      }
    }
  }

  package let name: String
  /// The name of the part it is about.
  package let part: String
  /// Which points of that it is about.
  package let condition: PointCondition
  /// The quantity's name in summaries of sweeps, or the claim's.
  package let quantity: String
  package let statistic: Statistic
  package let target: Target
  /// Where the expected number is from.
  package let source: String

  /// The claim it is about; nil for a number.
  var claim: String? { statistic == .shareHolding ? quantity : nil }

  /// The statistic in words.
  var words: String {
    switch statistic {
    case .median: "median of \(quantity)"
    case .least: "least \(quantity)"
    case .largest: "largest \(quantity)"
    case .shareAbove(let level): "share with \(quantity) > \(level)"
    case .shareHolding: "share where \(quantity) holds"
    }
  }

  /// The number over the points of a part, and over how many; nil where no point has it.
  ///
  /// - Parameter settings: those that all points of the part share, by path.
  func measured(_ outcomes: [PointOutcome], sharing settings: [String: String]) -> (value: Double, count: Int)? {
    let own = outcomes.filter { outcome in condition.isMet(by: settings.merging(outcome.point) { $1 }) }
    let values = own.flatMap { $0.numbers.filter { $0.name == quantity }.compactMap(\.value) }
    func share(of count: Int, _ all: Int) -> Double? { all == 0 ? nil : Double(count) / Double(all) }
    let value: Double?
    switch statistic {
    case .median: value = ErrorSummary(values)?.quartiles[1]
    case .least: value = values.min()
    case .largest: value = values.max()
    case .shareAbove(let level): value = share(of: values.count { $0 > level }, values.count)
    case .shareHolding:
      let verdicts = own.flatMap(\.claims).filter { $0.claim == quantity }.map(\.verdict)
      return share(of: verdicts.count { $0 == .holds }, verdicts.count).map { ($0, verdicts.count) }
    }
    return value.map { ($0, values.count) }
  }
}
