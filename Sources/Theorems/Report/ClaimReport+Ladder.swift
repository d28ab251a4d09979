import FlowODE
import Verdicts

extension ClaimReport {
  /// The report of a claim that was judged from a refinement ladder.
  init(
    claim: any Claim, setting: ClaimSetting, ladder: [Rung], judgement: Judgement, controls: [ControlReport]
  ) {
    var rows: [RungReport] = []
    var previous: RungEvidence?
    for rung in ladder {
      guard let seen = rung.evidence(for: claim.identifier) else { continue }
      rows.append(RungReport(rung, seen, previous: previous))
      previous = seen
    }
    let evidence = ladder.last?.evidence[claim.identifier]
    self.init(
      claim: claim.identifier, kind: claim.isInequality ? "inequality" : "equality",
      statement: claim.statement(setting), hypotheses: Examination.hypotheses(claim, setting, ladder), rungs: rows,
      judgement: judgement, controls: controls, tables: evidence?.tables ?? [],
      figures: (evidence?.plot.map { [$0] } ?? []) + Self.driftFigure(claim.identifier, ladder))
  }

  /// The drift along the flow, one curve per rung; none where no residuals were kept.
  private static func driftFigure(_ claim: String, _ ladder: [Rung]) -> [Figure] {
    let curves = ladder.map { rung in
      let path = rung.evidence[claim]?.path ?? []
      return Figure.Curve(
        "rtol \(tableSetting(rung.relativeTolerance))", x: path.map(\.time), y: path.map(\.residual))
    }
    guard curves.contains(where: { !$0.x.isEmpty }) else { return [] }
    return [
      Figure(
        "\(claim): drift along gradient flow", name: "drift", xLabel: "t", yLabel: "drift relative to the largest term",
        logX: Figure.isGeometric(curves.last?.x ?? []), logY: true, curves: curves)
    ]
  }
}

extension RungReport {
  init(_ rung: Rung, _ seen: RungEvidence, previous: RungEvidence?) {
    self.init(rtol: rung.relativeTolerance)
    take(seen, previous: previous)
    steps = rung.trajectory.counts.accepted
    rejected = rung.trajectory.counts.rejected
    gradients = rung.trajectory.counts.evaluations
    jacobians = rung.trajectory.counts.jacobians
    choice = rung.trajectory.choice
    finalTime = rung.trajectory.time
    finalLoss = finite(rung.trajectory.loss, "the final loss")
    outcome = rung.trajectory.outcome.sentence
    isComplete = rung.trajectory.outcome.isComplete
  }
}
