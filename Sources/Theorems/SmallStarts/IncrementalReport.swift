import FlowODE
import Models
import Verdicts

extension IncrementalStudy {
  /// Runs the ladder and judges it.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func report(runsControls: Bool) throws -> ScaleOutcome {
    let coarse = try points(tolerance: tolerances[0], pass: 0)
    let fine = try points(tolerance: tolerances[1], pass: 1)
    try record(until: fine[fine.count - 1].time)
    let setting = ClaimSetting(experiment: experiment)
    let order = ComponentRegistry(experiment.problem.model)?.components[0].count ?? 2
    let last = fine[fine.count - 1]
    let hypotheses = [
      ComponentSetting.balanced(setting),
      Hypothesis(
        Condition.constantGradient.rawValue, isMet: fine.allSatisfy(\.isConstantGradient),
        detail:
          "no residual of a Huber loss may fall to δ before the leading norm reaches \(tableNumber(level)); lower integration.level"
      ),
      Hypothesis(
        Condition.advantage.rawValue, isMet: order == 2 || last.separation > 1,
        detail: "at the smallest α it is \(tableNumber(last.separation)) times that; see init.leader"),
    ]
    var judgement = IncrementalRule.judge(
      hypotheses: hypotheses, coarse.map(\.evidence), fine.map(\.evidence), tolerance: tolerances[1])
    var controls: [ControlReport] = []
    if runsControls {
      for (mutant, value) in [
        (order > 2 ? Mutant.exponent : .halfKappa, \Point.wrongExponent), (.swapped, \Point.swapped),
      ] {
        let departure = fine.map { $0[keyPath: value] }.max() ?? 0
        let judged = ControlRule.judge(
          form: "its closed form", departure: departure, trueForm: fine.map(\.error).max() ?? 0)
        controls.append(
          ControlReport(
            name: mutant.rawValue, judgement: judged, residual: departure, isRejected: judged.verdict == .violated))
      }
      judgement = ControlRule.weigh(judgement, controls: controls.map(\.evidence))
    }
    let report = ClaimReport(
      claim: Self.card.name, kind: "limit",
      statement: order == 2
        ? "when σ_1 reaches \(tableNumber(level)), σ_r = (α a_r)² (σ_1/(α a_1)²)^κ_r: only α^(2(1−κ_r))"
        : "when σ_1 reaches \(tableNumber(level)), σ_r = [(α a_r)^(2−N) − κ_r ((α a_1)^(2−N) − σ_1^(−(N−2)/N))]^(−N/(N−2)) "
          + "= O(α^N) for r ≠ 1, N = \(order)",
      hypotheses: hypotheses, judgement: judgement, controls: controls, tables: [Self.table(fine)],
      figures: [Self.plot(fine, order: order)])
    return ScaleOutcome(
      report: report, tables: [("series.csv", Self.series(fine)), ("components.csv", Self.componentTable(fine))])
  }
}

extension IncrementalStudy.Point {
  fileprivate var evidence: IncrementalEvidence {
    IncrementalEvidence(
      alpha: alpha, error: error, magnification: magnification, runnerUpNorm: runnerUpNorm, bound: bound, risen: risen)
  }
}
