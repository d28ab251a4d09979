import CMath

/// What the coarser rungs of a ladder showed and tighter ones do not take back (step 9 of ``JudgingRule/judge(hypotheses:rungs:)``).
enum EarlierRungs {
  /// Judges by all rungs; where these are inconclusive, by the longest beginning of the ladder that holds and that the tighter rungs
  /// are compatible with.
  static func judge(_ rungs: [RungEvidence]) -> Judgement {
    let judgement = JudgingRule.judgeTightest(rungs)
    guard judgement.verdict == .inconclusive, let fine = rungs.last, fine.evidence.doubt == nil, !speaksAgainst(rungs)
    else {
      return judgement
    }
    for count in stride(from: rungs.count - 1, through: JudgingRule.leastRungs, by: -1) {
      let early = Array(rungs.prefix(count))
      let word = JudgingRule.judgeTightest(early)
      guard word.verdict == .holds else { continue }
      if let carried = carry(word, early, over: Array(rungs.dropFirst(count))) { return carried }
    }
    return judgement
  }

  /// Whether the tightest rung speaks for a violation: a residual that is the claim's and not rounding's, and more than its solver
  /// may leave, which has ceased to fall; or above τ and the floor's triple and no smaller than on the rung before, so that only a smaller τ
  /// is missing.
  private static func speaksAgainst(_ rungs: [RungEvidence]) -> Bool {
    guard let fine = rungs.last, fine.isEquality, EqualityRule.isSolid(fine) else { return false }
    let (residual, tolerance) = (fine.evidence.residual, fine.effectiveTolerance)
    guard let compared = JudgingRule.compared(rungs) else { return residual > JudgingRule.toleranceFactor * tolerance }
    if residual > JudgingRule.toleranceFactor * tolerance {
      return JudgingRule.stillFactor * residual >= rungs[compared].evidence.residual
    }
    guard residual > tolerance,
      residual > JudgingRule.floorFactor * JudgingRule.floor(fine)
    else {
      return false
    }
    return residual >= (1 - JudgingRule.agreement) * rungs[compared].evidence.residual
  }

  /// Whether a tighter rung shows no more than rounding and its tolerance leave, or than a solver of the least order that begins with
  /// the residual of `coarse` does: what falls more slowly from there on has a part that does not fall.
  private static func isSolvers(_ rung: RungEvidence, from coarse: RungEvidence?) -> Bool {
    let residual = rung.evidence.residual
    guard EqualityRule.isSolid(rung), residual > rung.effectiveTolerance, let coarse else { return true }
    let ratio = rung.effectiveTolerance / coarse.effectiveTolerance
    return residual <= coarse.evidence.residual * pow(ratio, JudgingRule.leastOrder)
  }

  /// The word of a ladder's beginning, to the level that the tighter rungs leave; nil if they are not compatible with it.
  private static func carry(_ word: Judgement, _ early: [RungEvidence], over tighter: [RungEvidence]) -> Judgement? {
    guard let last = early.last else { return nil }
    let name = tableNumber(last.relativeTolerance)
    if last.isEquality {
      let allowed = max(JudgingRule.toleranceFactor * last.effectiveTolerance, JudgingRule.floor(last))
      let level = tighter.reduce(last.evidence.residual) { max($0, $1.evidence.residual) }
      let coarse = JudgingRule.compared(early).map { early[$0] }
      guard level <= allowed, tighter.allSatisfy({ isSolvers($0, from: coarse) }),
        let visible = EqualityRule.visible(last, beside: level),
        let known = word.smallestVisibleRateError
      else { return nil }
      return Judgement(
        .holds,
        "holds to \(tableNumber(level)): the rungs down to rtol \(name) show it, and tighter ones do not take it back",
        smallestVisibleRateError: max(visible, known))
    }
    guard let compared = early.dropLast().last else { return nil }
    let isKept =
      if let coarse = compared.evidence.fit, let fine = last.evidence.fit, let claimed = last.evidence.claimedExponent {
        tighter.allSatisfy { rung in
          rung.evidence.fit.map { abs($0.exponent - claimed) <= ExponentRule.halfWidth(coarse, fine) } ?? false
        }
      } else if let coarse = compared.evidence.margin, let fine = last.evidence.margin {
        tighter.allSatisfy { rung in
          rung.evidence.margin.map { MarginRule.keeps($0, coarse, fine, steps: last.steps) } ?? false
        }
      } else {
        false
      }
    guard isKept else { return nil }
    return Judgement(
      .holds, "\(word.reason) (by the rungs down to rtol \(name), which tighter ones do not take back)",
      smallestVisibleRateError: word.smallestVisibleRateError)
  }
}
