import CMath
import Verdicts

/// The part of the judging rule for claims about α → 0, which rest on a ladder of α and never on a single run.
extension JudgingRule {
  /// Halvings of α a ladder needs for *holds*.
  public static let leastHalvings = 4.0
  /// How far the last slope may be from the claimed order.
  public static let slopeAgreement = 0.15
  /// The part of a distance that the solver's error of it may be.
  public static let distanceResolution = 0.01
  /// The last distance, relative to the largest norm, below which the trajectory counts as followed.
  public static let followedLevel = 0.05
  /// A distance that falls by less than this factor over a decade in α does not vanish.
  public static let stagnation = 2.0

  /// Judges the sup-distances to the references A and B of the rank-one theorem, from the last two rungs.
  ///
  /// - Parameters:
  ///   - guarantee: the distance that the theorem's own estimates allow at the smallest α; only more than ten times that can
  ///     refute it, as it speaks of α small enough. 0 where hypotheses were dropped on purpose.
  ///   - refinement: the ratio of the two rungs' tolerances; what a rung moves from the coarser one is the coarser one's
  ///     error, of which the finer keeps the part that the least order leaves.
  public static func judge(
    hypotheses: [Hypothesis], order: Int, guarantee: Double, refinement: Double, _ coarse: [RankOneStudy.Point],
    _ fine: [RankOneStudy.Point]
  ) -> Judgement {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))")
    }
    guard let first = fine.first, let last = fine.last, fine.count == coarse.count, fine.count >= 2 else {
      return Judgement(.inconclusive, "there are too few scales; give --scales five or more")
    }
    let ratio = first.alpha / last.alpha
    for (name, value) in [("A", \RankOneStudy.Point.reseeded), ("B", \RankOneStudy.Point.fromStart)] {
      let distances = fine.map { $0[keyPath: value] }
      // Relative to the distance at the same α: the coupled references leave the solver an error that shrinks with it.
      let error =
        pow(1 / max(1, refinement), leastOrder)
        * zip(coarse, fine).reduce(0) { worst, pair in
          max(worst, abs(pair.0[keyPath: value] - pair.1[keyPath: value]) / pair.1[keyPath: value])
        }
      guard let nearest = distances.last, let farthest = distances.first,
        distances.allSatisfy(\.isFinite)
      else { return Judgement(.inconclusive, "a distance is not finite; lower --until") }
      if ratio >= 10, nearest > 10 * guarantee, nearest * stagnation >= farthest, error <= distanceResolution {
        return Judgement(
          .violated,
          "the distance to reference \(name) stays at \(tableNumber(nearest)) while α falls from \(tableNumber(first.alpha)) to "
            + "\(tableNumber(last.alpha))")
      }
      guard log2(ratio) >= leastHalvings - 1e-9, fine.count >= 5 else {
        return Judgement(
          .inconclusive,
          "the ladder halves α \(tableNumber(log2(ratio))) times over \(fine.count) scales; four halvings are needed")
      }
      guard zip(distances, distances.dropFirst()).allSatisfy({ $0 > $1 }) else {
        return Judgement(
          .inconclusive, "the distance to reference \(name) does not fall at every scale; use smaller --scales")
      }
      guard error <= distanceResolution else {
        return Judgement(
          .inconclusive,
          "the solver moves the distances to reference \(name) by up to \(tableNumber(error)) of themselves; tighten --refine or use "
            + "larger --scales")
      }
      let before = fine[fine.count - 2]
      let slope = log(before[keyPath: value] / nearest) / log(before.alpha / last.alpha)
      guard abs(slope - Double(order)) <= slopeAgreement else {
        return Judgement(
          .inconclusive,
          "the last slope of reference \(name) is \(tableNumber(slope)), not within \(slopeAgreement) of \(order); use smaller "
            + "--scales or a smaller --until"
        )
      }
      guard nearest <= followedLevel * last.largestNorm else {
        return Judgement(
          .inconclusive,
          "at the smallest α the distance to reference \(name) is still \(tableNumber(nearest)) beside a norm of "
            + "\(tableNumber(last.largestNorm)); use smaller --scales")
      }
    }
    return Judgement(
      .holds,
      "holds: over \(tableNumber(log2(ratio))) halvings of α the distances to rank-one trajectories fall to "
        + "\(tableNumber(last.reseeded)) (A) and \(tableNumber(last.fromStart)) (B) with the order \(order) claimed")
  }
}
