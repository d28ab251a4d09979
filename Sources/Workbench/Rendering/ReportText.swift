import FlowODE
import Presentation
import Theorems
import Verdicts

/// The terminal's rendering of reports.
package enum ReportText {
  package static func render(_ report: Report) -> String {
    switch report.section {
    case nil: claims(report)
    case .comparison(let section): ComparisonText.render(report, section)
    case .integration(let section): integration(report, section)
    }
  }

  /// The verdicts alone, one line each.
  package static func verdicts(_ report: Report) -> String {
    switch report.section {
    case nil: report.claims.map { "\($0.claim): \(lastLine($0))" }.joined(separator: "\n")
    case .comparison: report.claims.map(ComparisonText.lastLine).joined(separator: "\n")
    case .integration(let section): lastLine(section)
    }
  }

  /// What all claims of a report share stands once, before the first table.
  private static func claims(_ report: Report) -> String {
    var lines: [String] = []
    var shownFlow: String?
    var shownOutcomes: [String] = []
    for (k, claim) in report.claims.enumerated() {
      if k > 0 { lines.append("") }
      lines.append("\(claim.claim)  \(claim.statement)")
      let last = claim.rungs.last
      let flow =
        "\(method(report.experiment, last?.choice)) to t = \(tableSetting(report.experiment.until))"
        + (last.map { "; loss \(tableNumber($0.finalLoss ?? .nan))" } ?? "")
      if k == 0 {
        lines += header(report.experiment, flow: flow)
      } else if last != nil, flow != shownFlow {
        lines.append(field("flow", flow))
      }
      if k == 0 || last != nil { shownFlow = flow }
      for hypothesis in claim.hypotheses where !hypothesis.isMet || claim.verdict == .vacuous {
        lines.append(
          field("hypothesis", "\(hypothesis.statement): \(hypothesis.isMet ? "met" : "NOT met") (\(hypothesis.detail))")
        )
      }
      if k == 0 {
        for note in report.experiment.notes { lines.append(field("note", note)) }
        lines += kinks(report.kinks)
      }
      lines.append("")
      lines += table(claim)
      let outcomes = claim.rungs.filter { !$0.isComplete || $0.outcome != "the horizon was reached" }
        .map { "  rtol \(tableSetting($0.rtol)): \($0.outcome)" }
      if !claim.rungs.isEmpty, outcomes != shownOutcomes {
        lines += outcomes.isEmpty ? ["  every rung: the horizon was reached"] : outcomes
        shownOutcomes = outcomes
      }
      if let last { lines.append(contentsOf: explanation(claim, last)) }
      for table in claim.tables { lines += evidence(table) }
      for control in claim.controls { lines.append(controlLine(control)) }
      lines.append("")
      lines.append(lastLine(claim))
    }
    return lines.joined(separator: "\n")
  }

  /// When residuals passed ±δ; the solver loses order there, and what needs a constant gradient ends with the first.
  private static func kinks(_ kinks: KinkReport?) -> [String] {
    guard let kinks else { return [] }
    guard let first = kinks.located.first, let last = kinks.located.last else {
      return [field("kinks", "no residual passed ±δ")]
    }
    let end =
      kinks.located.count == kinks.count
      ? ", last at t = \(tableNumber(last.time))" : "; the first \(kinks.located.count) are located in the JSON"
    return [
      field(
        "kinks",
        "residuals passed ±δ \(kinks.count) time\(kinks.count == 1 ? "" : "s"): first at t = \(tableNumber(first.time)) "
          + "(measurement \(first.measurement))" + (kinks.count > 1 ? end : ""))
    ]
  }

  /// The method, with what it chose on the tightest rung.
  private static func method(_ experiment: ExperimentSummary, _ choice: String?) -> String {
    experiment.method + (choice.map { " (\($0))" } ?? "")
  }

  /// The verdict with its reason, on one line.
  package static func lastLine(_ claim: ClaimReport) -> String {
    switch claim.verdict {
    case .holds:
      let visible = claim.smallestVisibleRateError.map {
        "; an error of \(tableNumber($0)) in the rate of the block that moves most would show"
      }
      let word = claim.reason.hasPrefix("holds") ? "" : "holds: "
      return "\(word)\(claim.reason)\(visible ?? "")"
    case .violated, .inconclusive, .vacuous: return "\(claim.verdict.rawValue): \(claim.reason)"
    }
  }

  package static func header(_ experiment: ExperimentSummary, flow: String) -> [String] {
    [
      field("problem", "\(experiment.model); \(experiment.data)"),
      field(
        "loss",
        "f = c Σ ℓ(r) over \(experiment.measurements) measurements, ℓ(r) = \(experiment.loss), "
          + "c = \(constant(experiment)) (\(experiment.normalization))"
      ),
      field(
        "start",
        "\(experiment.start); loss \(tableNumber(experiment.startLoss)), norm \(tableNumber(experiment.startNorm)), "
          + "largest block norm \(tableNumber(experiment.startLargestBlockNorm)), "
          + "unbalancedness \(tableNumber(experiment.startUnbalancedness))"),
      field("flow", flow),
    ]
  }

  /// c as theoreticians write it.
  private static func constant(_ experiment: ExperimentSummary) -> String {
    experiment.normalization == "mean" ? "1/\(experiment.measurements)" : tableSetting(experiment.normalizationConstant)
  }

  package static func field(_ name: String, _ text: String) -> String {
    "  \(name)\(String(repeating: " ", count: max(2, 12 - name.count)))\(text)"
  }

  private static func table(_ claim: ClaimReport) -> [String] {
    if claim.rungs.isEmpty { return [] }
    if claim.kind == "inequality" { return slackTable(claim) }
    let usesJacobian = claim.rungs.contains { $0.jacobians > 0 }
    var table = TextTable(
      ["rtol", "worst drift", "order", "steps", "rejected", "gradients"] + (usesJacobian ? ["Jacobians"] : []))
    for rung in claim.rungs {
      table.append(
        [
          tableSetting(rung.rtol), rung.isRoundoff ? "roundoff" : rung.drift.map(tableNumber) ?? "not finite",
          rung.isRoundoff ? "" : rung.order.map(tableNumber) ?? "", "\(rung.steps)", "\(rung.rejected)",
          "\(rung.gradients)",
        ] + (usesJacobian ? ["\(rung.jacobians)"] : []))
    }
    return table.lines
  }

  /// The rungs of an inequality.
  private static func slackTable(_ claim: ClaimReport) -> [String] {
    var table = TextTable(["rtol", "least slack", "known to", "tightness", "steps", "rejected", "gradients"])
    for rung in claim.rungs {
      table.append([
        tableSetting(rung.rtol), rung.slack.map(tableNumber) ?? "", rung.slackUncertainty.map(tableNumber) ?? "",
        rung.tightness.map(tableNumber) ?? "", "\(rung.steps)", "\(rung.rejected)", "\(rung.gradients)",
      ])
    }
    return table.lines
  }

  private static func evidence(_ evidence: EvidenceTable) -> [String] {
    var table = TextTable(evidence.columns)
    for row in evidence.rows {
      table.append(
        row.map { cell in
          switch cell {
          case .number(let value): tableNumber(value)
          case .text(let text): text
          case .none: ""
          }
        })
    }
    return ["", "  \(evidence.title)"] + table.lines
  }

  /// The numbers behind the verdict that the table does not hold.
  private static func explanation(_ claim: ClaimReport, _ last: RungReport) -> [String] {
    if claim.kind == "inequality" {
      guard let law = last.tightestLaw, let time = last.tightestTime, last.tightness != nil else { return [] }
      return ["", "  slack is (bound − value)/bound's size; tightest: \(law) at t = \(tableNumber(time))"]
    }
    var parts = ["largest term \(tableNumber(last.largestTerm ?? .nan))"]
    if let power = last.power { parts.append("largest change of a term \(tableNumber(power)) of it") }
    if let budget = last.budget { parts.append("error budget \(tableNumber(budget))") }
    return ["", "  drift is relative to the \(parts.joined(separator: "; "))"]
  }

  private static func controlLine(_ control: ControlReport) -> String {
    let drift = control.residual.map { " (drift \(tableNumber($0)))" } ?? ""
    guard control.isApplicable else {
      return "control  \(control.name): not false anywhere on this run, so not counted"
    }
    return control.isRejected
      ? "control  \(control.name): \(control.verdict.rawValue), as it must be\(drift)"
      : "control  \(control.name): \(control.verdict.rawValue), and should have been violated\(drift): \(control.reason)"
  }

  /// A flow or descent that was solved.
  private static func integration(_ report: Report, _ section: IntegrationSection) -> String {
    let how =
      section.learningRate.map { "gradient descent, learning rate \(tableSetting($0))" }
      ?? "\(method(report.experiment, section.choice)), rtol \(tableSetting(section.rtol ?? .nan))"
    var lines = ["integrate  \(section.flow)"]
    lines += header(report.experiment, flow: "\(how), to t = \(tableSetting(report.experiment.until))")
    for note in report.experiment.notes { lines.append(field("note", note)) }
    lines += kinks(report.kinks)
    lines.append(
      field(
        "cost",
        section.learningRate == nil
          ? "\(section.steps) steps, \(section.rejected) rejected, \(section.gradients) gradients"
            + (section.jacobians > 0 ? ", \(section.jacobians) Jacobians" : "")
          : "\(section.steps) iterations"))
    if let error = section.error { lines.append(field("error", text(error, section, report.experiment))) }
    lines.append("")
    var table = TextTable(["quantity", "at the end"], alignments: [.left])
    for name in section.final.keys.sorted() { table.append([name, tableNumber(section.final[name] ?? .nan)]) }
    lines += table.lines
    lines.append("")
    lines.append(lastLine(section))
    return lines.joined(separator: "\n")
  }

  /// Differences of the size of rounding errors say nothing about the error but that it is no larger.
  private static func text(
    _ error: FinalErrorReport, _ section: IntegrationSection, _ experiment: ExperimentSummary
  ) -> String {
    guard let state = error.state, let endToEnd = error.endToEnd else {
      return "not known: \(error.incompleteness ?? "")"
    }
    func number(_ value: Double) -> String {
      value <= JudgingRule.roundoffLevel(steps: section.steps) ? "roundoff" : tableNumber(value)
    }
    let method = error.method == experiment.method ? "" : " with \(error.method)"
    let amplified =
      max(state, endToEnd) > 100 * (section.rtol ?? .infinity)
      ? "; escapes from saddles amplify what each step errs" : ""
    return
      "final state \(number(state)), end-to-end object \(number(endToEnd)) (relative, against a second run at rtol "
      + "\(tableSetting(error.rtol))\(method)\(amplified))"
  }

  private static func lastLine(_ section: IntegrationSection) -> String {
    let remedy = section.remedy.isEmpty ? "" : "; \(section.remedy)"
    return "\(section.isComplete ? "done" : "incomplete"): \(section.outcome)\(remedy)"
  }
}
