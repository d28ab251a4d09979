import GSLBridge
import Theorems
import Verdicts

/// A report as people read it, block by block; every format but JSON and CSV is a rendering of it.
package enum ReportOutline {
  /// The whole report.
  package static func blocks(_ report: Report) -> [Block] {
    switch report.section {
    case nil: claims(report)
    case .comparison(let section):
      switch parts(report) {
      case (nil, let descents): comparison(descents, section)
      case (let others?, let descents): claims(others) + [.gap] + comparison(descents, section)
      }
    case .integration(let section): integration(report, section)
    case .measured(let section): measured(report, section)
    case .tabulated(let section): tabulated(report, section)
    }
  }

  /// The verdicts alone, one line each.
  package static func verdicts(_ report: Report) -> [Block] {
    switch report.section {
    case nil: report.claims.map { .verdict("\($0.claim): \(verdict($0))") }
    case .comparison:
      report.claims.map { .verdict(isDescent($0) ? comparisonVerdict($0) : "\($0.claim): \(verdict($0))") }
    case .integration(let section): [.verdict(ending(section.isComplete, section.outcome, section.remedy))]
    case .measured(let section): [.verdict(ending(section.isComplete, section.outcome, section.remedy))]
    case .tabulated(let section): [.verdict(ending(section.isComplete, section.outcome, section.remedy))]
    }
  }

  private static func isDescent(_ claim: ClaimReport) -> Bool { claim.kind == "descent" }

  /// Claims about descents share a table, the others stand one by one before it.
  private static func parts(_ report: Report) -> (others: Report?, descents: Report) {
    let others = report.claims.filter { !isDescent($0) }
    guard !others.isEmpty else { return (nil, report) }
    let (experiment, command) = (report.experiment, report.command)
    return (
      Report(command: command, experiment: experiment, claims: others, kinks: report.kinks, warnings: report.warnings),
      Report(command: command, experiment: experiment, claims: report.claims.filter(isDescent), section: report.section)
    )
  }

  /// The verdict with its reason, on one line.
  static func verdict(_ claim: ClaimReport) -> String {
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

  /// What a control came to; `name` says which claim's where several share a list.
  static func control(_ control: ControlReport, name: String, figure: String) -> String {
    if let reason = control.notCounted { return "control  \(name): \(reason), so not counted" }
    return control.isRejected
      ? "control  \(name): \(control.verdict.rawValue), as it must be\(figure)"
      : "control  \(name): \(control.verdict.rawValue), and should have been violated\(figure): \(control.reason)"
  }

  /// What a control's number and cost are, in parentheses.
  static func figure(of control: ControlReport, _ name: String) -> String {
    let parts = [
      control.residual.map { residual in
        "\(name)\(tableNumber(residual))" + (control.until.map { " by t = \(tableNumber($0))" } ?? "")
      }, control.rungs.map { counted($0, "rung") },
    ].compactMap { $0 }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }

  /// The experiment: problem, loss, start, flow.
  static func experiment(_ experiment: ExperimentSummary, flow: String) -> [Block] {
    let constant =
      experiment.normalization == "mean"
      ? "1/\(experiment.measurements)" : tableSetting(experiment.normalizationConstant)
    // A loss's formula is one of r = ŷ − y, or of ŷ and y.
    let loss = experiment.loss.contains("ŷ") ? "ℓ(ŷ, y)" : "ℓ(r)"
    return [
      .fact(name: "problem", text: "\(experiment.model); \(experiment.data)"),
      .fact(
        name: "loss",
        text: experiment.lossIsWhole
          ? "f = \(experiment.loss)"
          : "f = c Σ \(loss) over \(counted(experiment.measurements, "measurement")), \(loss) = \(experiment.loss), "
            + "c = \(constant) (\(experiment.normalization))"
      ),
      .fact(
        name: "start",
        text:
          "\(experiment.start); loss \(tableNumber(experiment.startLoss)), norm \(tableNumber(experiment.startNorm)), "
          + "largest block norm \(tableNumber(experiment.startLargestBlockNorm))"
          + (experiment.startUnbalancedness.map { ", unbalancedness \(tableNumber($0))" } ?? "")),
      .fact(name: "flow", text: (experiment.motion.map { "\($0); " } ?? "") + flow),
    ]
  }

  /// The method, with what it chose on the tightest rung.
  static func method(_ experiment: ExperimentSummary, _ choice: String?) -> String {
    experiment.method + (choice.map { " (\($0))" } ?? "")
  }

  /// When residuals passed ±δ; the solver loses order there, and what needs a constant gradient ends with the first.
  static func kinks(_ kinks: KinkReport?) -> [Block] {
    guard let kinks else { return [] }
    guard let first = kinks.located.first, let last = kinks.located.last else {
      return [.fact(name: "kinks", text: "no residual passed ±δ")]
    }
    let end =
      kinks.located.count == kinks.count
      ? ", last at t = \(tableNumber(last.time))" : "; the first \(kinks.located.count) are located in the JSON"
    return [
      .fact(
        name: "kinks",
        text:
          "residuals passed ±δ \(counted(kinks.count, "time")): first at t = \(tableNumber(first.time)) "
          + "(measurement \(first.measurement))" + (kinks.count > 1 ? end : ""))
    ]
  }

  /// What a reader must know besides.
  static func notes(_ report: Report) -> [Block] {
    report.experiment.notes.map { .fact(name: "note", text: $0) } + kinks(report.kinks)
      + report.warnings.map { .fact(name: "warning", text: $0.text) }
  }

  /// A flow or descent that was solved.
  private static func integration(_ report: Report, _ section: IntegrationSection) -> [Block] {
    let how =
      section.learningRate.map { "\(section.optimizer ?? "gd"), learning rate \(tableSetting($0))" }
      ?? "\(method(report.experiment, section.choice)), rtol \(tableSetting(section.rtol ?? .nan))"
    var blocks: [Block] = [.heading(name: "integrate", text: shortened(section.flow))]
    blocks += experiment(report.experiment, flow: "\(how), to t = \(tableSetting(report.experiment.until))")
    blocks += notes(report)
    blocks.append(
      .fact(
        name: "cost",
        text: section.learningRate == nil
          ? "\(counted(section.steps, "step")), \(section.rejected) rejected, \(counted(section.gradients, "gradient"))"
            + (section.jacobians > 0 ? ", \(counted(section.jacobians, "Jacobian"))" : "")
          : counted(section.steps, "iteration")))
    if let rest = section.restTime {
      blocks.append(
        .fact(
          name: "rest",
          text: "nothing moves in the last bit from t = \(tableNumber(rest)) on: what is left was not stepped"))
    }
    if let error = section.error {
      let isDoubtful = report.warnings.contains { $0.kind == .saddle }
      blocks.append(
        .fact(
          name: "error",
          text: text(error, section, report.experiment)
            + (isDoubtful ? "; of the exact flow's end it says nothing: see the warning" : "")))
    }
    let rows = section.quantities.map { [$0.name, tableNumber($0.value)] }
    return blocks + [
      .gap, .table(Block.Grid(columns: ["quantity", "at the end"], rows: rows, startsWithNames: true)), .gap,
      .verdict(ending(section.isComplete, section.outcome, section.remedy)),
    ]
  }

  /// A field of many parameters fills no heading; the line about the flow has it whole.
  private static func shortened(_ flow: String) -> String { flow.count > 80 ? flow.prefix(79) + "…" : flow }

  /// Differences of the size of rounding errors say nothing about the error but that it is no larger.
  private static func text(
    _ error: FinalErrorReport, _ section: IntegrationSection, _ experiment: ExperimentSummary
  ) -> String {
    guard let state = error.state, let endToEnd = error.endToEnd else {
      return "not known: \(error.incompleteness ?? "")"
    }
    func number(_ value: Double) -> String {
      tableResidual(value, roundoff: JudgingRule.roundoffLevel(steps: section.steps))
    }
    let method = error.method == experiment.method ? "" : " with \(error.method)"
    let amplified =
      max(state, endToEnd) > 100 * (section.rtol ?? .infinity)
      ? "; escapes from saddles amplify what each step errs" : ""
    return
      "final state \(number(state)), end-to-end object \(number(endToEnd)) (relative, against a second run at rtol "
      + "\(tableSetting(error.rtol))\(method)\(amplified))"
  }

  /// How a flow ended.
  static func ending(_ isComplete: Bool, _ outcome: String, _ remedy: String) -> String {
    "\(isComplete ? "done" : "incomplete"): \(outcome)\(remedy.isEmpty ? "" : "; \(remedy)")"
  }
}

extension IntegrationSection {
  /// The quantities at the last state, by name.
  var quantities: [(name: String, value: Double)] {
    Ordering.ascending(Array(final.keys)).map { ($0, final[$0] ?? .nan) }
  }
}
