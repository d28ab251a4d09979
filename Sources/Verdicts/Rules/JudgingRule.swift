extension JudgingRule {
  /// The one rule by which claims are judged from a refinement ladder; inequalities and exponents branch off after step 2.
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
  ///
  /// - Parameter rungs: the rungs, coarsest first.
  public static func judge(hypotheses: [Hypothesis], rungs: [RungEvidence]) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    for rung in rungs {
      let name = "the rung at rtol \(tableNumber(rung.relativeTolerance))"
      if let incomplete = VacuousRule.judge(name, incompleteness: rung.incompleteness) { return incomplete }
      if !rung.evidence.residual.isFinite {
        return Judgement(
          .inconclusive,
          rung.evidence.doubt
            ?? "the residual at rtol \(tableNumber(rung.relativeTolerance)) is not finite: lower integration.until or init.scale"
        )
      }
    }
    guard rungs.count >= leastRungs else {
      return Judgement(
        .inconclusive, "one rung cannot tell the solver's error from the claim's: give integration.refine two or more")
    }
    let fine = rungs[rungs.count - 1]
    let compared = rungs.lastIndex {
      $0.effectiveTolerance >= decimalPart * leastRefinement * fine.effectiveTolerance
    }
    if fine.evidence.claimedExponent == nil, fine.evidence.margin == nil {
      return EqualityRule.judge(rungs, fine: fine, compared: compared)
    }
    guard let compared else {
      return Judgement(
        .inconclusive,
        "no rung has a tolerance in effect \(tableNumber(leastRefinement)) times that of the tightest; space integration.refine wider"
      )
    }
    let judgement = judge(rungs[compared], fine)
    if judgement.verdict != .violated, let doubt = fine.evidence.doubt ?? rungs[compared].evidence.doubt {
      return Judgement(.inconclusive, doubt)
    }
    return judgement
  }

  /// Judges a fitted exponent or a bound, from two rungs.
  private static func judge(_ coarse: RungEvidence, _ fine: RungEvidence) -> Judgement {
    if let claimed = fine.evidence.claimedExponent {
      guard let coarseFit = coarse.evidence.fit, let fineFit = fine.evidence.fit else {
        return Judgement(
          .inconclusive,
          "no norm grew by a factor of \(tableNumber(ExponentFit.leastRange)), so no exponent can be fitted; "
            + "raise integration.until")
      }
      return ExponentRule.judge(claimed: claimed, coarseFit, fineFit, tolerance: fine.effectiveTolerance)
    }
    guard let coarseMargin = coarse.evidence.margin, let fineMargin = fine.evidence.margin else {
      return Judgement(.inconclusive, "the rungs hold different evidence")
    }
    return MarginRule.judge(
      coarseMargin, fineMargin, steps: fine.steps,
      solver: max(toleranceFactor * fine.effectiveTolerance, isGridBound(coarse, fine) ? gridLevel(coarse, fine) : 0))
  }
}
