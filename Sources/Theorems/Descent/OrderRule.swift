import CMath
import GSLBridge
import Verdicts

/// Gaps measured at a ladder of learning rates, as the order rule sees them.
public struct OrderEvidence: Sendable, Equatable {
  /// p in gap = O(ηᵖ).
  public let claimed: Double
  /// Learning rates, strictly decreasing, and the gap at each; nil where there is none, as after divergence.
  public let gaps: [(rate: Double, gap: Double?)]
  /// Bound on the error of what the gaps are measured against, from recomputing it at a tighter tolerance.
  public let referenceError: Double
  /// How far the reference itself moved, in the measure of the gaps: a gap of that size is saturated.
  public let movement: Double

  public init(claimed: Double, gaps: [(rate: Double, gap: Double?)], referenceError: Double, movement: Double) {
    self.claimed = claimed
    self.gaps = gaps
    self.referenceError = referenceError
    self.movement = movement
  }

  public static func == (a: OrderEvidence, b: OrderEvidence) -> Bool {
    a.claimed == b.claimed && a.referenceError == b.referenceError && a.movement == b.movement
      && a.gaps.elementsEqual(b.gaps) { $0.rate == $1.rate && $0.gap == $1.gap }
  }
}

/// The fitted line log gap = c + p log η: evidence that is printed and decides nothing, for at finite η it is biased by O(η).
public struct OrderFit: Sendable, Equatable, Codable {
  public let slope: Double
  /// Ends of the slope's 95 % interval.
  public let low: Double
  public let high: Double
}

/// The one rule by which orders in the learning rate are judged (THEOREMS 0.7). In this order:
///
/// 1. a hypothesis is not met → *vacuous*;
/// 2. fewer than four rates have a gap → *inconclusive*;
/// 3. the reference's error exceeds 1 % of the smallest gap → *inconclusive*;
/// 4. the last two local orders log(gap/gap′)/log(η/η′) are within 0.1 of the claim → *holds*;
/// 5. the smallest gap is below a quarter of the reference's own movement, the last order falls short of the claim by more
///    than 0.1, and so does the order it tends to: extrapolated from the last two pairs of orders alike, or because the
///    orders fall away from the claim as η shrinks, or are both negative → *violated*;
/// 6. otherwise → *inconclusive*.
public enum OrderRule {
  /// The fewest rates that make an order.
  public static let leastRates = 4
  /// How far a local order may be from the claim.
  public static let tolerance = 0.1
  /// Largest part of the smallest gap that the reference's error may be.
  public static let referencePart = 0.01
  /// Gaps above this part of the reference's movement may be saturated, so they refute nothing.
  public static let saturation = 0.25

  /// Local orders between successive rates that both have a positive gap; nil for the first rate and where there is none.
  public static func localOrders(_ gaps: [(rate: Double, gap: Double?)]) -> [Double?] {
    gaps.indices.map { k in
      guard k > 0, let a = gaps[k - 1].gap, let b = gaps[k].gap, a > 0, b > 0, a.isFinite, b.isFinite else {
        return nil
      }
      return log(a / b) / log(gaps[k - 1].rate / gaps[k].rate)
    }
  }

  /// The least-squares line through the finite positive gaps; nil for fewer than three.
  public static func fit(_ gaps: [(rate: Double, gap: Double?)]) -> OrderFit? {
    let points = gaps.compactMap { point in
      point.gap.flatMap { $0 > 0 && $0.isFinite ? (log(point.rate), log($0)) : nil }
    }
    guard let fit = try? LineFit(x: points.map(\.0), y: points.map(\.1)) else { return nil }
    return OrderFit(slope: fit.slope, low: fit.slopeInterval95.lowerBound, high: fit.slopeInterval95.upperBound)
  }

