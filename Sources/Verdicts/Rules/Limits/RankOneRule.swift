import CMath

/// The distances of a flow to rank-one trajectories, at one α.
public struct RankOneEvidence: Sendable, Equatable {
  /// α, the scale of the start.
  public let alpha: Double
  /// The sup-distances to the references A, reseeded at the escape, and B, started with the leading component.
  public let reseeded: Double
  /// The sup-distance to reference B.
  public let fromStart: Double
  /// The largest norm on the way.
  public let largestNorm: Double

  /// What one scale shows.
  public init(alpha: Double, reseeded: Double, fromStart: Double, largestNorm: Double) {
    self.alpha = alpha
    self.reseeded = reseeded
    self.fromStart = fromStart
    self.largestNorm = largestNorm
  }
}

extension RankOneRule {
  /// Judges the sup-distances to the references A and B of the rank-one theorem, from the last two rungs:
  ///
  /// 1. a hypothesis is not met → *vacuous*; too few scales or a distance that is no number → *inconclusive*;
  /// 2. over the last decade of α the distance hardly falls, at its end no faster than before, and it is above ten times the guarantee
  ///    and the solver's error small beside it → *violated*;
  /// 3. fewer than four halvings, a distance that does not fall at every scale, a solver's error above 1 % of it, a last slope
  ///    more than 0.15 from the order, or a last distance above 5 % of the norm → *inconclusive*;
  /// 4. otherwise → *holds*.
  ///
  /// - Parameters:
  ///   - order: N in distance = O(αᴺ).
  ///   - guarantee: the distance that the theorem's own estimates allow at the smallest α; only more than ten times that can
  ///     refute it, as it speaks of α small enough. 0 where hypotheses were dropped on purpose.
  ///   - refinement: the ratio of the two rungs' tolerances; what a rung moves from the coarser one is the coarser one's
  ///     error, of which the finer keeps the part that the least order leaves.
  public static func judge(
    hypotheses: [Hypothesis], order: Int, guarantee: Double, refinement: Double, _ coarse: [RankOneEvidence],
    _ fine: [RankOneEvidence]
  ) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    guard let first = fine.first, let last = fine.last, fine.count == coarse.count, fine.count >= slopeScales else {
      return Judgement(.inconclusive, "there are too few scales; give init.scales five or more")
    }
    let ratio = first.alpha / last.alpha
    for (name, value) in [("A", \RankOneEvidence.reseeded), ("B", \RankOneEvidence.fromStart)] {
      let distances = fine.map { $0[keyPath: value] }
      // Relative to the distance at the same α: the coupled references leave the solver an error that shrinks with it.
      let error =
        pow(1 / max(1, refinement), JudgingRule.leastOrder)
        * zip(coarse, fine).reduce(0) { worst, pair in
          max(worst, abs(pair.0[keyPath: value] - pair.1[keyPath: value]) / pair.1[keyPath: value])
        }
      guard let nearest = distances.last,
        (distances + coarse.map { $0[keyPath: value] }).allSatisfy(\.isFinite)
      else {
        return Judgement(.inconclusive, "a distance is not finite; lower integration.until")
      }
      let points = fine.map {
        LimitRule.Point(parameter: $0.alpha, value: $0[keyPath: value], uncertainty: error * $0[keyPath: value])
      }
      if LimitRule.hasSettled(points, below: log10(stagnation)), nearest > guaranteeFactor * guarantee,
        error <= distanceResolution
      {
        return Judgement(
          .violated,
          "the distance to reference \(name) stays at \(tableNumber(nearest)) while α falls from \(tableNumber(first.alpha)) to "
            + "\(tableNumber(last.alpha))")
      }
      guard LadderRule.isLong(fine.map(\.alpha)) else {
        return Judgement(
          .inconclusive,
          "the ladder halves α \(tableNumber(log2(ratio))) times over \(fine.count) scales; four halvings are needed")
      }
      guard zip(distances, distances.dropFirst()).allSatisfy({ $0 > $1 }) else {
        return Judgement(
          .inconclusive, "the distance to reference \(name) does not fall at every scale; use smaller init.scales")
      }
      guard error <= distanceResolution else {
        return Judgement(
          .inconclusive,
          "the solver moves the distances to reference \(name) by up to \(tableNumber(error)) of themselves; tighten integration.refine or use "
            + "larger init.scales")
      }
      let before = fine[fine.count - 2]
      let slope = log(before[keyPath: value] / nearest) / log(before.alpha / last.alpha)
      guard abs(slope - Double(order)) <= slopeAgreement else {
        return Judgement(
          .inconclusive,
          "the last slope of reference \(name) is \(tableNumber(slope)), not within \(slopeAgreement) of \(order); use smaller "
            + "init.scales or a smaller integration.until")
      }
      guard nearest <= followedLevel * last.largestNorm else {
        return Judgement(
          .inconclusive,
          "at the smallest α the distance to reference \(name) is still \(tableNumber(nearest)) beside a norm of "
            + "\(tableNumber(last.largestNorm)); use smaller init.scales")
      }
    }
    return Judgement(
      .holds,
      "holds: over \(tableNumber(LadderRule.halvings(first.alpha, last.alpha))) halvings of α the distances to rank-one "
        + "trajectories fall to \(tableNumber(last.reseeded)) (A) and \(tableNumber(last.fromStart)) (B) with the order \(order) "
        + "claimed")
  }
}
