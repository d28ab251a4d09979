import Presentation
import Theorems
import Verdicts

/// The terminal's rendering of comparisons.
package enum ComparisonText {
  package static func render(_ report: Report, _ section: ComparisonSection) -> String {
    let flow =
      section.against == "modified"
      ? "the modified flow θ̇ = −g − (η/2)∇²f g"
      : section.optimizer == "heavy-ball" ? "the heavy-ball flow" : "gradient flow"
    var lines = ["compare  \(section.optimizer) with \(flow)"]
    lines += ReportText.header(
      report.experiment,
      flow: "\(report.experiment.method) to t = \(tableSetting(section.until)), rtol "
        + "\(section.referenceTolerances.map(tableSetting).joined(separator: " and "))"
        + (section.referenceLoss.map { "; loss \(tableNumber($0))" } ?? "")
        + (section.referenceError.map { "; its error \(tableNumber($0))" } ?? ""))
    lines.append(ReportText.field("descent", section.formula))
    let places =
      section.saveUnit.map { "\(section.saves) save times, multiples of \(tableSetting($0))" }
      ?? "\(section.saves) save times"
    let motion = section.movement.map { "; the flow itself moves by \(tableNumber($0))" } ?? ""
    lines.append(ReportText.field("gap", "in \(section.measure), largest over \(places)\(motion)"))
    if let smallest = section.smallestEigenvalueAlongFlow {
      lines.append(ReportText.field("curvature", "smallest Hessian eigenvalue along the flow \(tableNumber(smallest))"))
    }
    for note in section.notes { lines.append(ReportText.field("note", note)) }
    lines.append("")
    lines += table(section)
    for rate in section.rates where !rate.isComplete {
      lines.append("  rate \(tableSetting(rate.learningRate)): \(rate.outcome)")
    }
    for claim in report.claims { lines += block(claim) }
    lines.append("")
    for claim in report.claims { lines.append(lastLine(claim)) }
    return lines.joined(separator: "\n")
  }

  private static func table(_ section: ComparisonSection) -> [String] {
    let columns: [(heading: String, cell: (RateReport) -> String?)] = [
      ("rate", { tableSetting($0.learningRate) }),
      ("iterations", { "\($0.iterations)" }),
      ("gap", { $0.gap.map(tableNumber) ?? "none" }),
      ("order", { $0.order.map(OrderRule.digits) }),
      ("drift", { $0.drift.map(tableNumber) }),
      ("order", { $0.driftOrder.map(OrderRule.digits) }),
      ("step law", { $0.stepLaw.map { tableResidual($0, roundoff: JudgingRule.roundoffLevel(steps: 1)) } }),
      ("λmax/limit", { $0.stabilityShare.map(tableNumber) }),
      ("bound", { $0.bound.map(tableNumber) }),
      ("bound/gap", { $0.looseness.map(tableNumber) }),
    ]
    let used = columns.filter { column in section.rates.contains { column.cell($0) != nil } }
    var table = TextTable(used.map(\.heading))
    for rate in section.rates { table.append(used.map { $0.cell(rate) ?? "" }) }
    return table.lines
  }

  /// What a claim has to say besides its verdict; nothing for most.
  private static func block(_ claim: ClaimReport) -> [String] {
    var lines: [String] = []
    for hypothesis in claim.hypotheses where claim.verdict == .vacuous && !hypothesis.isMet {
      lines.append("  \(claim.claim)  hypothesis NOT met: \(hypothesis.statement) (\(hypothesis.detail))")
    }
    if let fit = claim.fit {
      lines.append(
        "  \(claim.claim)  fitted slope \(OrderRule.digits(fit.slope)), 95% interval \(OrderRule.digits(fit.low)) to "
          + "\(OrderRule.digits(fit.high)); it decides nothing")
    }
    for note in claim.notes { lines.append("  \(claim.claim)  \(note)") }
    for control in claim.controls {
      let figure = control.residual.map { " (\(tableNumber($0)))" } ?? ""
      lines.append(
        control.isRejected
          ? "  control  \(claim.claim), \(control.name): \(control.verdict.rawValue), as it must be\(figure)"
          : "  control  \(claim.claim), \(control.name): \(control.verdict.rawValue), and should have been "
            + "violated\(figure): \(control.reason)")
    }
    return lines.isEmpty ? [] : [""] + lines
  }

  /// The verdict with its reason, on one line.
  package static func lastLine(_ claim: ClaimReport) -> String {
    let name = claim.claim + String(repeating: " ", count: max(1, 11 - claim.claim.count))
    switch claim.verdict {
    case .holds: return name + claim.reason
    case .violated, .inconclusive, .vacuous: return "\(name)\(claim.verdict.rawValue): \(claim.reason)"
    }
  }

  /// A claim as `explain` tells it.
  package static func explanation(_ row: ComparisonCatalog.Row) -> String {
    let parts: [(String, [String])] = [
      ("statement", row.statement.split(separator: "\n").map(String.init)), ("hypotheses", row.hypotheses),
      ("source", [row.source]), ("judging", [row.judging]), ("controls", row.controls), ("example", [row.example]),
    ]
    var lines = ["\(row.identifier)  \(row.summary)"]
    for (name, texts) in parts {
      for (k, text) in texts.enumerated() { lines.append(ReportText.field(k == 0 ? name : "", text)) }
    }
    return lines.joined(separator: "\n")
  }
}
