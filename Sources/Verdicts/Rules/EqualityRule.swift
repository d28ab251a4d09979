import CMath

/// The part of the judging rule for equalities: steps 3 to 7 of ``JudgingRule/judge(hypotheses:rungs:)``.
enum EqualityRule {
  /// - Parameter compared: the last rung whose tolerance in effect is large enough to tell the solver's error by; nil if none is.
  static func judge(_ rungs: [RungEvidence], fine: RungEvidence, compared: Int?) -> Judgement {
    let residual = fine.evidence.residual
    let tolerance = fine.effectiveTolerance
    let rounding = fine.evidence.rounding
    let roundoff = max(JudgingRule.roundoffLevel(steps: fine.steps), rounding)
    let agree =
      compared.map { first in
        rungs[first...].allSatisfy {
          abs(residual - $0.evidence.residual) <= JudgingRule.agreement * max(residual, $0.evidence.residual)
        }
      } ?? false
    let isSolid =
      residual > JudgingRule.violationLevel(steps: fine.steps) && residual > JudgingRule.powerMargin * rounding
    let isGridBound = compared.map { JudgingRule.isGridBound(rungs[$0], fine) } ?? false
    let gridLevel = compared.map { JudgingRule.gridLevel(rungs[$0], fine) } ?? 0
    // Where stability or save times set the steps, the error of an integral does not shrink with the tolerance either.
    let isExplained = fine.evidence.budgetIsEstimate && fine.evidence.budget.map { residual <= $0 } ?? false
    if agree, isSolid, !isExplained, residual > JudgingRule.toleranceFactor * tolerance,
      !(isGridBound && residual <= gridLevel)
    {
      return Judgement(
        .violated,
        "the drift stays at \(tableNumber(residual)) when the tolerance is tightened "
          + "(worst: \(fine.evidence.worstLaw) at t = \(tableNumber(fine.evidence.worstTime)))")
    }

    // A small residual may be a violation that the solver's error happens to cancel, so that error counts as well: at
    // least order, from the compared rung on.
    let solver =
      compared.map {
        rungs[$0].evidence.residual * pow(tolerance / rungs[$0].effectiveTolerance, JudgingRule.leastOrder)
      } ?? 0
    let drift = max(residual, solver)
    let floor = max(drift, roundoff)
    let power = fine.evidence.power
    let visible = power > 0 && power.isFinite ? JudgingRule.powerMargin * floor / power : .infinity
    guard visible < JudgingRule.probedRateError else {
      if rounding > JudgingRule.roundoffLevel(steps: fine.steps), power > 0,
        JudgingRule.powerMargin * rounding >= JudgingRule.probedRateError * power
      {
        return Judgement(
          .inconclusive,
          "rounding alone makes up \(tableNumber(rounding)) of the terms: start further from the solution, or scale the data"
        )
      }
      let seen = power > 0 ? "only \(tableNumber(power)) of the largest" : "not at all"
      return Judgement(
        .inconclusive,
        drift > roundoff && power > 0 && JudgingRule.powerMargin * roundoff / power < JudgingRule.probedRateError
          ? "the drift of \(tableNumber(drift)) is too large beside the terms' own change of \(tableNumber(power)) to expose a 1% "
            + "error in one block; tighten integration.refine"
          : "the flow moved the terms \(seen): a 1% error in one block would not have been seen; raise integration.until"
      )
    }
    if residual <= roundoff {
      return Judgement(
        .holds, "holds to roundoff: the drift is \(tableNumber(residual))", smallestVisibleRateError: visible)
    }
    guard let compared else {
      return Judgement(
        .inconclusive,
        "no rung has a tolerance in effect \(tableNumber(JudgingRule.leastRefinement)) times that of the tightest, "
          + "\(tableNumber(tolerance)), so the drift of \(tableNumber(residual)) cannot be told from the solver's error; "
          + "space integration.refine wider, and use integration.atol auto or a smaller number")
    }
    let order = JudgingRule.order(rungs[compared], fine)
    if let budget = fine.evidence.budget, !fine.evidence.budgetIsEstimate, residual > budget + roundoff {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) exceeds what the integrator's local errors explain (\(tableNumber(budget))), "
          + "but is not constant; tighten integration.refine or try another integration.method")
    }
    if let order, order >= JudgingRule.leastOrder, residual <= JudgingRule.toleranceFactor * tolerance {
      return Judgement(
        .holds, "holds to \(tableNumber(residual)): the drift shrinks with the tolerance",
        smallestVisibleRateError: visible)
    }
    if isGridBound {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) does not shrink, because the save times set the steps of the last rungs; "
          + "lower integration.save or tighten integration.refine")
    }
    if residual > JudgingRule.toleranceFactor * tolerance {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) is above 1000 × the tolerance = \(tableNumber(JudgingRule.toleranceFactor * tolerance)) but still changes "
          + "with the tolerance; tighten integration.refine or try another integration.method")
    }
    return Judgement(
      .inconclusive,
      "the drift of \(tableNumber(residual)) does not shrink with the tolerance (order \(order.map(tableNumber) ?? "none")); add rungs "
        + "to integration.refine or try another integration.method")
  }
}
