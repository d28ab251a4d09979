import CMath

/// The part of the judging rule for fitted exponents, from two rungs:
///
/// 1. no exponent fits, and tightening does not move the misfit → *violated*;
/// 2. the fitted exponent is ten half-widths from the claimed one → *violated*;
/// 3. it does not cover the claimed one, or a rival exponent fits nearly as well → *inconclusive*;
/// 4. otherwise → *holds*.
extension ExponentRule {
  /// The honest half-width of an exponent fitted on two rungs: misfit, solver and rounding together.
  public static func halfWidth(_ coarse: ExponentFit, _ fine: ExponentFit) -> Double {
    fine.misfitWidth + changeFactor * abs(fine.exponent - coarse.exponent) + rounding
  }

  /// Judges a fitted exponent: the power law itself by its misfit, then the claimed value by the interval, then whether the
  /// data could have told it from its rivals.
  ///
  /// - Parameter floor: φ of the sizes, relative to the largest: a misfit of ten times that says nothing.
  static func judge(
    claimed: Double, _ coarse: ExponentFit, _ fine: ExponentFit, tolerance: Double, floor: Double = 0
  ) -> Judgement {
    let half = halfWidth(coarse, fine)
    let misfit = fine.worstResidual
    // An error of the integral is magnified in σ by (σ_max/σ_min)^{p−1}.
    let level = JudgingRule.toleranceFactor * tolerance * max(1, pow(fine.dynamicRange, max(0, fine.exponent - 1)))
    if abs(misfit - coarse.worstResidual) <= JudgingRule.agreement * max(misfit, coarse.worstResidual), misfit > level,
      misfit > JudgingRule.violationUnits * JudgingRule.unitRoundoff, misfit > JudgingRule.powerMargin * floor
    {
      return Judgement(
        .violated,
        "no power law: the best exponent \(tableExponent(fine.exponent, half)) misses the norms by \(tableNumber(misfit)), which "
          + "tightening the tolerance does not move")
    }
    let shift = abs(fine.exponent - claimed)
    let text =
      "fitted exponent \(tableExponent(fine.exponent, half)) over a dynamic range of \(tableNumber(fine.dynamicRange))"
    if shift > violationWidths * half, misfit <= level {
      return Judgement(.violated, "\(text), and \(tableExponent(claimed, half)) was claimed")
    }
    guard shift <= half else {
      return Judgement(
        .inconclusive, "\(text) does not cover \(tableExponent(claimed, half)); tighten integration.refine")
    }
    if let rival = fine.rivals.first(where: { !($0.rms >= rivalFactor * fine.rms) }) {
      return Judgement(
        .inconclusive,
        "\(text), but the exponent \(tableSetting(rival.exponent)) fits only \(tableNumber(rival.rms / fine.rms)) times worse; raise "
          + "integration.until or lower init.scale")
    }
    return Judgement(.holds, "\(text); every rival exponent fits at least \(tableNumber(rivalFactor)) times worse")
  }

  /// An exponent with as many digits as its half-width warrants.
  static func tableExponent(_ value: Double, _ half: Double) -> String {
    let digits = max(2, min(15, Int(-log10(max(half, 1e-15)).rounded(.down)) + 1))
    let scale = pow(10, Double(digits))
    return "\(tableSetting((value * scale).rounded() / scale)) ± \(tableNumber(half))"
  }
}
