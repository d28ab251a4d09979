import FlowODE
import Verdicts

extension ClaimReport {
  /// The report of a claim that was judged from a refinement ladder.
  init(
    _ statement: Statement, setting: ClaimSetting, ladder: [Rung], judgement: Judgement,
    controls: [Examination.ControlFinding],
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
      judgement: judgement, controls: controls.map(\.report), tables: evidence?.tables ?? [],
      figures: (evidence?.plot.map { [$0] } ?? []) + Self.driftFigure(statement, setting, ladder, rows, controls))
  }

  /// The drift along the flow, one curve per rung, above what is roundoff and beside the first control that was rejected; none where
  /// no residuals were kept.
  private static func driftFigure(
    _ statement: Statement, _ setting: ClaimSetting, _ ladder: [Rung], _ rows: [RungReport],
    _ controls: [Examination.ControlFinding]
  ) -> [Figure] {
    func curve(_ name: String, _ path: [DriftPoint], _ role: Figure.Curve.Role = .measured) -> Figure.Curve {
      Figure.Curve(name, x: path.map(\.time), y: path.map(\.residual), role: role)
    }
    var curves = ladder.map { rung in
      let row = rows.first { $0.rtol == rung.relativeTolerance && !$0.isRoundoff }
      let order = row?.order.map { ", order \(($0 * 10).rounded() / 10)" } ?? ""
      return curve(
        "rtol \(tableSetting(rung.relativeTolerance))\(order)", rung.evidence[statement.identity]?.path ?? [])
    }
    let times = curves.flatMap(\.x).filter { $0 > 0 }
    guard curves.contains(where: { !$0.x.isEmpty }) else { return [] }
    let flow = setting.experiment.motion == nil ? "gradient flow" : "the flow"
    if let first = times.min(), let last = times.max(), let steps = ladder.last?.trajectory.counts.accepted {
      let level = JudgingRule.roundoffLevel(steps: steps)
      curves += [(JudgingRule.unitRoundoff, .lowerBound), (level, .upperBound)].map { y, role in
        Figure.Curve("roundoff", x: [first, last], y: [y, y], role: role)
      }
    }
    if let control = controls.first(where: { $0.report.isRejected && !$0.path.isEmpty }) {
      curves.append(curve("control: \(control.report.name)", control.path, .reference))
    }
    return [
      Figure(
        "\(statement.identity.claim): drift along \(flow)",
        name: "drift", xLabel: "t",
        yLabel: "relative drift",
        logX: ladder.indices.last.map { Figure.isGeometric(curves[$0].x) } ?? false, logY: true, curves: curves)
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
