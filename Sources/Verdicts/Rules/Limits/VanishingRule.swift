import CMath

/// What a claim's own rule found at one scale α of the start, and by how much the flow departs from the claim there.
public struct VanishingEvidence: Sendable {
  /// α.
  public let scale: Double
  /// What the claim's own rule says at this scale alone.
  public let alone: Judgement
  /// The departure: a residual, what a bound is exceeded by, or how far a fitted exponent lies from the one claimed.
  public let departure: Double
  /// How far it may be off.
  public let uncertainty: Double
  /// What the solver and rounding may make of no departure at all.
  public let level: Double
  /// Why the run is incomplete and what to try; nil if it is complete.
  public let incompleteness: String?

  /// Two rungs of one scale.
  ///
  /// - Parameters:
  ///   - coarse: the rung that the other is compared with.
  ///   - fine: the tightest rung.
  public init(scale: Double, alone: Judgement, coarse: RungEvidence, fine: RungEvidence) {
    self.scale = scale
    self.alone = alone
    incompleteness = fine.incompleteness ?? coarse.incompleteness
    if let claimed = fine.evidence.claimedExponent {
      guard let a = coarse.evidence.fit, let b = fine.evidence.fit else {
        (departure, uncertainty, level) = (.nan, .infinity, .infinity)
        return
      }
      departure = abs(b.exponent - claimed)
      level = ExponentRule.halfWidth(a, b)
      uncertainty = level
    } else {
      departure = fine.evidence.residual
      uncertainty = abs(fine.evidence.residual - coarse.evidence.residual)
      level = max(
        JudgingRule.toleranceFactor * fine.effectiveTolerance, JudgingRule.violationLevel(steps: fine.steps),
        JudgingRule.powerMargin * fine.evidence.rounding)
    }
  }

  /// A departure that was found from two rungs by other means than a claim's own rule.
  ///
  /// - Parameters:
  ///   - uncertainty: by how much the two rungs differ.
  ///   - tolerance: that of the tighter rung, 1000 of which are none.
  public init(scale: Double, departure: Double, uncertainty: Double, tolerance: Double) {
    self.scale = scale
    self.departure = departure
    self.uncertainty = uncertainty
    level = JudgingRule.toleranceFactor * tolerance
    incompleteness = nil
    alone = Judgement(.holds, "the departure is \(tableNumber(departure))")
  }

  /// Whether the departure is none that the solver and rounding do not explain.
  var isNone: Bool { departure <= level }
  /// Whether the departure is known.
  var isKnown: Bool { departure.isFinite && uncertainty <= VanishingRule.uncertainPart * departure }
}

/// Claims about the limit of small starts are judged so, from what their departure is at a ladder of scales α:
///
/// 1. a hypothesis is not met → *vacuous*;
/// 2. a run is incomplete, or a departure is no number → *inconclusive*;
/// 3. the last departure is above what the solver explains, known, and has ceased to fall over a decade of α (``LimitRule``)
///    → *violated*;
/// 4. the ladder is shorter than four halvings, or has fewer than five scales → *inconclusive*;
/// 5. there is no departure at any scale → *holds* if the claim does at every scale, otherwise *inconclusive*, saying where not and why;
/// 6. a departure that is not known, or does not fall at every scale until there is none → *inconclusive*;
/// 7. there is none at the last two scales, where the claim holds by its own rule → *holds*;
/// 8. the last departure is above 5 %, or the last slope d log r/d log α is below ½ or less than the one before by more than 0.15: a
///    power of α is not told from a logarithm → *inconclusive*;
/// 9. otherwise → *holds*.
extension VanishingRule {
  /// The slopes d log r/d log α from each scale to the next; nil where there is no departure.
  public static func slopes(_ points: [VanishingEvidence]) -> [Double?] {
    points.indices.map { k in
      guard k > 0, !points[k - 1].isNone, !points[k].isNone, points[k].departure > 0 else { return nil }
      return log(points[k - 1].departure / points[k].departure) / log(points[k - 1].scale / points[k].scale)
    }
  }

