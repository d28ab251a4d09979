import CMath

/// What claims about α → 0 have in common. They rest on a ladder of α and never on a single run.
extension LadderRule {
  /// How often α halves from the first to the last scale.
  static func halvings(_ first: Double, _ last: Double) -> Double { log2(first / last) }

  /// Whether a ladder is long enough for *holds*.
  static func isLong(_ alphas: [Double]) -> Bool {
    guard let first = alphas.first, let last = alphas.last else { return false }
    return alphas.count >= leastScales && halvings(first, last) >= leastHalvings - halvingSlack
  }

  /// *Vacuous* where a hypothesis is not met, and otherwise *inconclusive*, as a run did not get to what the claim looks at.
  ///
  /// - Parameter sentence: what did not happen, and what to give instead.
  public static func judge(hypotheses: [Hypothesis], unfinished sentence: String) -> Judgement {
    VacuousRule.judge(hypotheses) ?? Judgement(.inconclusive, sentence)
  }

  /// The verdict on a closed form at one α that misses by more than the solver explains: *violated* where tightening does not
  /// move the misfit; nil where the solver explains it.
  ///
  /// - Parameters:
  ///   - coarse: the misfit at the coarser tolerance.
  ///   - fine: the misfit at `tolerance`.
  ///   - magnification: how many times the flow magnifies the solver's error.
  static func misfit(
    alpha: Double, coarse: Double, fine: Double, tolerance: Double, magnification: Double = 1
  ) -> Judgement? {
    let level =
      JudgingRule.toleranceFactor * tolerance * magnification + JudgingRule.violationUnits * JudgingRule.unitRoundoff
    if fine <= level { return nil }
    let text = "at α = \(tableSetting(alpha)) the closed form misses by \(tableNumber(fine))"
    return abs(coarse - fine) <= JudgingRule.agreement * max(coarse, fine)
      ? Judgement(.violated, "\(text), whatever the tolerance")
      : Judgement(.inconclusive, "\(text), above the solver's \(tableNumber(level)); tighten integration.refine")
  }
}
