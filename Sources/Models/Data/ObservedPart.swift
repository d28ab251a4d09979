/// How much of what is known gets observed.
public enum ObservedPart: Sendable, Equatable {
  /// A fraction in (0, 1], rounded to the nearest count, at least one.
  case fraction(Double)
  case count(Int)

  /// The number of observations among `known` entries.
  ///
  /// - Throws: ``ExperimentError`` if the part is out of range.
  func count(of known: Int) throws(ExperimentError) -> Int {
    switch self {
    case .fraction(let fraction):
      guard fraction > 0, fraction <= 1 else {
        throw ExperimentError(
          "the observed fraction is \(fraction)", remedy: "use --observed with a fraction in (0, 1] or an integer count"
        )
      }
      return max(1, Int((fraction * Double(known)).rounded()))
    case .count(let count):
      guard count >= 1 else {
        throw ExperimentError("\(count) observed entries", remedy: "observe at least one entry")
      }
      guard count <= known else {
        throw ExperimentError(
          "\(count) observations were asked for, and there are only \(known) entries",
          remedy: "use --observed \(known) or less (a fraction needs a decimal point: --observed 1.0)")
      }
      return count
    }
  }
}
