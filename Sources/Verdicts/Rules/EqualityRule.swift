import CMath

/// The part of the judging rule for equalities: steps 3 to 7 of ``JudgingRule/judge(hypotheses:rungs:)``.
enum EqualityRule {
  /// - Parameter compared: the last rung whose tolerance in effect is large enough to tell the solver's error by; nil if none is.
  static func judge(_ rungs: [RungEvidence], fine: RungEvidence, compared: Int?) -> Judgement {
    let residual = fine.evidence.residual
    let tolerance = fine.effectiveTolerance
    let floor = JudgingRule.floor(fine)
    let isGridBound = compared.map { JudgingRule.isGridBound(rungs[$0], fine) } ?? false
    let gridLevel = compared.map { JudgingRule.gridLevel(rungs[$0], fine) } ?? 0
    // Where stability or save times set the steps, the error of an integral does not shrink with the tolerance either.
    let isExplained = fine.evidence.budgetIsEstimate && fine.evidence.budget.map { residual <= $0 } ?? false
    if let compared, agree(rungs[compared...]), isSolid(fine), !isExplained,
      residual > JudgingRule.toleranceFactor * tolerance, !(isGridBound && residual <= gridLevel)
    {
      // What happens within a step to the horizon, such as a component's passing 0, no rung with that step sees.
      guard fine.landsOnSaves || fine.steps > 1 || fine.mesh == nil || fine.mesh != rungs[compared].mesh else {
        return Judgement(
          .inconclusive,
          "the drift stays at \(tableNumber(residual)), but the last rungs took the same one step, so that their agreement says nothing; "
            + "tighten integration.refine or raise integration.until")
      }
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
    let power = fine.evidence.power
    guard let visible = visible(fine, beside: drift) else {
      if let hidden = hiddenByFloor(fine) { return hidden }
      let seen = power > 0 ? "only \(tableNumber(power)) of the largest" : "not at all"
      return Judgement(
        .inconclusive,
        drift > floor && power > 0 && JudgingRule.powerMargin * floor / power < JudgingRule.probedRateError
          ? "the drift of \(tableNumber(drift)) is too large beside the terms' own change of \(tableNumber(power)) to expose a 1% "
            + "error in one block; tighten integration.refine"
          : "the flow moved the terms \(seen): a 1% error in one block would not have been seen; raise integration.until"
      )
    }
    if residual <= floor {
      return Judgement(
        .holds, "holds to \(floorName(fine)): the drift is \(tableNumber(residual))", smallestVisibleRateError: visible)
    }
    guard let compared else {
      return Judgement(
        .inconclusive,
        "no rung has a tolerance in effect \(tableNumber(JudgingRule.leastRefinement)) times that of the tightest, "
          + "\(tableNumber(tolerance)), so the drift of \(tableNumber(residual)) cannot be told from the solver's error; "
          + "space integration.refine wider, and use integration.atol auto or a smaller number")
    }
    let order = JudgingRule.order(rungs[compared], fine)
    if let budget = fine.evidence.budget, !fine.evidence.budgetIsEstimate, residual > budget + floor {
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
    if tolerance <= JudgingRule.sharpTolerance, residual <= tolerance {
      return Judgement(
        .holds, "holds to \(tableNumber(residual)): the drift is below the tolerance", smallestVisibleRateError: visible
      )
    }
    // Steps that end at the save times are shorter than the tolerance asks, and then no longer set by it.
    if fine.landsOnSaves, rungs[compared].landsOnSaves, residual <= tolerance,
      let visible = Self.visible(fine, beside: max(drift, tolerance))
    {
      return Judgement(
        .holds,
        "holds to \(tableNumber(tolerance)), the tolerance: the drift is \(tableNumber(residual)), and steps that end at the save times "
          + "need not let it shrink", smallestVisibleRateError: visible)
    }
    if isGridBound {
      return Judgement(
        .inconclusive,
        "the drift of \(tableNumber(residual)) does not shrink, because the steps of the last rungs end at the save times; "
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

  /// Whether some rungs have the same residual.
  static func agree(_ rungs: ArraySlice<RungEvidence>) -> Bool {
    guard let last = rungs.last?.evidence.residual else { return false }
    return rungs.allSatisfy {
      abs(last - $0.evidence.residual) <= JudgingRule.agreement * max(last, $0.evidence.residual)
    }
  }

  /// Whether a residual is above what rounding and inexact hypotheses may add up to.
  static func isSolid(_ rung: RungEvidence) -> Bool {
    let residual = rung.evidence.residual
    return residual > JudgingRule.violationLevel(steps: rung.steps)
      && residual > JudgingRule.powerMargin * JudgingRule.floor(rung)
  }

  /// The smallest relative error in one block's rate that would have shown beside a residual and the floor; nil if an error of 1 %
  /// would not.
  static func visible(_ rung: RungEvidence, beside residual: Double) -> Double? {
    let power = rung.evidence.power
    guard power > 0, power.isFinite else { return nil }
    let error = JudgingRule.powerMargin * max(residual, JudgingRule.floor(rung)) / power
    return error < JudgingRule.probedRateError ? error : nil
  }

  /// *Inconclusive* where the floor alone hides an error of 1 %, and is more than the solver's roundoff.
  private static func hiddenByFloor(_ rung: RungEvidence) -> Judgement? {
    let floor = JudgingRule.floor(rung)
    let power = rung.evidence.power
    guard floor > JudgingRule.roundoffLevel(steps: rung.steps), power > 0,
      JudgingRule.powerMargin * floor >= JudgingRule.probedRateError * power
    else { return nil }
    if let inexactness = rung.evidence.inexactness, inexactness.largest >= floor {
      return Judgement(
        .inconclusive,
        "\(inexactness.what) leaves room for \(tableNumber(floor)) of the terms; \(inexactness.remedy)")
    }
    return Judgement(
      .inconclusive,
      "rounding alone makes up \(tableNumber(floor)) of the terms: start further from the solution, or scale the data")
  }

  /// What the floor of a rung consists of.
  private static func floorName(_ rung: RungEvidence) -> String {
    guard let inexactness = rung.evidence.inexactness, inexactness.largest >= JudgingRule.floor(rung) else {
      let level = max(JudgingRule.roundoffLevel(steps: rung.steps), rung.evidence.rounding)
      if rung.evidence.methodRounding > level {
        return "\(tableNumber(rung.evidence.methodRounding)), what rounding makes of it in the method"
      }
      return level == rung.evidence.rounding
        ? "\(tableNumber(rung.evidence.rounding)), the rounding of its own terms" : "roundoff"
    }
    let what = inexactness.what.hasSuffix(",") ? String(inexactness.what.dropLast()) : inexactness.what
    return "\(tableNumber(inexactness.largest)), as far as \(what)"
  }
}
