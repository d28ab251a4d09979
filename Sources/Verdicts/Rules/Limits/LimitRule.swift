import CMath

/// What claims about a limit have in common: a quantity that is said to vanish with a parameter (α → 0, η → 0, 1/t → 0) is refuted only
/// by a slope that has settled away from the claim, over enough of a range; never by one that may still bend.
extension LimitRule {
  /// One value of the parameter with what was found there.
  struct Point {
    /// The parameter, positive.
    let parameter: Double
    /// The quantity, positive where it is known not to vanish.
    let value: Double
    /// How far the quantity may be off.
    let uncertainty: Double
  }

  private static var halfRange: Double { leastDecades / 2 - rangeSlack }

  /// The largest slopes d log q/d log p that the last points leave room for, each over at least half of the range that is
  /// asked for, the one at the end last; nil where the points do not reach over it, or the quantity may be 0.
  static func slopes(_ points: [Point]) -> (before: Double, last: Double)? {
    guard let end = points.last,
      let middle = points.last(where: { log10($0.parameter / end.parameter) >= halfRange }),
      let first = points.last(where: { log10($0.parameter / middle.parameter) >= halfRange })
    else { return nil }
    func slope(_ from: Point, _ to: Point) -> Double? {
      guard to.value > to.uncertainty, from.value > 0 else { return nil }
      return log((from.value + from.uncertainty) / (to.value - to.uncertainty)) / log(from.parameter / to.parameter)
    }
    guard let before = slope(first, middle), let last = slope(middle, end) else { return nil }
    return (before, last)
  }

  /// Whether a quantity falls by less than a slope over either half of the range, and no faster at its end than before: one that begins to
  /// fall may go on to fall as claimed.
  static func hasSettled(_ points: [Point], below slope: Double) -> Bool {
    slopes(points).map { max($0.before, $0.last) <= slope && $0.last - $0.before <= largestBend } ?? false
  }

  /// Whether a quantity that is claimed to vanish has ceased to fall: over either half of the range its slope is next to nothing.
  static func hasCeased(_ points: [Point]) -> Bool {
    slopes(points).map { max($0.before, $0.last) <= leastSlope } ?? false
  }
}
