extension JudgingRule {
  /// The one rule by which claims are judged from a refinement ladder; inequalities and exponents branch off after step 2.
  ///
  /// A residual is blamed on the claim only if tightening the integrator does not move it, and credited to the solver only if
  /// tightening shrinks it, or if it is below the tolerance itself. In this order, with r, τ and φ of the tightest rung, τ being the
  /// tolerance in effect (rtol unless a fixed atol is looser), φ the floor (``floor(_:)``), and compared with the last rung whose τ is
  /// at least ten times as large:
  ///
  /// 1. a hypothesis is not met → *vacuous*; one that was met only up to a tolerance, and ceases to be along the run →
  ///    *vacuous* from there on, unless the states before are *violated*;
  /// 2. rungs that are incomplete, or whose residual is not finite, are set aside with a note; fewer than two left →
  ///    *inconclusive*;
  /// 3. r above the violation level, 1000·τ and 10·φ, and the rungs from the compared one on agree within 10 % → *violated*, unless
  ///    both took the same one step, or steps end at the save times and r is small enough to be the solver's on that grid;
  /// 4. the terms moved too little for a 1 % error in one block's rate to show beside r and φ → *inconclusive*; the residual of the
  ///    compared rung, shrunk at the least order, counts as well, for a small r may be a cancellation;
  /// 5. r ≤ φ → *holds*;
  /// 6. r above the integrator's error budget, which must be a bound and not an estimate → *inconclusive*;
  /// 7. r shrinks with at least order 0.5 and is at most 1000·τ → *holds*;
  /// 8. τ ≤ 1e-10 and r ≤ τ → *holds*, however it got there;
  /// 9. the ladder without its last rungs holds by this rule, and those neither speak for a violation nor show more than a solver may
  ///    leave that shrinks with the least order from where that ladder's word begins → *holds*, to the largest of them
  ///    (``EarlierRungs``);
  /// 10. otherwise → *inconclusive*, naming the number that was short and what would settle it.
  ///
  /// So the word never gets worse by a further rung unless that rung speaks for a violation.
  ///
  /// - Parameter rungs: the rungs, coarsest first.
  public static func judge(hypotheses: [Hypothesis], rungs: [RungEvidence]) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    let usable = rungs.filter { setAside($0) == nil }
    let note = rungs.lazy.compactMap(setAside).first
    guard usable.count >= leastRungs else {
      return Judgement(
        .inconclusive,
        note ?? "one rung cannot tell the solver's error from the claim's: give integration.refine two or more")
    }
    var judgement = EarlierRungs.judge(usable)
    if judgement.verdict != .violated, let inexactness = usable.last?.evidence.inexactness, let end = inexactness.end {
      judgement = VacuousRule.judge(inexactness, from: end, before: judgement)
    }
    if usable.last?.evidence.isBlindToRates == true { judgement.smallestVisibleRateError = nil }
    if let note { judgement.reason += "; it was set aside that \(note)" }
    return judgement
  }

  /// Why a rung says nothing, and what to try; nil if it counts.
  private static func setAside(_ rung: RungEvidence) -> String? {
    let name = tableNumber(rung.relativeTolerance)
    if let reason = rung.incompleteness { return "the rung at rtol \(name) is incomplete: \(reason)" }
    guard !rung.evidence.residual.isFinite else { return nil }
    return rung.evidence.doubt
      ?? "the residual at rtol \(name) is not finite: lower integration.until or init.scale"
  }

  /// Judges by the tightest of some rungs, all of them complete, and the one to compare it with.
  static func judgeTightest(_ rungs: [RungEvidence]) -> Judgement {
    guard let fine = rungs.last, rungs.count >= leastRungs else {
      return Judgement(.inconclusive, "one rung cannot tell the solver's error from the claim's")
    }
    let compared = compared(rungs)
    let judgement: Judgement
    if fine.isEquality {
      judgement = EqualityRule.judge(rungs, fine: fine, compared: compared)
    } else if let compared {
      judgement = judge(rungs[compared], fine)
    } else {
      return Judgement(
        .inconclusive,
        "no rung has a tolerance in effect \(tableNumber(leastRefinement)) times that of the tightest; space integration.refine wider"
      )
    }
    if judgement.verdict != .violated, let doubt = fine.evidence.doubt ?? compared.flatMap({ rungs[$0].evidence.doubt })
    {
      return Judgement(.inconclusive, doubt)
    }
    // What is passed and over again, or all but passed, within the solver's error may as well be missed, or passed.
    if let touch = fine.evidence.touch, judgement.verdict != .inconclusive {
      let factor = judgement.verdict == .violated ? toleranceFactor : touchFactor
      if touch <= factor * fine.effectiveTolerance {
        return Judgement(
          .inconclusive,
          "the level is touched or missed by \(tableNumber(touch)) of its size, which may be the solver's error; tighten "
            + "integration.refine")
      }
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
      return ExponentRule.judge(
        claimed: claimed, coarseFit, fineFit, tolerance: fine.effectiveTolerance, floor: floor(fine))
    }
    guard let coarseMargin = coarse.evidence.margin, let fineMargin = fine.evidence.margin else {
      return Judgement(.inconclusive, "the rungs hold different evidence")
    }
    return MarginRule.judge(
      coarseMargin, fineMargin, steps: fine.steps,
      floor: max(
        fine.evidence.inexactness?.largest ?? 0,
        coarse.landsOnSaves && fine.landsOnSaves ? min(fine.effectiveTolerance, MarginRule.slackResolution) : 0),
      solver: max(toleranceFactor * fine.effectiveTolerance, isGridBound(coarse, fine) ? gridLevel(coarse, fine) : 0))
  }
}
