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
  /// The quantity's name in summaries of sweeps, or the claim's.
  package let quantity: String
  package let statistic: Statistic
  package let target: Target
  /// Where the expected number is from.
  package let source: String

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
  func measured(_ outcomes: [PointOutcome]) -> (value: Double, count: Int)? {
    if statistic == .shareHolding {
      let verdicts = outcomes.flatMap(\.claims).filter { $0.claim == quantity }.map(\.verdict)
      return verdicts.isEmpty ? nil : (Double(verdicts.count { $0 == .holds }) / Double(verdicts.count), verdicts.count)
    }
    let values = outcomes.flatMap { $0.numbers.filter { $0.name == quantity }.compactMap(\.value) }
    guard let summary = ErrorSummary(values), let least = values.min(), let largest = values.max() else { return nil }
    let value =
      switch statistic {
      case .median: summary.quartiles[1]
      case .least: least
      case .largest: largest
      case .shareAbove(let level): Double(values.count { $0 > level }) / Double(values.count)
      case .shareHolding: Double.nan
      }
    return (value, values.count)
  }
}
