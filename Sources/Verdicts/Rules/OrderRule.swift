import CMath

/// Gaps measured at a ladder of learning rates.
public struct OrderEvidence: Sendable {
  /// What shrinks with the learning rate, in a word.
  public let quantity: String
  /// p in gap = O(ηᵖ).
  public let claimed: Double
  /// Learning rates, strictly decreasing, and the gap at each; nil where there is none, as after divergence.
  public let gaps: [(rate: Double, gap: Double?)]
  /// Bound on the error of what the gaps are measured against, from recomputing it at a tighter tolerance.
  public let referenceError: Double
  /// How far the reference itself moved, in the measure of the gaps: a gap of that size is saturated.
  public let movement: Double
  /// Gaps that are all up to this level are rounding errors and have no order.
  public let roundoff: Double
  /// Why the reference is incomplete and what to try; nil if it is complete.
  public let incompleteness: String?
  /// What limits the order whatever the claim, as a sentence: gaps that fall short then refute nothing.
  public let obstacle: String?

  /// - Parameter roundoff: negative where gaps cannot be told from rounding by their size.
  public init(
    quantity: String = "gap", claimed: Double, gaps: [(rate: Double, gap: Double?)], referenceError: Double,
    movement: Double, roundoff: Double = -1, incompleteness: String? = nil, obstacle: String? = nil
  ) {
    self.quantity = quantity
    self.claimed = claimed
    self.gaps = gaps
    self.referenceError = referenceError
    self.movement = movement
    self.roundoff = roundoff
    self.incompleteness = incompleteness
    self.obstacle = obstacle
  }
}

/// Orders in the learning rate are judged so (THEOREMS 0.7), in this order:
///
/// 1. a hypothesis is not met → *vacuous*;
/// 2. the reference is incomplete, or every gap is at roundoff → *inconclusive*;
/// 3. fewer than four rates have a gap → *inconclusive*;
/// 4. the reference's error exceeds 1 % of the smallest gap → *inconclusive*;
/// 5. the last two local orders log(gap/gap′)/log(η/η′) are within 0.1 of the claim → *holds*;
/// 6. the smallest gap is below a quarter of the reference's own movement, the last order falls short of the claim by more
///    than 0.1, and so does the order it tends to: extrapolated from the last two pairs of orders alike, which must have settled to a
///    tenth of what they lack, or because the orders fall away from the claim as η shrinks, or are both negative → *violated*,
///    unless something else limits the order;
/// 7. otherwise → *inconclusive*.
extension OrderRule {
  /// Local orders between successive rates that both have a positive gap; nil for the first rate and where there is none.
  public static func localOrders(_ gaps: [(rate: Double, gap: Double?)]) -> [Double?] {
    gaps.indices.map { k in
      guard k > 0, let a = gaps[k - 1].gap, let b = gaps[k].gap, a > 0, b > 0, a.isFinite, b.isFinite else {
        return nil
      }
      return log(a / b) / log(gaps[k - 1].rate / gaps[k].rate)
    }
  }

  /// Judges a ladder of learning rates.
  public static func judge(hypotheses: [Hypothesis], evidence: OrderEvidence) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    if let incomplete = VacuousRule.judge("the reference flow", incompleteness: evidence.incompleteness) {
      return incomplete
    }
    let what = evidence.quantity
    let known = evidence.gaps.compactMap(\.gap)
    if known.count == evidence.gaps.count, let worst = known.max(), worst <= evidence.roundoff {
      return Judgement(
        .inconclusive,
        "the \(what) is at roundoff at every rate (\(number(worst))), so it has no order; "
          + "use larger learning rates or another start")
    }
    let judgement = judge(evidence, what)
    if judgement.verdict == .violated, let obstacle = evidence.obstacle {
      return Judgement(.inconclusive, "\(judgement.reason); \(obstacle)")
    }
    return judgement
  }

  private static func judge(_ evidence: OrderEvidence, _ what: String) -> Judgement {
    let usable = evidence.gaps.filter { $0.gap.map(\.isFinite) ?? false }
    guard usable.count >= leastRates, usable.last?.rate == evidence.gaps.last?.rate else {
      return Judgement(
        .inconclusive,
        "only \(usable.count) of \(evidence.gaps.count) learning rates have a \(what), and an order needs \(leastRates) "
          + "that reach the smallest: give compare.learning-rates smaller values")
    }
    guard let smallest = usable.compactMap(\.gap).min(), smallest > 0 else {
      return Judgement(
        .inconclusive, "a \(what) is exactly zero, so there is no order; raise integration.until or the scale")
    }
    guard evidence.referenceError <= referencePart * smallest else {
      return Judgement(
        .inconclusive,
        "the reference's error of \(number(evidence.referenceError)) is above 1% of the smallest \(what), "
          + "\(number(smallest)): tighten integration.refine, or use larger learning rates")
    }
    // Every usable gap is positive and finite, so each has an order but the first.
    let orders = localOrders(usable).compactMap { $0 }
    let (before, last) = (orders[orders.count - 2], orders[orders.count - 1])
    let claimed = evidence.claimed
    let list = "the last two orders of the \(what) are \(digits(before)) and \(digits(last))"
    if abs(last - claimed) <= tolerance, abs(before - claimed) <= tolerance {
      return Judgement(.holds, "holds: \(list), claimed \(digits(claimed))")
    }
    if last > claimed + tolerance, before > claimed - tolerance {
      return Judgement(
        .inconclusive,
        "\(list): it shrinks faster than order \(digits(claimed)); give compare.learning-rates smaller values")
    }
    let isUnsaturated = smallest <= saturation * evidence.movement
    if last < claimed - tolerance, isUnsaturated, fallsShort(usable.map(\.rate), orders, claimed) {
      return Judgement(.violated, "\(list), and do not tend to \(digits(claimed)): the smallest is \(number(smallest))")
    }
    return Judgement(
      .inconclusive,
      isUnsaturated
        ? "\(list), not yet within \(tolerance) of \(digits(claimed)): give compare.learning-rates smaller values"
        : "\(list), and even the smallest \(what), \(number(smallest)), is of the size of the motion itself, "
          + "\(number(evidence.movement)): give compare.learning-rates smaller values or lower integration.until")
  }

  /// Whether the orders tend to something below the claim: they fall away from it; or they have settled, so that what they still move
  /// from one rate to the next is a small part of what they lack, and the limits p ≈ o + (o − o′)/(η′/η − 1), for orders that differ
  /// from theirs by O(η), extrapolated from the last two pairs agree. Orders that still rise towards the claim, however slowly,
  /// refute nothing.
  ///
  /// - Parameter orders: one fewer than rates, at least three.
  private static func fallsShort(_ rates: [Double], _ orders: [Double], _ claimed: Double) -> Bool {
    func limit(_ k: Int) -> Double { orders[k] + (orders[k] - orders[k - 1]) / (rates[k] / rates[k + 1] - 1) }
    let k = orders.count - 1
    let (tends, tended) = (limit(k), limit(k - 1))
    guard tends < claimed - tolerance else { return false }
    // Falling away from the claim, or a gap that grows while η shrinks.
    if orders[k] <= orders[k - 1] || (orders[k] <= 0 && orders[k - 1] <= 0) { return true }
    guard orders[k] - orders[k - 1] <= settledPart * (claimed - orders[k]) else { return false }
    return tended < claimed - tolerance && abs(tends - tended) <= limitAgreement
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
