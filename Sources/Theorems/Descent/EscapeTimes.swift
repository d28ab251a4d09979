import CMath
import GSLBridge
import Verdicts

/// Compares in which order and when components are learned. Times lie between save times by interpolating the logarithm of
/// the norm, so they are as good as the save times are dense; the same holds for flow and descents.
enum EscapeTimes {
  /// Components whose final norm is below this part of the largest are not followed.
  static let leastPart = 0.05
  /// The most components listed.
  static let most = 10

  static func reports(times: [Double], flow: [[Double]], descents: [[[Double]]]) -> [EscapeReport] {
    guard flow.count == times.count, let last = flow.last, let first = flow.first, times.count >= 3 else { return [] }
    let largest = last.max() ?? 0
    let followed = last.indices.filter { last[$0] > leastPart * largest && first[$0] < 0.5 * last[$0] }
    let chosen = Ordering.positions(followed.count) { last[followed[$0]] > last[followed[$1]] }.prefix(most)
    let escapes = chosen.compactMap { position -> EscapeReport? in
      let r = followed[position]
      let level = 0.5 * last[r]
      guard let escape = crossing(times, flow, r, level) else { return nil }
      return EscapeReport(
        component: r + 1, finalNorm: last[r], flow: escape, descents: descents.map { crossing(times, $0, r, level) })
    }
    return Ordering.positions(escapes.count) { a, b in
      (escapes[a].flow, escapes[a].component) < (escapes[b].flow, escapes[b].component)
    }.map { escapes[$0] }
  }

  private static func crossing(_ times: [Double], _ norms: [[Double]], _ r: Int, _ level: Double) -> Double? {
    for k in norms.indices.dropFirst() where k < times.count {
      guard norms[k].indices.contains(r), norms[k - 1].indices.contains(r) else { return nil }
      let (before, after) = (norms[k - 1][r], norms[k][r])
      guard before < level, after >= level else { continue }
      let share = before > 0 ? log(level / before) / log(after / before) : 1
      return times[k - 1] + share * (times[k] - times[k - 1])
    }
    return nil
  }

  /// One sentence on the order and the lags, or nil if nothing escaped.
  static func sentence(_ escapes: [EscapeReport], rates: [Double]) -> String? {
    guard let first = escapes.first, !rates.isEmpty else { return nil }
    var changed: [Double] = []
    for (k, rate) in rates.enumerated() {
      let order = escapes.compactMap(\.descents[k])
      if order.count < escapes.count || zip(order, order.dropFirst()).contains(where: { $0 > $1 }) {
        changed.append(rate)
      }
    }
    let lag = escapes.compactMap { escape in escape.descents[rates.count - 1].map { $0 - escape.flow } }
      .max { abs($0) < abs($1) }
    let others = "rate \(changed.map(tableSetting).joined(separator: ", "))"
    let kept = changed.isEmpty ? "the same at every rate" : "not the same at \(others)"
    return
      (escapes.count == 1
      ? "component \(first.component) reaches half of its final norm \(changed.isEmpty ? "at every rate" : "but not at \(others)")"
      : "the order in which \(escapes.count) components (first: \(first.component)) reach half of their final norm is \(kept)")
      + (lag.map { "; at the smallest rate the largest lag is \(tableNumber($0))" } ?? "")
  }
}
