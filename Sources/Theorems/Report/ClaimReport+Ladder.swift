import FlowODE
import Verdicts

extension ClaimReport {
  /// The report of a claim that was judged from a refinement ladder.
  init(
    _ statement: Statement, setting: ClaimSetting, ladder: [Rung], judgement: Judgement, controls: [ControlReport],
    settled: SettledLadder?
  ) {
    var rows: [RungReport] = []
    var previous: RungEvidence?
    for rung in ladder {
      guard let seen = rung.evidence(for: statement) else { continue }
      rows.append(RungReport(rung, seen, previous: previous))
      previous = seen
    }
    let evidence = ladder.last?.evidence[statement.identity]
    let claim = statement.claim
    self.init(
      claim: claim.card.name, kind: claim.card.judgedBy.isInequality ? "inequality" : "equality",
      statement: claim.statement(setting),
      hypotheses: claim.hypotheses(setting, ladder.last?.facts ?? PathFacts()), rungs: rows, settled: settled,
      judgement: judgement, controls: controls, tables: evidence?.tables ?? [],
      figures: (evidence?.plot.map { [$0] } ?? []) + Self.driftFigure(statement, setting, ladder))
  }

  /// The drift along the flow, one curve per rung; none where no residuals were kept.
  private static func driftFigure(_ statement: Statement, _ setting: ClaimSetting, _ ladder: [Rung]) -> [Figure] {
    let curves = ladder.map { rung in
      let path = rung.evidence[statement.identity]?.path ?? []
      return Figure.Curve(
        "rtol \(tableSetting(rung.relativeTolerance))", x: path.map(\.time), y: path.map(\.residual))
    }
    guard curves.contains(where: { !$0.x.isEmpty }) else { return [] }
    return [
      Figure(
        "\(statement.identity.claim): drift along \(setting.experiment.motion == nil ? "gradient flow" : "the flow")",
        name: "drift", xLabel: "t",
        yLabel: "relative drift",
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
    pathEvaluations = rung.trajectory.pathEvaluations
    jacobians = rung.trajectory.counts.jacobians
    choice = rung.trajectory.choice
    finalTime = rung.trajectory.time
    (finalOffset, finalRemainder) = rung.trajectory.clock.parts
    restTime = rung.trajectory.rest?.total
    finalLoss = finite(rung.trajectory.loss, "the final loss")
    outcome = rung.trajectory.outcome.sentence
    isComplete = rung.trajectory.outcome.isComplete
  }
}
