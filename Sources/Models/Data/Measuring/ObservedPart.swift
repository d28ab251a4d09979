/// How much of what is known gets observed.
public enum ObservedPart: Sendable, Equatable {
  /// A fraction in (0, 1], rounded to the nearest count, at least one.
  case fraction(Double)
  /// So many.
  case count(Int)

  /// The number of observations among `known` entries.
  ///
  /// - Throws: ``Refusal`` if the part is out of range.
  func count(of known: Int) throws(Refusal) -> Int {
    switch self {
    case .fraction(let fraction):
      guard fraction > 0, fraction <= 1 else {
        throw Refusal(
          "the observed fraction is \(fraction)",
          remedy: "use problem.observed with a fraction in (0, 1] or an integer count"
        )
      }
      return max(1, Int((fraction * Double(known)).rounded()))
    case .count(let count):
      guard count >= 1 else {
        throw Refusal("\(count) observed entries", remedy: "observe at least one entry")
      }
      guard count <= known else {
        throw Refusal(
          "\(count) observations were asked for, and there are only \(known) entries",
          remedy: "use problem.observed \(known) or less (a fraction needs a decimal point: problem.observed 1.0)")
      }
      return count
    }
  }
}
