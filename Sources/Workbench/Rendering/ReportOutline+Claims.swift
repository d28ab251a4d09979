import GSLBridge
import Verdicts

extension ReportOutline {
  /// Claims on one experiment. What all of them share stands once, before the first table.
  static func claims(_ report: Report) -> [Block] {
    var blocks: [Block] = []
    var shownFlow: String?
    var shownOutcomes: [String] = []
    var shownStrength: Strength?
    for (k, claim) in report.claims.enumerated() {
      if k > 0 { blocks.append(.gap) }
      blocks.append(.heading(name: claim.claim, text: claim.statement))
      let last = claim.rungs.last
      let flow =
        "\(method(report.experiment, last?.choice)) to t = \(tableSetting(report.experiment.until))"
        + (last.map { "; loss \(tableNumber($0.finalLoss ?? .nan))" } ?? "")
      if k == 0 {
        blocks += experiment(report.experiment, flow: flow)
      } else if last != nil, flow != shownFlow {
        blocks.append(.fact(name: "flow", text: flow))
      }
      if k == 0 || last != nil { shownFlow = flow }
      if claim.strength != shownStrength {
        blocks.append(strength(claim.strength))
        shownStrength = claim.strength
      }
      if let proof = claim.proof { blocks.append(.fact(name: "proof", text: proof.words)) }
      for hypothesis in claim.hypotheses where !hypothesis.isMet || claim.verdict == .vacuous {
        blocks.append(
          .fact(
            name: "hypothesis",
            text: "\(hypothesis.statement): \(hypothesis.isMet ? "met" : "NOT met") (\(hypothesis.detail))"))
      }
      if k == 0 { blocks += notes(report) }
      blocks.append(.gap)
      if !claim.rungs.isEmpty { blocks.append(.table(rungs(claim))) }
      let outcomes = claim.rungs.filter { !$0.isComplete || $0.outcome != "the horizon was reached" }
        .map { "rtol \(tableSetting($0.rtol)): \($0.outcome)" }
      if !claim.rungs.isEmpty, outcomes != shownOutcomes {
        blocks += (outcomes.isEmpty ? ["every rung: the horizon was reached"] : outcomes).map { .remark($0) }
        shownOutcomes = outcomes
      }
      if let settled = claim.settled { blocks.append(.remark(self.settled(settled))) }
      if let explanation = last.flatMap({ explanation(claim, $0) }) { blocks += [.gap, .remark(explanation)] }
      for table in claim.tables { blocks += [.gap, .table(grid(table))] }
      blocks += claim.controls.map { control in
        .control(
          self.control(
            control, name: control.name, figure: figure(of: control, "drift ")))
      }
      blocks += [.gap, .verdict(verdict(claim))]
    }
    return blocks + observed(report)
  }

  /// What the model's text asks to record, at the end.
  private static func observed(_ report: Report) -> [Block] {
    guard let observed = report.observed, !observed.isEmpty else { return [] }
    let rows = Ordering.ascending(Array(observed.keys)).map { [$0, tableNumber(observed[$0] ?? .nan)] }
    return [.gap, .table(Block.Grid(columns: ["observed", "at the end"], rows: rows, startsWithNames: true))]
  }

  /// How strongly verdicts are known.
  static func strength(_ strength: Strength) -> Block {
    let meaning =
      switch strength {
      case .proved: "by exact algebra, for all data and starts"
      case .enclosed: "by rigorous bounds along one trajectory"
      case .observed: "numerically, with error control"
      }
    return .fact(name: "strength", text: "\(strength.rawValue): \(meaning)")
  }

  /// How far the ladder went, and why no further.
  private static func settled(_ ladder: SettledLadder) -> String {
    "settled after \(ladder.after) of \(counted(ladder.of, "rung")): \(ladder.reason)"
  }

  private static func rungs(_ claim: ClaimReport) -> Block.Grid {
    if claim.kind == "inequality" {
      return Block.Grid(
        columns: ["rtol", "least slack", "known to", "tightness", "steps", "rejected", "gradients"],
        rows: claim.rungs.map { rung in
          [
            tableSetting(rung.rtol), rung.slack.map(tableNumber) ?? "", rung.slackUncertainty.map(tableNumber) ?? "",
            rung.tightness.map(tableNumber) ?? "", "\(rung.steps)", "\(rung.rejected)", "\(rung.gradients)",
          ]
        })
    }
    let usesJacobian = claim.rungs.contains { $0.jacobians > 0 }
    return Block.Grid(
      columns: ["rtol", "worst drift", "order", "steps", "rejected", "gradients"] + (usesJacobian ? ["Jacobians"] : []),
      rows: claim.rungs.map { rung in
        [
          tableSetting(rung.rtol),
          rung.drift.map { tableNumber($0) + (rung.isRoundoff ? Block.Grid.roundoffMark : "") } ?? "not finite",
          rung.isRoundoff ? "" : rung.order.map(tableNumber) ?? "", "\(rung.steps)", "\(rung.rejected)",
          "\(rung.gradients)",
        ] + (usesJacobian ? ["\(rung.jacobians)"] : [])
      })
  }

  static func grid(_ table: Table) -> Block.Grid {
    Block.Grid(
      title: table.title, columns: table.columns,
      rows: table.rows.map { row in
        row.map { cell in
          switch cell {
          case .number(let value): tableNumber(value)
          case .text(let text): text
          case .none: ""
          }
        }
      })
  }

  /// The numbers behind the verdict that the table does not hold.
  private static func explanation(_ claim: ClaimReport, _ last: RungReport) -> String? {
    if claim.kind == "inequality" {
      guard let law = last.tightestLaw, let time = last.tightestTime, last.tightness != nil else { return nil }
      let isBelow = last.slack.map { $0 < 0 } == true && claim.verdict == .holds
      return
        "slack is how far the value keeps on its side of the bound, relative to the bound's size; tightest: \(law) at t = "
        + tableNumber(time) + (isBelow ? "; a slack below 0 by no more than it is known to is none" : "")
    }
    let mark =
      claim.rungs.contains(where: \.isRoundoff) ? "; with \(Block.Grid.roundoffMark) it counts as roundoff" : ""
    var parts = ["largest term \(tableNumber(last.largestTerm ?? .nan))"]
    if let power = last.power { parts.append("largest change of a term \(tableNumber(power)) of it") }
    if let budget = last.budget { parts.append("error budget \(tableNumber(budget))") }
    return "drift is relative to the \(parts.joined(separator: "; "))\(mark)"
  }
}
