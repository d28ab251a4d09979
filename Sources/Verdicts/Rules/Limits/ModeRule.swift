import CMath

/// The half-rise times of the modes at one α.
public struct ModeEvidence: Sendable, Equatable {
  /// α, the scale of the start.
  public let alpha: Double
  /// Located half-rise times, largest mode first.
  public let times: [Double]
  /// Their largest relative departure from the closed form.
  public let error: Double

  /// What one scale shows.
  public init(alpha: Double, times: [Double], error: Double) {
    self.alpha = alpha
    self.times = times
    self.error = error
  }
}

/// The rule of modes that rise one after the other; its levels are those of ``LadderRule`` and ``JudgingRule``.
public enum ModeRule {
  /// Judges the closed form of the half-rise times at every α, and that larger modes rise first:
  ///
  /// 1. a hypothesis is not met → *vacuous*;
  /// 2. at some α the closed form misses by more than the solver explains → *violated* if tightening does not move that,
  ///    *inconclusive* otherwise;
  /// 3. at the smallest α a smaller mode rises before a larger one, or with it → *violated* if it does at every α over at least a decade,
  ///    *inconclusive* otherwise: the order is a limit's;
  /// 4. otherwise → *holds*.
  ///
  /// - Parameters:
  ///   - coarse: the ladder at a coarser tolerance.
  ///   - fine: the ladder at `tolerance`.
  public static func judge(
    hypotheses: [Hypothesis], _ coarse: [ModeEvidence], _ fine: [ModeEvidence], tolerance: Double
  ) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    for (a, b) in zip(coarse, fine) {
      if let misfit = LadderRule.misfit(alpha: b.alpha, coarse: a.error, fine: b.error, tolerance: tolerance) {
        return misfit
      }
    }
    let disordered = fine.filter { zip($0.times, $0.times.dropFirst()).contains { $0 >= $1 } }
    if let first = fine.first, let last = fine.last, last == disordered.last {
      let text = "at α = \(tableSetting(last.alpha)) a smaller mode rises before a larger one"
      let isWide = log10(first.alpha / last.alpha) >= LimitRule.leastDecades - LimitRule.rangeSlack
      return disordered.count == fine.count && isWide
        ? Judgement(.violated, "\(text), as at every larger α")
        : Judgement(.inconclusive, "\(text), which says nothing about smaller α; extend init.scales")
    }
    let error = fine.map(\.error).max() ?? 0
    return Judgement(
      .holds,
      "holds: half-rise times are the closed form's to \(tableNumber(error)) at every α, and larger modes rise first")
  }
}
