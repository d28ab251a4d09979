import CMath
import Models

/// The times at which states are saved. The same grid serves every rung of a refinement, so their states are comparable.
public struct SaveGrid: Sendable, Equatable {
  /// Strictly increasing, from 0 to the horizon.
  public let times: [Double]

  /// `count` equally spaced times including 0 and `until`.
  ///
  /// - Throws: ``Refusal`` unless `until` is between 1e-290 and 1e290 and `count` between 2 and 10⁷.
  public static func linear(until: Double, count: Int) throws(Refusal) -> SaveGrid {
    try check(until: until, count: count)
    let last = count - 1
    var times = (0..<last).map { (k: Int) -> Double in until * Double(k) / Double(last) }
    times.append(until)
    return SaveGrid(times: times)
  }

  /// 0, then a geometric sequence of `count` − 1 times from `first` to `until`.
  ///
  /// - Throws: ``Refusal`` as for ``linear(until:count:)``, or if until/first overflows.
  public static func logarithmic(until: Double, count: Int, first: Double) throws(Refusal) -> SaveGrid {
    try check(until: until, count: count)
    guard count > 2, first > 0, first < until else { return SaveGrid(times: [0, until]) }
    let quotient = until / first
    guard quotient.isFinite else {
      throw Refusal(
        "the first step ends at t = \(first), too small beside the horizon \(until)",
        remedy: "lower integration.until, or use linear save times")
    }
    let ratio = log(quotient)
    var times = [0.0]
    times.reserveCapacity(count)
    for k in 0..<(count - 2) {
      let time = k == 0 ? first : first * exp(ratio * Double(k) / Double(count - 2))
      if time > times[times.count - 1], time < until { times.append(time) }
    }
    times.append(until)
    return SaveGrid(times: times)
  }

  private static func check(until: Double, count: Int) throws(Refusal) {
    // Outside, products with the number of save times would overflow or lose digits.
    guard until >= 1e-290, until <= 1e290 else {
      throw Refusal("the horizon is \(until)", remedy: "give integration.until a positive number, 1e-290 to 1e290")
    }
    guard (2...10_000_000).contains(count) else {
      throw Refusal("\(count) save times were asked for", remedy: "use integration.save between 2 and 10000000")
    }
  }

  /// The same times with their midpoints.
  var refined: SaveGrid {
    var dense = [times[0]]
    for (start, end) in zip(times, times.dropFirst()) {
      let middle = 0.5 * start + 0.5 * end
      if middle > start, middle < end { dense.append(middle) }
      dense.append(end)
    }
    return SaveGrid(times: dense)
  }
}

extension SaveGrid {
  /// The times up to one of them, which becomes the horizon.
  package func upTo(_ time: Double) -> SaveGrid { SaveGrid(times: times.filter { $0 <= time }) }
}
