import FlowODE
import Models
import Verdicts

extension ModeStudy {
  /// Runs the ladder and judges it.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func report(runsControls: Bool) throws -> ScaleOutcome {
    let depth = (experiment.problem.model as? MatrixFactorization)?.depth ?? 0
    var coarse: [Point] = []
    var fine: [Point] = []
    if hypotheses.allSatisfy(\.isMet) {
      for (k, scale) in scales.enumerated() {
        coarse.append(try point(alpha: scale, tolerance: tolerances[0]))
        let observers = k == scales.count - 1 ? try context.recorders() : []
        fine.append(try point(alpha: scale, tolerance: tolerances[1], observers: observers))
        context.progress(k, 1)
      }
    }
    var judgement = ModeRule.judge(
      hypotheses: hypotheses, coarse.map(\.evidence), fine.map(\.evidence), tolerance: tolerances[1])
    var controls: [ControlReport] = []
    if runsControls, let last = fine.last {
      let error = fine.map { $0.error($0.exact) }.max() ?? 0
      func control(_ name: String, _ departure: Double) {
        let judged = ControlRule.judge(form: "the closed form", departure: departure, trueForm: error)
        controls.append(
          ControlReport(
            name: name, judgement: judged, residual: departure, isRejected: judged.verdict == .violated))
      }
      control(Mutant.depth.rawValue, last.error(last.wrongDepth))
      if last.times.count > 1 { control(Mutant.exchanged.rawValue, last.error(last.swapped)) }
      var rates = [Double](repeating: 1, count: depth)
      rates[depth - 1] = 1.01
      let perturbed = try point(alpha: last.alpha, tolerance: tolerances[1], blockRates: rates)
      control("W\(depth)'s rate × 1.01", perturbed.error(perturbed.exact))
      judgement = ControlRule.weigh(judgement, controls: controls.map(\.evidence))
    }
    let report = ClaimReport(
      claim: Self.card.name, kind: "limit",
      statement:
        "from W(0) = α Σ u_i v_iᵀ the i-th mode is half risen at t_i = ∫_α^(s_i/2) dx/(\(depth) x^(2−2/\(depth))(s_i − x)), "
        + "half-sum's unit; t_1/t_2 → s_2/s_1 as α → 0",
      hypotheses: hypotheses, judgement: judgement, controls: controls, tables: tables(fine),
      figures: [Self.plot(fine)])
    return ScaleOutcome(report: report, tables: [("series.csv", Self.series(fine))])
  }
}

extension ModeStudy.Point {
  fileprivate var evidence: ModeEvidence { ModeEvidence(alpha: alpha, times: times, error: error(exact)) }
}
