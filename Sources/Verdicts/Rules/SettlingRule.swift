import CMath

/// Why no further rung of a refinement ladder is run.
public enum Settlement: Sendable, Equatable {
  /// The start does not meet a hypothesis.
  case vacuous
  /// Equalities and bounds that are missed by so much that two rungs suffice.
  case plainlyViolated
  /// *Violated* was said twice, on one more rung.
  case violated
  /// The last two rungs are at the roundoff level.
  case roundoff
  /// *Holds* was said twice, on one more rung, and what it leaves room for would never be called a violation.
  case holds

  /// The word that stays.
  public var verdict: Verdict {
    switch self {
    case .vacuous: .vacuous
    case .plainlyViolated, .violated: .violated
    case .roundoff, .holds: .holds
    }
  }

  /// In a few words, as reports print it.
  public var text: String {
    switch self {
    case .vacuous: "the start does not meet a hypothesis"
    case .plainlyViolated: "two rungs agree in a departure that no solver makes"
    case .violated: "three rungs agree in the departure"
    case .roundoff: "two rungs are at roundoff"
    case .holds: "what the last rungs leave room for would not be called a violation"
    }
  }
}

/// When the rungs run so far settle a claim, so that the tighter ones need not be run:
///
/// 1. a hypothesis that the start decides is not met → settled, *vacuous*;
/// 2. *violated*, and the last two rungs agree in a residual above 10³ times the level below which nothing is called a violation, and
///    above 10⁶·τ → settled (not for fitted exponents);
/// 3. *violated* on these rungs and on those before the last, at least three, whose last three residuals agree → settled;
/// 4. *holds*, and the last two rungs of an equality are at the roundoff level → settled;
/// 5. *holds* on these rungs and on those before the last, and what they leave room for would never be called a violation → settled:
///    * an equality: r and that of the rung before, shrunk at order ½, together are at most the violation level;
///    * a bound: everywhere slack − u_slack ≥ −10⁵ u of the bound's size;
///    * an exponent: its half-width is so small that no other that the interval covers could be refuted;
/// 6. otherwise, and whenever the word is *inconclusive*, the ladder goes on.
///
/// Where 4 or 5 says *holds*, a law that is false by something a tighter rung would call a violation has not been seen to fall below
/// that level; only rungs that follow another trajectory could say otherwise.
extension SettlingRule {
  /// What settles a statement; nil if further rungs are to be run.
  ///
  /// - Parameters:
  ///   - start: the hypotheses that the start decides.
  ///   - hypotheses: all of them, as the last of the rungs finds them.
  ///   - rungs: the rungs so far, coarsest first.
  public static func settle(start: [Hypothesis], hypotheses: [Hypothesis], rungs: [RungEvidence]) -> Settlement? {
    guard rungs.count >= JudgingRule.leastRungs else { return nil }
    if VacuousRule.judge(start) != nil { return .vacuous }
    // Rungs that are no ten times apart say nothing about each other.
    let last = Array(rungs.suffix(leastRungs))
    let isSpaced = zip(last, last.dropFirst()).allSatisfy {
      $0.effectiveTolerance >= JudgingRule.decimalPart * JudgingRule.leastRefinement * $1.effectiveTolerance
    }
    let verdict = JudgingRule.judge(hypotheses: hypotheses, rungs: rungs).verdict
    guard isSpaced, verdict == .violated || verdict == .holds else { return nil }
    if verdict == .violated, isPlain(last) { return .plainlyViolated }
    if verdict == .holds, isRoundoff(last) { return .roundoff }
    guard rungs.count >= leastRungs,
      JudgingRule.judge(hypotheses: hypotheses, rungs: rungs.dropLast()).verdict == verdict
    else { return nil }
    if verdict == .violated { return isExponent(last) || agree(last) ? .violated : nil }
    return leavesNoRoom(last) ? .holds : nil
  }

  private static func isExponent(_ rungs: [RungEvidence]) -> Bool {
    rungs.contains { $0.evidence.claimedExponent != nil }
  }

  private static func agree(_ rungs: [RungEvidence]) -> Bool {
    let residuals = rungs.map(\.evidence.residual)
    guard let least = residuals.min(), let largest = residuals.max(), least > 0 else { return false }
    return largest - least <= JudgingRule.agreement * largest
  }

  private static func isPlain(_ rungs: [RungEvidence]) -> Bool {
    guard let fine = rungs.last, !isExponent(rungs), agree(rungs.suffix(JudgingRule.leastRungs)) else { return false }
    let residual = fine.evidence.residual
    return residual > plainUnits * JudgingRule.violationLevel(steps: fine.steps)
      && residual > plainTolerances * fine.effectiveTolerance
  }

  private static func isRoundoff(_ rungs: [RungEvidence]) -> Bool {
    rungs.suffix(JudgingRule.leastRungs).allSatisfy { $0.isEquality && $0.evidence.residual <= JudgingRule.floor($0) }
  }

  /// Whether nothing that the last three rungs leave room for would be called a violation on a tighter one.
  private static func leavesNoRoom(_ rungs: [RungEvidence]) -> Bool {
    guard rungs.count == leastRungs else { return false }
    let (coarse, fine) = (rungs[1], rungs[2])
    if isExponent(rungs) {
      guard let a = coarse.evidence.fit, let b = fine.evidence.fit else { return false }
      // An exponent in the interval is at most two half-widths from the claimed one.
      return 2 * ExponentRule.halfWidth(a, b) <= ExponentRule.violationWidths * ExponentRule.rounding
    }
    if let a = coarse.evidence.margin, let b = fine.evidence.margin { return isResolved(a, b, steps: fine.steps) }
    let solver =
      coarse.evidence.residual * pow(fine.effectiveTolerance / coarse.effectiveTolerance, JudgingRule.leastOrder)
    let level = max(
      JudgingRule.violationLevel(steps: fine.steps), JudgingRule.powerMargin * JudgingRule.floor(fine))
    return fine.evidence.residual + solver <= level
  }

  /// Whether every slack of a bound, less its uncertainty, is above what could be called a violation.
  private static func isResolved(_ coarse: Margin, _ fine: Margin, steps: Int) -> Bool {
    let count = fine.laws.count
    guard coarse.laws.count == count, coarse.times.count == fine.times.count else { return false }
    return fine.times.indices.allSatisfy { k in
      (0..<count).allSatisfy { law in
        let (least, size) = (fine.least[k * count + law], fine.size[k * count + law])
        guard size > 0, least != .infinity else { return true }
        let error = JudgingRule.slackUncertainty(coarse, fine, k, law, steps: steps)
        return least - error >= -JudgingRule.violationUnits * JudgingRule.unitRoundoff * size
      }
    }
  }
}
