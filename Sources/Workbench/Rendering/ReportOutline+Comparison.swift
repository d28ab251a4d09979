import Theorems
import Verdicts

extension ReportOutline {
  /// Descents beside their flow.
  static func comparison(_ report: Report, _ section: ComparisonSection) -> [Block] {
    let flow =
      section.against == ComparisonReference.modified.rawValue
      ? "the modified flow θ̇ = −g − (η/2)∇²f g"
      : section.optimizer == "heavy-ball" ? "the heavy-ball flow" : "gradient flow"
    var blocks: [Block] = [.heading(name: "compare", text: "\(section.optimizer) with \(flow)")]
    blocks += experiment(
      report.experiment,
      flow: "\(report.experiment.method) to t = \(tableSetting(section.until)), rtol "
        + "\(section.referenceTolerances.map(tableSetting).joined(separator: " and "))"
        + (section.referenceLoss.map { "; loss \(tableNumber($0))" } ?? "")
        + (section.referenceError.map { "; its error \(tableNumber($0))" } ?? ""))
    if let claim = report.claims.first { blocks.append(strength(claim.strength)) }
    blocks.append(.fact(name: "descent", text: section.formula))
    let places =
      section.saveUnit.map { "\(counted(section.saves, "save time")), multiples of \(tableSetting($0))" }
      ?? counted(section.saves, "save time")
    let motion = section.movement.map { "; the flow itself moves by \(tableNumber($0))" } ?? ""
    blocks.append(.fact(name: "gap", text: "in \(section.measure), largest over \(places)\(motion)"))
    if let smallest = section.smallestEigenvalueAlongFlow {
      blocks.append(
        .fact(name: "curvature", text: "smallest Hessian eigenvalue along the flow \(tableNumber(smallest))"))
    }
    let notes = report.experiment.notes.filter { !section.notes.contains($0) } + section.notes
    blocks += notes.map { .fact(name: "note", text: $0) }
    blocks += report.warnings.map { .fact(name: "warning", text: $0.text) }
    blocks += [.gap, .table(rates(section))]
    for rate in section.rates where !rate.isComplete {
      blocks.append(.remark("rate \(tableSetting(rate.learningRate)): \(rate.outcome)"))
    }
    for claim in report.claims { blocks += details(claim) }
    return blocks + [.gap] + report.claims.map { .verdict(comparisonVerdict($0)) }
  }

  private static func rates(_ section: ComparisonSection) -> Block.Grid {
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
    return Block.Grid(
      columns: used.map(\.heading), rows: section.rates.map { rate in used.map { $0.cell(rate) ?? "" } })
  }

  /// What a claim has to say besides its verdict; nothing for most.
  private static func details(_ claim: ClaimReport) -> [Block] {
    var blocks: [Block] = []
    for hypothesis in claim.hypotheses where claim.verdict == .vacuous && !hypothesis.isMet {
      blocks.append(.remark("\(claim.claim)  hypothesis NOT met: \(hypothesis.statement) (\(hypothesis.detail))"))
    }
    if let fit = claim.fit {
      blocks.append(
        .remark(
          "\(claim.claim)  fitted slope \(OrderRule.digits(fit.slope)), 95% interval \(OrderRule.digits(fit.low)) to "
            + "\(OrderRule.digits(fit.high)); it decides nothing"))
    }
    blocks += claim.notes.map { .remark("\(claim.claim)  \($0)") }
    blocks += claim.controls.map { control in
      .remark(
        self.control(
          control, name: "\(claim.claim), \(control.name)",
          figure: control.residual.map { " (\(tableNumber($0)))" } ?? ""))
    }
    return blocks.isEmpty ? [] : [.gap] + blocks
  }

  /// The verdict with its reason, on one line that begins with the claim's name.
  static func comparisonVerdict(_ claim: ClaimReport) -> String {
    let name = claim.claim + String(repeating: " ", count: max(1, 11 - claim.claim.count))
    return name + (claim.verdict == .holds ? claim.reason : "\(claim.verdict.rawValue): \(claim.reason)")
  }
}
