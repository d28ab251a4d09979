import Presentation
import Theorems
import Verdicts

/// The terminal's rendering of comparisons.
enum ComparisonText {
  static func render(_ report: ComparisonReport) -> String {
    let flow =
      report.against == "modified"
      ? "the modified flow θ̇ = −g − (η/2)∇²f g"
      : report.optimizer == "heavy-ball" ? "the heavy-ball flow" : "gradient flow"
    var lines = ["compare  \(report.optimizer) with \(flow)"]
    lines += ReportText.header(
      report.experiment,
      flow: "\(report.experiment.method) to t = \(tableSetting(report.until)), rtol "
        + "\(report.referenceTolerances.map(tableSetting).joined(separator: " and "))"
        + (report.referenceLoss.map { "; loss \(tableNumber($0))" } ?? "")
        + (report.referenceError.map { "; its error \(tableNumber($0))" } ?? ""))
    lines.append(ReportText.field("descent", report.formula))
    let places =
      report.saveUnit.map { "\(report.saves) save times, multiples of \(tableSetting($0))" }
      ?? "\(report.saves) save times"
    let motion = report.movement.map { "; the flow itself moves by \(tableNumber($0))" } ?? ""
    lines.append(ReportText.field("gap", "in \(report.measure), largest over \(places)\(motion)"))
    if let smallest = report.smallestEigenvalueAlongFlow {
      lines.append(ReportText.field("curvature", "smallest Hessian eigenvalue along the flow \(tableNumber(smallest))"))
    }
    for note in report.notes { lines.append(ReportText.field("note", note)) }
    lines.append("")
    lines += table(report)
    for rate in report.rates where !rate.isComplete {
      lines.append("  rate \(tableSetting(rate.learningRate)): \(rate.outcome)")
    }
    for claim in report.claims { lines += block(claim) }
    lines.append("")
    for claim in report.claims { lines.append(lastLine(claim)) }
    return lines.joined(separator: "\n")
  }

  private static func table(_ report: ComparisonReport) -> [String] {
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
    let used = columns.filter { column in report.rates.contains { column.cell($0) != nil } }
    var table = TextTable(used.map(\.heading))
    for rate in report.rates { table.append(used.map { $0.cell(rate) ?? "" }) }
    return table.lines
  }

  /// What a claim has to say besides its verdict; nothing for most.
  private static func block(_ claim: ComparisonClaimReport) -> [String] {
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
  static func lastLine(_ claim: ComparisonClaimReport) -> String {
    let name = claim.claim + String(repeating: " ", count: max(1, 11 - claim.claim.count))
    switch claim.verdict {
    case .holds: return name + claim.reason
    case .violated, .inconclusive, .vacuous: return "\(name)\(claim.verdict.rawValue): \(claim.reason)"
    }
  }

  /// A claim as `explain` tells it.
  static func explanation(_ row: ComparisonCatalog.Row) -> String {
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
