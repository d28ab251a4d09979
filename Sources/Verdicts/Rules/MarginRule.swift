/// The part of the judging rule for inequalities, value ≤ bound with slack = bound − value, from the last two rungs:
///
/// u_slack = 3·|slack(τ) − slack(coarser τ)| at a save time + roundoff (10 times that of a residual) + what inexact hypotheses may make up;
/// between two save times the larger of theirs.
///
/// 1. somewhere slack < −10·u_slack on both rungs, at the same law and within one save time, of sizes within a factor of three, and below −1000·τ of the bound's
///    size, or the level that a save grid which sets the steps of both rungs allows → *violated*;
/// 2. everywhere slack + u_slack ≥ 0, and u_slack is small where the bound is met only within it → *holds*;
/// 3. otherwise → *inconclusive*.
///
/// Whether a mutated statement is rejected on the same data is for ``ControlRule`` to ask: without that, *holds* is hollow.
extension MarginRule {
  /// - Parameters:
  ///   - floor: the part of a bound's size that inexact hypotheses may make up, or an error of which the rungs say nothing because the
  ///     save times set the steps of both.
  ///   - solver: the part of a bound's size up to which an excess may be the solver's ordinary error.
  static func judge(_ coarse: Margin, _ fine: Margin, steps: Int, floor: Double = 0, solver: Double) -> Judgement {
    let count = fine.laws.count
    var isChecked = false
    var short: (law: Int, save: Int, slack: Double, error: Double)?
    guard coarse.laws.count == count, abs(coarse.times.count - fine.times.count) <= saveDifference else {
      return Judgement(.inconclusive, "the last two rungs saved different states; tighten integration.refine")
    }
    for k in fine.times.indices where k < coarse.times.count {
      for law in 0..<count {
        let i = k * count + law
        let size = fine.size[i]
        guard size > 0, fine.least[i] != .infinity else { continue }
        guard fine.least[i].isFinite, !coarse.least[i].isNaN else {
          return Judgement(
            .inconclusive,
            "the slack of \(fine.laws[law]) is not finite at t = \(tableNumber(fine.times[k])): lower integration.until"
          )
        }
        isChecked = true
        let error = JudgingRule.slackUncertainty(coarse, fine, k, law, steps: steps) + floor * size
        if fine.least[i] < -slackFactor * error,
          fine.least[i] < -max(JudgingRule.violationUnits * JudgingRule.unitRoundoff, solver) * size
        {
          let seen = (max(0, k - 1)...min(coarse.times.count - 1, k + 1)).contains {
            let other = coarse.least[$0 * count + law]
            return other < -slackFactor * error && other >= sizeFactor * fine.least[i]
              && fine.least[i] >= sizeFactor * other
          }
          if seen {
            return Judgement(
              .violated,
              "\(fine.laws[law]) is exceeded by \(tableNumber(-fine.least[i] / size)) of its size at t = "
                + "\(tableNumber(fine.times[k])), \(tableNumber(-fine.least[i] / error)) times what the solver explains"
            )
          }
        }
        let unresolved = fine.least[i] < error && error > slackResolution * size
        if fine.least[i] + error < 0 || unresolved {
          if short == nil || fine.least[i] / size < (short?.slack ?? 0) {
            short = (law, k, fine.least[i] / size, error / size)
          }
        }
      }
    }
    if let short {
      return Judgement(
        .inconclusive,
        "\(fine.laws[short.law]) has a slack of \(tableNumber(short.slack)) of its size at t = "
          + "\(tableNumber(fine.times[short.save])), known only to \(tableNumber(short.error)); tighten integration.refine or try another "
          + "integration.method")
    }
    guard isChecked, let worst = JudgingRule.worstSlack(coarse, fine, steps: steps) else {
      return Judgement(.inconclusive, "no bound was checked; raise integration.until")
    }
    return Judgement(
      .holds,
      "holds at every checked time: least slack \(tableNumber(worst.slack)) of the bound's size, known to "
        + "\(tableNumber(worst.uncertainty + floor)); tightness value/bound up to \(tableNumber(fine.tightness ?? 0))")
  }

  /// Whether a tighter rung keeps to what two rungs showed: no slack is negative by more than they left open, or by more than a part
  /// of the bound's size that a bound met within its uncertainty may leave open.
  static func keeps(_ tighter: Margin, _ coarse: Margin, _ fine: Margin, steps: Int) -> Bool {
    let count = fine.laws.count
    guard tighter.laws.count == count, tighter.times.count == fine.times.count else { return false }
    return fine.times.indices.allSatisfy { k in
      (0..<count).allSatisfy { law in
        let i = k * count + law
        guard tighter.size[i] > 0, tighter.least[i] != .infinity else { return true }
        let error = JudgingRule.slackUncertainty(coarse, fine, k, law, steps: steps)
        return tighter.least[i] + min(error, slackResolution * tighter.size[i]) >= 0
      }
    }
  }
}
