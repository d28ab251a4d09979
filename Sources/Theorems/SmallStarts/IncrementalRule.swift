import CMath
import Verdicts

extension JudgingRule {
  /// Judges the closed form at every α of the ladder, then that one component alone left zero.
  static func judge(
    hypotheses: [Hypothesis], incremental coarse: [IncrementalStudy.Point], _ fine: [IncrementalStudy.Point],
    tolerance: Double
  ) -> Judgement {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))")
    }
    for (a, b) in zip(coarse, fine) {
      let level = toleranceFactor * tolerance * b.magnification + violationUnits * unitRoundoff
      if b.error <= level { continue }
      return abs(a.error - b.error) <= agreement * max(a.error, b.error)
        ? Judgement(
          .violated,
          "at α = \(tableSetting(b.alpha)) the closed form misses by \(tableNumber(b.error)), whatever the tolerance")
        : Judgement(
          .inconclusive,
          "at α = \(tableSetting(b.alpha)) the closed form misses by \(tableNumber(b.error)), above the solver's "
            + "\(tableNumber(level)); tighten --refine")
    }
    for point in fine {
      if let bound = point.bound, point.runnerUpNorm > bound * (1 + 1e-6) {
        return Judgement(
          .violated, "at α = \(tableSetting(point.alpha)) a component exceeds its O(αᴺ) bound \(tableNumber(bound))")
      }
    }
    guard fine.count >= 5, let first = fine.first, let last = fine.last,
      log2(first.alpha / last.alpha) >= leastHalvings - 1e-9
    else {
      return Judgement(
        .inconclusive, "the closed form holds, but the ladder is shorter than four halvings; give --scales five")
    }
    guard fine.suffix(2).allSatisfy({ $0.risen == 1 }) else {
      return Judgement(
        .inconclusive, "\(last.risen) components have left zero at the smallest α; use smaller --scales")
    }
    let error = fine.map(\.error).max() ?? 0
    return Judgement(
      .holds,
      "holds: the closed form is off by at most \(tableNumber(error)) over the ladder, and one component alone leaves zero"
    )
  }
}
