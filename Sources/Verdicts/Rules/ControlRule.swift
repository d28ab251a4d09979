import CMath

/// What became of one negative control.
public struct ControlEvidence: Sendable, Equatable {
  /// What was changed.
  public let name: String
  /// What the claim's own rule said of it.
  public let verdict: Verdict
  /// Whether it came out as it must.
  public let isRejected: Bool
  /// False for a mutated statement that happens to be true on this run, and so cannot be expected to be rejected.
  public let isApplicable: Bool

  /// What came out of one control.
  public init(name: String, verdict: Verdict, isRejected: Bool, isApplicable: Bool = true) {
    self.name = name
    self.verdict = verdict
    self.isRejected = isRejected
    self.isApplicable = isApplicable
  }
}

extension ControlRule {
  /// Whether a control came out as it must: *violated*, or, where another flow was run, *vacuous*.
  public static func isRejected(_ judgement: Judgement, ofAnotherFlow: Bool) -> Bool {
    judgement.verdict == .violated || ofAnotherFlow && judgement.verdict == .vacuous
  }

  /// What is said of a control that could say nothing: *inconclusive*, for this reason.
  static func unasked(_ reason: String) -> Judgement { Judgement(.inconclusive, reason) }

  /// Whether a rung of its own shows that an equality is false there: r is above what the rung's solver is allowed, above the level
  /// below which nothing is called a violation, and above its own rounding. Bounds and exponents are not looked at.
  ///
  /// - Parameter tolerance: τ of the rung, the coarsest of its ladder.
  public static func isExposed(_ evidence: Evidence, tolerance: Double, steps: Int) -> Bool {
    guard evidence.margin == nil, evidence.claimedExponent == nil, evidence.residual.isFinite else { return false }
    return evidence.residual
      > max(
        JudgingRule.toleranceFactor * tolerance, JudgingRule.violationLevel(steps: steps),
        JudgingRule.powerMargin * evidence.rounding)
  }

  /// What may expose a control of a refinement ladder.
  public static let refinementRemedy = "; raise integration.until or tighten integration.refine"

  /// A *holds* whose controls were not all rejected means nothing; nor does an inequality's without any that applies. An equality's
  /// whose controls cannot act on the run says so.
  ///
  /// - Parameters:
  ///   - needsOne: whether some control must have been rejected.
  ///   - remedy: the end of the sentence about a control that was not: why that may be, and what to try.
  public static func weigh(
    _ judgement: Judgement, controls: [ControlEvidence], needsOne: Bool = false, remedy: String = refinementRemedy
  ) -> Judgement {
    guard judgement.verdict == .holds else { return judgement }
    if let missed = controls.first(where: { !$0.isRejected && $0.isApplicable }) {
      return Judgement(
        .inconclusive,
        "the negative control '\(missed.name)' was not rejected (\(missed.verdict.rawValue)), so holding means nothing here"
          + remedy)
    }
    if needsOne, !controls.contains(where: \.isRejected) {
      return Judgement(
        .inconclusive,
        "no mutated statement is false on this run, so holding means nothing here; raise integration.until")
    }
    return noteSilence(judgement, controls)
  }

  /// Says of a *holds* that no control could act, where controls were asked for.
  private static func noteSilence(_ judgement: Judgement, _ controls: [ControlEvidence]) -> Judgement {
    guard let first = controls.first, !controls.contains(where: \.isRejected) else { return judgement }
    let others = controls.count > 1 ? " and \(counted(controls.count - 1, "other"))" : ""
    var noted = judgement
    noted.reason +=
      "; no control could act ('\(first.name)'\(others)), so nothing shows that this run could have refuted it"
    return noted
  }

  /// Judges a mutated closed form by its departure beside that of the true one.
  ///
  /// - Parameter form: which closed form it is, as the beginning of the sentence.
  public static func judge(form: String, departure: Double, trueForm error: Double) -> Judgement {
    Judgement(
      departure > rivalFactor * max(JudgingRule.unitRoundoff, error) ? .violated : .inconclusive,
      "\(form) misses by \(tableNumber(departure))")
  }

  /// Judges the false statement that something vanishes as α → 0: *violated* where it neither falls like a power of at least ½, which the
  /// true statement's rule asks for, nor is small at the end.
  ///
  /// - Parameters:
  ///   - name: what is said to vanish, as the beginning of the sentence.
  ///   - values: one per α.
  ///   - scales: α, falling.
  public static func judge(vanishing name: String, _ values: [Double], scales: [Double]) -> Judgement {
    guard let first = values.first, let last = values.last, let start = scales.first, let end = scales.last,
      start > end, first > 0, last.isFinite
    else { return Judgement(.inconclusive, "\(name) is not known at two scales") }
    let slope = last > 0 ? log(first / last) / log(start / end) : .infinity
    return Judgement(
      last > VanishingRule.followedLevel && slope < VanishingRule.leastSlope ? .violated : .inconclusive,
      "\(name) is still \(tableNumber(last)) at α = \(tableNumber(end)), after \(tableNumber(first))")
  }

  /// Judges something that is offered as a proof by the flaw found in it; nil if there is none.
  public static func judge(proofWithFlaw flaw: String?) -> Judgement {
    flaw.map { Judgement(.violated, $0) } ?? Judgement(.holds, "it passes for a proof")
  }
}
