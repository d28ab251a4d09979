extension RungEvidence {
  /// Whether it is a residual that is judged, not a slack or a fitted exponent.
  var isEquality: Bool { evidence.claimedExponent == nil && evidence.margin == nil }
}

extension JudgingRule {
  /// φ: up to it a residual is none. The largest of the roundoff level, the rounding of the claim's own evaluation, what the method's
  /// rounding was seen to do along the run, and what became of hypotheses that were met only up to a tolerance.
  static func floor(_ rung: RungEvidence) -> Double {
    max(
      roundoffLevel(steps: rung.steps), rung.evidence.rounding, rung.evidence.methodRounding,
      rung.evidence.inexactness?.largest ?? 0)
  }

  /// Whether the residual of an equality may be what rounding makes of it in the method: above φ, and no more than a solver may leave.
  public static func mayBeMethodRounding(_ rung: RungEvidence) -> Bool {
    let residual = rung.evidence.residual
    return rung.isEquality && rung.incompleteness == nil && residual.isFinite && residual > floor(rung)
      && residual <= toleranceFactor * rung.effectiveTolerance
  }
}
