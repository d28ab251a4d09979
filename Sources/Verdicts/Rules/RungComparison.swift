import CMath

/// What two rungs say about each other.
extension JudgingRule {
  /// Which of some rungs the tightest is compared with: the last whose tolerance in effect is at least ten times as large; nil if none is.
  static func compared(_ rungs: [RungEvidence]) -> Int? {
    guard let fine = rungs.last else { return nil }
    return rungs.lastIndex {
      $0.effectiveTolerance >= decimalPart * leastRefinement * fine.effectiveTolerance
    }
  }

  /// The order of decrease between two rungs, d log r / d log τ; nil where a residual is zero or not finite.
  public static func order(_ coarse: RungEvidence, _ fine: RungEvidence) -> Double? {
    let a = coarse.evidence.residual
    let b = fine.evidence.residual
    let (outer, inner) = (coarse.effectiveTolerance, fine.effectiveTolerance)
    guard a > 0, b > 0, a.isFinite, b.isFinite, outer > inner else { return nil }
    return log(a / b) / log(outer / inner)
  }

  /// Whether the save grid, not the tolerance, set the steps of two rungs: only of those that end steps at the save times.
  static func isGridBound(_ coarse: RungEvidence, _ fine: RungEvidence) -> Bool {
    coarse.landsOnSaves && fine.landsOnSaves
      && Double(fine.steps) <= (1 + gridBound) * Double(coarse.steps)
  }

  /// What a run whose steps the save grid sets may drift by.
  static func gridLevel(_ coarse: RungEvidence, _ fine: RungEvidence) -> Double {
    gridFactor * coarse.effectiveTolerance * Double(fine.steps)
  }
}
