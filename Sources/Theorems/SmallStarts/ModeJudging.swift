import FlowODE
import Verdicts

extension JudgingRule {
  /// Judges the closed form of the half-rise times at every α, and that larger modes rise first.
  static func judge(
    hypotheses: [Hypothesis], modes coarse: [ModeStudy.Point], _ fine: [ModeStudy.Point], tolerance: Double
  ) -> Judgement {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))")
    }
    let level = toleranceFactor * tolerance + violationUnits * unitRoundoff
    for (a, b) in zip(coarse, fine) {
      let (before, now) = (a.error(a.exact), b.error(b.exact))
      if now <= level { continue }
      return abs(before - now) <= agreement * max(before, now)
        ? Judgement(
          .violated,
          "at α = \(tableSetting(b.alpha)) the closed form misses by \(tableNumber(now)), whatever the tolerance")
        : Judgement(
          .inconclusive,
          "at α = \(tableSetting(b.alpha)) the closed form misses by \(tableNumber(now)), above the solver's "
            + "\(tableNumber(level)); tighten --refine")
    }
    if let point = fine.first(where: { zip($0.times, $0.times.dropFirst()).contains { $0 >= $1 } }) {
      return Judgement(.violated, "at α = \(tableSetting(point.alpha)) a smaller mode rises before a larger one")
    }
    let error = fine.map { $0.error($0.exact) }.max() ?? 0
    return Judgement(
      .holds,
      "holds: half-rise times are the closed form's to \(tableNumber(error)) at every α, and larger modes rise first")
  }
}
