/// How far descents departed from the exact one-step formula of balancedness.
public struct StepLawEvidence: Sendable, Equatable {
  /// The worst departure over all iterations, relative to the largest term; NaN if none was seen.
  public let departure: Double
  /// The largest change of a single term in one iteration, relative to the largest term.
  public let power: Double
  /// Iterations that were watched.
  public let iterations: Int

  /// What the iterations of all descents showed.
  public init(departure: Double, power: Double, iterations: Int) {
    self.departure = departure
    self.power = power
    self.iterations = iterations
  }
}

/// The rule of the one-step formula; its levels are those of ``JudgingRule`` for a single step.
public enum StepLawRule {
  /// Judges an identity that each iteration obeys up to its own rounding:
  ///
  /// 1. a hypothesis is not met → *vacuous*;
  /// 2. the worst departure is above the violation level → *violated*;
  /// 3. it is above roundoff, or no iteration moved a term so much that a 1 % error would have shown → *inconclusive*;
  /// 4. otherwise → *holds*.
  public static func judge(hypotheses: [Hypothesis], evidence: StepLawEvidence) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    let roundoff = JudgingRule.roundoffLevel(steps: 1)
    let departure = tableNumber(evidence.departure)
    if evidence.departure > JudgingRule.violationLevel(steps: 1) {
      return Judgement(.violated, "an iteration departs from the formula by \(departure) of the largest term")
    }
    guard evidence.departure <= roundoff else {
      return Judgement(
        .inconclusive,
        "an iteration departs from the formula by \(departure) of the largest term, more than roundoff "
          + "explains and too little to refute it; try smaller learning rates")
    }
    guard JudgingRule.probedRateError * evidence.power > JudgingRule.powerMargin * roundoff else {
      return Judgement(
        .inconclusive,
        "no iteration moved a term by more than \(tableNumber(evidence.power)) of the largest: a 1% error in one block "
          + "would not have been seen; use larger learning rates or raise integration.until")
    }
    return Judgement(
      .holds, "holds to roundoff at each of \(counted(evidence.iterations, "iteration")): the worst is \(departure)",
      smallestVisibleRateError: JudgingRule.powerMargin * roundoff / evidence.power)
  }
}