  public static func judge(hypotheses: [Hypothesis], evidence: OrderEvidence, what: String = "gap") -> Judgement {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))")
    }
    let usable = evidence.gaps.filter { $0.gap.map(\.isFinite) ?? false }
    guard usable.count >= leastRates, usable.last?.rate == evidence.gaps.last?.rate else {
      return Judgement(
        .inconclusive,
        "only \(usable.count) of \(evidence.gaps.count) learning rates have a \(what), and an order needs \(leastRates) "
          + "that reach the smallest: give --learning-rates smaller values")
    }
    guard let smallest = usable.compactMap(\.gap).min(), smallest > 0 else {
      return Judgement(.inconclusive, "a \(what) is exactly zero, so there is no order; raise --until or the scale")
    }
    guard evidence.referenceError <= referencePart * smallest else {
      return Judgement(
        .inconclusive,
        "the reference's error of \(number(evidence.referenceError)) is above 1% of the smallest \(what), "
          + "\(number(smallest)): tighten --refine, or use larger learning rates")
    }
    let orders = localOrders(usable)
    let n = orders.count
    guard let last = orders[n - 1], let before = orders[n - 2] else {
      return Judgement(.inconclusive, "the last two orders of the \(what) are not defined")
    }
    let claimed = evidence.claimed
    let list = "the last two orders of the \(what) are \(digits(before)) and \(digits(last))"
    if abs(last - claimed) <= tolerance, abs(before - claimed) <= tolerance {
      return Judgement(.holds, "holds: \(list), claimed \(digits(claimed))")
    }
    if last > claimed + tolerance, before > claimed - tolerance {
      return Judgement(
        .inconclusive,
        "\(list): it shrinks faster than order \(digits(claimed)); give --learning-rates smaller values")
    }
    let isUnsaturated = smallest <= saturation * evidence.movement
    if last < claimed - tolerance, isUnsaturated, fallsShort(usable.map(\.rate), orders, claimed) {
      return Judgement(.violated, "\(list), and do not tend to \(digits(claimed)): the smallest is \(number(smallest))")
    }
    return Judgement(
      .inconclusive,
      isUnsaturated
        ? "\(list), not yet within \(tolerance) of \(digits(claimed)): give --learning-rates smaller values"
        : "\(list), and even the smallest \(what), \(number(smallest)), is of the size of the motion itself, "
          + "\(number(evidence.movement)): give --learning-rates smaller values or lower --until")
  }

  /// Whether the orders tend to something below the claim. An order that is right in the limit differs from it by O(η), so
  /// p ≈ o + (o − o′)/(η′/η − 1) from two successive orders.
  private static func fallsShort(_ rates: [Double], _ orders: [Double?], _ claimed: Double) -> Bool {
    let n = orders.count
    func limit(_ k: Int) -> Double? {
      guard k >= 1, let here = orders[k], let before = orders[k - 1] else { return nil }
      return here + (here - before) / (rates[k - 1] / rates[k] - 1)
    }
    guard let last = orders[n - 1], let before = orders[n - 2], let tends = limit(n - 1) else { return false }
    guard tends < claimed - tolerance else { return false }
    // Falling away from the claim, or a gap that grows while η shrinks.
    if last <= before || (last <= 0 && before <= 0) { return true }
    guard let tended = limit(n - 2) else { return false }
    return tended < claimed - tolerance && abs(tends - tended) <= 2 * tolerance
  }

  private static func number(_ value: Double) -> String { tableNumber(value) }

  /// An order with three digits after the point at most.
  public static func digits(_ order: Double) -> String {
    guard order.isFinite, abs(order) < 1e6 else { return number(order) }
    let thousandths = Int((order * 1000).rounded())
    var text = String(abs(thousandths) % 1000)
    text = String(repeating: "0", count: 3 - text.count) + text
    while text.last == "0" { text.removeLast() }
    return (thousandths < 0 ? "-" : "") + "\(abs(thousandths) / 1000)" + (text.isEmpty ? "" : ".\(text)")
  }
}