  /// Judges a ladder.
  ///
  /// - Parameters:
  ///   - hypotheses: those of the claim, at every scale.
  ///   - points: α falling.
  public static func judge(hypotheses: [Hypothesis], _ points: [VanishingEvidence]) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    for point in points {
      let name = "the run at α = \(tableNumber(point.scale))"
      if let incomplete = VacuousRule.judge(name, incompleteness: point.incompleteness) { return incomplete }
      guard point.departure.isFinite else {
        return Judgement(.inconclusive, "\(name) has no departure to look at: \(point.alone.reason)")
      }
    }
    guard let first = points.first, let last = points.last else {
      return Judgement(.inconclusive, "no scale was run; give init.scales")
    }
    let trend =
      "departures \(points.map { $0.isNone ? "none" : tableNumber($0.departure) }.joined(separator: ", ")) for α = "
      + points.map { tableNumber($0.scale) }.joined(separator: ", ")
    if !last.isNone, last.isKnown,
      LimitRule.hasCeased(
        points.map { .init(parameter: $0.scale, value: $0.departure, uncertainty: $0.uncertainty) })
    {
      return Judgement(.violated, "the departure does not vanish as α falls: \(trend)")
    }
    guard LadderRule.isLong(points.map(\.scale)) else {
      return Judgement(
        .inconclusive,
        "the ladder halves α \(tableNumber(LadderRule.halvings(first.scale, last.scale))) times over \(points.count) scales; "
          + "four halvings over five are needed; give init.scales more")
    }
    if points.allSatisfy(\.isNone) {
      guard let open = points.first(where: { $0.alone.verdict != .holds }) else {
        return Judgement(
          .holds, "holds at every scale from α = \(tableNumber(first.scale)) to \(tableNumber(last.scale))")
      }
      return Judgement(
        .inconclusive, "at α = \(tableNumber(open.scale)) alone it is inconclusive: \(open.alone.reason)")
    }
    if let loose = points.first(where: { !$0.isNone && !$0.isKnown }) {
      return Judgement(
        .inconclusive,
        "at α = \(tableNumber(loose.scale)) the departure of \(tableNumber(loose.departure)) is known only to "
          + "\(tableNumber(loose.uncertainty)); tighten integration.refine")
    }
    for (before, after) in zip(points, points.dropFirst())
    where !after.isNone && (before.isNone || after.departure >= before.departure) {
      return Judgement(
        .inconclusive,
        "the departure does not fall from α = \(tableNumber(before.scale)) to \(tableNumber(after.scale)), nor has it ceased to over "
          + "a decade: \(trend); use smaller init.scales")
    }
    if points.suffix(endScales).allSatisfy(\.isNone) {
      guard let open = points.suffix(endScales).first(where: { $0.alone.verdict != .holds }) else {
        return Judgement(.holds, "holds: the departure falls until there is none: \(trend)")
      }
      return Judgement(
        .inconclusive, "at α = \(tableNumber(open.scale)) alone it is inconclusive: \(open.alone.reason)")
    }
    let known = slopes(points).compactMap { $0 }
    guard let slope = known.last, known.count >= endScales else {
      return Judgement(.inconclusive, "there are too few departures to tell a trend: \(trend); use more init.scales")
    }
    let before = known[known.count - 2]
    guard slope >= leastSlope, slope >= before - slopeAgreement else {
      return Judgement(
        .inconclusive,
        "the departure falls with the slopes \(tableNumber(before)), \(tableNumber(slope)) in α, which is not told from a logarithm: "
          + "\(trend); use smaller init.scales")
    }
    guard last.departure <= followedLevel else {
      return Judgement(
        .inconclusive,
        "at the smallest α the departure is still \(tableNumber(last.departure)); use smaller init.scales")
    }
    return Judgement(
      .holds,
      "holds: over \(tableNumber(LadderRule.halvings(first.scale, last.scale))) halvings of α the departure falls to "
        + "\(tableNumber(last.departure)), at the end like α^\(tableNumber(slope))")
  }
}
