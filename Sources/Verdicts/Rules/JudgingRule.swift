import CMath

/// The one rule by which claims are judged from a refinement ladder; inequalities branch off after step 2.
///
/// A residual is blamed on the claim only if tightening the integrator does not move it, and credited to the solver only if
/// tightening shrinks it. In this order, with r and τ of the tightest rung, τ being the tolerance in effect (rtol unless a
/// fixed atol is looser), and compared with the last rung whose τ is at least ten times as large:
///
/// 1. a hypothesis is not met → *vacuous*;
/// 2. a rung is incomplete or a residual is not finite → *inconclusive*;
/// 3. r above the violation level, and the rungs from the compared one on agree within 10 % → *violated*, unless the save grid
///    set the steps of both and r is small enough to be the solver's on that grid;
/// 4. the terms moved too little for a 1 % error in one block's rate to show beside r → *inconclusive*; the residual of the
///    compared rung, shrunk at the least order, counts as well, for a small r may be a cancellation;
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
  /// A residual below this many u is never called a violation …
  public static let violationUnits = 1e5
  /// … nor one below this many u a step, which rounding alone could add up to in the worst case.
  public static let violationUnitsPerStep = 4.0
  /// The tolerance in effect must differ by this factor between two rungs for their difference to say anything.
  public static let leastRefinement = 10.0
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

  /// Residuals up to this level are never called a violation in a run of `steps` steps.
  public static func violationLevel(steps: Int) -> Double {
    unitRoundoff * max(violationUnits, violationUnitsPerStep * Double(steps))
  }

  /// The order of decrease between two rungs, d log r / d log τ; nil where a residual is zero or not finite.
  public static func order(_ coarse: RungEvidence, _ fine: RungEvidence) -> Double? {
    let a = coarse.evidence.residual
    let b = fine.evidence.residual
    let (outer, inner) = (coarse.effectiveTolerance, fine.effectiveTolerance)
    guard a > 0, b > 0, a.isFinite, b.isFinite, outer > inner else { return nil }
    return log(a / b) / log(outer / inner)
  }

  /// Whether the save grid, not the tolerance, set the steps of two rungs.
  static func isGridBound(_ coarse: RungEvidence, _ fine: RungEvidence) -> Bool {
    Double(fine.steps) <= (1 + gridBound) * Double(coarse.steps)
  }

  /// What a run whose steps the save grid sets may drift by.
  static func gridLevel(_ coarse: RungEvidence, _ fine: RungEvidence) -> Double {
    gridFactor * coarse.effectiveTolerance * Double(fine.steps)
  }

  /// Judges a fitted exponent or a bound, from two rungs.
  private static func judge(_ coarse: RungEvidence, _ fine: RungEvidence) -> Judgement {
    if let claimed = fine.evidence.claimedExponent {
      guard let coarseFit = coarse.evidence.fit, let fineFit = fine.evidence.fit else {
        return Judgement(
          .inconclusive,
          "no norm grew by a factor of \(tableNumber(ExponentFit.leastRange)), so no exponent can be fitted; "
            + "raise --until")
      }
      return judge(claimed: claimed, coarseFit, fineFit, tolerance: fine.effectiveTolerance)
    }
    guard let coarseMargin = coarse.evidence.margin, let fineMargin = fine.evidence.margin else {
      return Judgement(.inconclusive, "the rungs hold different evidence")
    }
    return judge(
      coarseMargin, fineMargin, steps: fine.steps,
      solver: max(toleranceFactor * fine.effectiveTolerance, isGridBound(coarse, fine) ? gridLevel(coarse, fine) : 0))
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
    let fine = rungs[rungs.count - 1]
    let residual = fine.evidence.residual
    let tolerance = fine.effectiveTolerance
    let rounding = fine.evidence.rounding
    let roundoff = max(roundoffLevel(steps: fine.steps), rounding)
    // Ladders are written in decimal, so a factor of exactly ten may be off by a rounding error.
    let compared = rungs.lastIndex { $0.effectiveTolerance >= 0.999 * leastRefinement * tolerance }

    if fine.evidence.claimedExponent != nil || fine.evidence.margin != nil {
      guard let compared else {
        return Judgement(
          .inconclusive,
          "no rung has a tolerance in effect \(tableNumber(leastRefinement)) times that of the tightest; space --refine wider"
        )
      }
      let judgement = judge(rungs[compared], fine)
      if judgement.verdict != .violated, let doubt = fine.evidence.doubt ?? rungs[compared].evidence.doubt {
        return Judgement(.inconclusive, doubt)
      }
      return judgement
    }

    let agree =
      compared.map { first in
        rungs[first...].allSatisfy {
          abs(residual - $0.evidence.residual) <= agreement * max(residual, $0.evidence.residual)
        }
      } ?? false
    let isSolid = residual > violationLevel(steps: fine.steps) && residual > powerMargin * rounding
    let isGridBound = compared.map { Self.isGridBound(rungs[$0], fine) } ?? false
    let gridLevel = compared.map { Self.gridLevel(rungs[$0], fine) } ?? 0
    if agree, isSolid, residual > toleranceFactor * tolerance, !(isGridBound && residual <= gridLevel) {
      return Judgement(
        .violated,
        "the drift stays at \(tableNumber(residual)) when the tolerance is tightened "
          + "(worst: \(fine.evidence.worstLaw) at t = \(tableNumber(fine.evidence.worstTime)))")
    }

    // A small residual may be a violation that the solver's error happens to cancel, so that error counts as well: at
    // least order, from the compared rung on.
    let solver =
      compared.map { rungs[$0].evidence.residual * pow(tolerance / rungs[$0].effectiveTolerance, leastOrder) } ?? 0
    let drift = max(residual, solver)
    let floor = max(drift, roundoff)
    let power = fine.evidence.power
    let visible = power > 0 && power.isFinite ? powerMargin * floor / power : .infinity
    guard visible < probedRateError else {
      if rounding > roundoffLevel(steps: fine.steps), power > 0, powerMargin * rounding >= probedRateError * power {
        return Judgement(
          .inconclusive,
          "rounding alone makes up \(tableNumber(rounding)) of the terms: start further from the solution, or scale the data"
        )
      }
      let seen = power > 0 ? "only \(tableNumber(power)) of the largest" : "not at all"
      return Judgement(
        .inconclusive,
        drift > roundoff && power > 0 && powerMargin * roundoff / power < probedRateError
          ? "the drift of \(tableNumber(drift)) is too large beside the terms' own change of \(tableNumber(power)) to expose a 1% "
            + "error in one block; tighten --refine"
          : "the flow moved the terms \(seen): a 1% error in one block would not have been seen; raise --until")
    }
    if residual <= roundoff {
      return Judgement(
        .holds, "holds to roundoff: the drift is \(tableNumber(residual))", smallestVisibleRateError: visible)
    }
    guard let compared else {
      return Judgement(
        .inconclusive,
        "no rung has a tolerance in effect \(tableNumber(leastRefinement)) times that of the tightest, "
          + "\(tableNumber(tolerance)), so the drift of \(tableNumber(residual)) cannot be told from the solver's error; "
          + "space --refine wider, and use --atol auto or a smaller number")
    }
    let order = order(rungs[compared], fine)
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
        "the drift of \(tableNumber(residual)) does not shrink, because the save times set the steps of the last rungs; "
          + "lower --save or tighten --refine")
    }
    if residual > toleranceFactor * tolerance {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) is above 1000 × the tolerance = \(tableNumber(toleranceFactor * tolerance)) but still changes "
          + "with the tolerance; tighten --refine or try another --method")
    }
    return Judgement(
      .inconclusive,
      "the drift of \(tableNumber(residual)) does not shrink with the tolerance (order \(order.map(tableNumber) ?? "none")); add rungs "
        + "to --refine or try another --method")
  }

}
