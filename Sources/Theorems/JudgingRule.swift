#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one rule by which equality claims are judged from a refinement ladder.
///
/// A residual is blamed on the claim only if tightening the integrator does not move it, and credited to the solver only if
/// tightening shrinks it. In this order, with r and τ of the tightest rung:
///
/// 1. a hypothesis is not met → *vacuous*;
/// 2. a rung is incomplete or a residual is not finite → *inconclusive*;
/// 3. r above the violation level, and the last two rungs agree within 10 % → *violated*, unless the save grid set the steps
///    of both and r is small enough to be the solver's on that grid;
/// 4. the terms moved too little for a 1 % error in one block's rate to show → *inconclusive*;
/// 5. r at the roundoff level → *holds*;
/// 6. r shrinks with at least order 0.5, is at most 1000·τ and within the error budget → *holds*;
/// 7. otherwise → *inconclusive*.
///
/// A violation is judged before the power of the run: a residual that no refinement moves is evidence however little the
/// terms moved, while little movement can only make *holds* hollow.
public enum JudgingRule {
  /// u = 2⁻⁵².
  public static let unitRoundoff = Double.ulpOfOne
  /// Residuals up to this many u count as roundoff for runs of up to 1000 steps; beyond, it grows with √steps.
  public static let roundoffUnits = 200.0
  /// A residual above this multiple of τ is not the solver's ordinary error.
  public static let toleranceFactor = 1000.0
  /// A residual below this many u is never called a violation.
  public static let violationUnits = 1e5
  /// Relative change below which two rungs' residuals are the same number.
  public static let agreement = 0.1
  /// Relative growth in the number of steps below which the save grid, not the tolerance, set the steps of both rungs.
  public static let gridBound = 0.01
  /// A run whose steps the save grid sets may drift by up to this many coarse τ a step without being called violated.
  public static let gridFactor = 10.0
  /// Least order d log r / d log τ over the last two rungs at which a residual counts as shrinking.
  public static let leastOrder = 0.5
  /// The error in one block's rate that a *holds* must have been able to see …
  public static let probedRateError = 0.01
  /// … by this factor above the residual.
  public static let powerMargin = 10.0

  /// Residuals up to this level are roundoff in a run of `steps` steps.
  public static func roundoffLevel(steps: Int) -> Double {
    roundoffUnits * unitRoundoff * max(1, Double(steps) / 1000).squareRoot()
  }

  /// The order of decrease between two rungs, d log r / d log τ; nil where a residual is zero or not finite.
  public static func order(_ coarse: RungEvidence, _ fine: RungEvidence) -> Double? {
    let a = coarse.evidence.residual
    let b = fine.evidence.residual
    guard a > 0, b > 0, a.isFinite, b.isFinite, coarse.relativeTolerance > fine.relativeTolerance else { return nil }
    return log(a / b) / log(coarse.relativeTolerance / fine.relativeTolerance)
  }

  /// Judges a claim from its hypotheses and its rungs, coarsest first.
  public static func judge(hypotheses: [Hypothesis], rungs: [RungEvidence]) -> Judgement {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))")
    }
    for rung in rungs {
      if let incompleteness = rung.incompleteness {
        return Judgement(
          .inconclusive, "the rung at rtol \(tableNumber(rung.relativeTolerance)) is incomplete: \(incompleteness)")
      }
      if !rung.evidence.residual.isFinite {
        return Judgement(
          .inconclusive,
          "the residual at rtol \(tableNumber(rung.relativeTolerance)) is not finite: lower --until or --init-scale")
      }
    }
    guard rungs.count >= 2 else {
      return Judgement(
        .inconclusive, "one rung cannot tell the solver's error from the claim's: give --refine two or more")
    }
    let coarse = rungs[rungs.count - 2]
    let fine = rungs[rungs.count - 1]
    let residual = fine.evidence.residual
    let tolerance = fine.relativeTolerance
    let roundoff = roundoffLevel(steps: fine.steps)

    let agree = abs(residual - coarse.evidence.residual) <= agreement * max(residual, coarse.evidence.residual)
    let isGridBound = Double(fine.steps) <= (1 + gridBound) * Double(coarse.steps)
    let mayBeGrid = isGridBound && residual <= gridFactor * coarse.relativeTolerance * Double(fine.steps)
    if agree, residual > toleranceFactor * tolerance, residual > violationUnits * unitRoundoff, !mayBeGrid {
      return Judgement(
        .violated,
        "the drift stays at \(tableNumber(residual)) when the tolerance is tightened "
          + "(worst: \(fine.evidence.worstLaw) at t = \(tableNumber(fine.evidence.worstTime)))")
    }

    let floor = max(residual, roundoff)
    let power = fine.evidence.power
    let visible = power > 0 ? powerMargin * floor / power : .infinity
    guard visible < probedRateError else {
      let seen = power > 0 ? "only \(tableNumber(power)) of the largest" : "not at all"
      return Judgement(
        .inconclusive,
        residual > roundoff && power > 0 && powerMargin * roundoff / power < probedRateError
          ? "the drift of \(tableNumber(residual)) is too large beside the terms' own change of \(tableNumber(power)) to expose a 1% "
            + "error in one block; tighten --refine"
          : "the flow moved the terms \(seen): a 1% error in one block would not have been seen; raise --until")
    }
    if residual <= roundoff {
      return Judgement(
        .holds, "holds to roundoff: the drift is \(tableNumber(residual))", smallestVisibleRateError: visible)
    }
    let order = order(coarse, fine)
    if let budget = fine.evidence.budget, residual > budget + roundoff {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) exceeds what the integrator's local errors explain (\(tableNumber(budget))), "
          + "but is not constant; tighten --refine or try another --method")
    }
    if let order, order >= leastOrder, residual <= toleranceFactor * tolerance {
      return Judgement(
        .holds, "holds to \(tableNumber(residual)): the drift shrinks with the tolerance",
        smallestVisibleRateError: visible)
    }
    if isGridBound {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) does not shrink, because the save times set the steps of the last two rungs; "
          + "lower --save or tighten --refine")
    }
    if residual > toleranceFactor * tolerance {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) is above 1000 × rtol = \(tableNumber(toleranceFactor * tolerance)) but still changes "
          + "with the tolerance; tighten --refine or try another --method")
    }
    return Judgement(
      .inconclusive,
      "the drift of \(tableNumber(residual)) does not shrink with the tolerance (order \(order.map(tableNumber) ?? "none")); add rungs "
        + "to --refine or try another --method")
  }

}
