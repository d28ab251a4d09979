import FlowODE
import Models
import Verdicts

extension NuclearNormStudy {
  /// The study as a claim's report.
  ///
  /// - Throws: ``InterruptedRun`` or ``Refusal``.
  public func report(
    runsControls: Bool = false, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> ClaimReport {
    let (optimum, rungs) = try run(isCancelled: isCancelled)
    let ladder = Table(
      "ends of the flow as α falls", columns: ["α", "t", "loss", "nuclear norm", "excess", "hidden entry"],
      rows: rungs.map {
        [
          Cell($0.scale), Cell($0.time), Cell($0.loss), Cell($0.nuclearNorm),
          Cell(($0.nuclearNorm - optimum.value) / optimum.value), Cell($0.hiddenEntry),
        ]
      })
    let certificate = Table(
      "the completion of least nuclear norm", columns: ["value", "dual bound", "gap", "iterations"],
      rows: [
        [
          Cell(optimum.value), Cell(optimum.lowerBound), Cell(optimum.gap),
          Cell(Double(optimum.iterations)),
        ]
      ])
    let judgement = Self.judge(
      optimum: optimum, rungs: rungs, flaw: try optimum.certificate.flaw(experiment.problem.measurements))
    let controls =
      runsControls
      ? try NuclearNormControls.reports(optimum, experiment.problem.measurements, isCancelled: isCancelled) : []
    return ClaimReport(
      claim: Self.card.name, kind: "limit",
      statement: "as α → 0 the flow ends at the completion of least nuclear norm (conjecture of Gunasekar et al. 2017)",
      hypotheses: [
        Hypothesis(Self.depthCondition, isMet: true, detail: experiment.problem.model.summary)
      ],
      judgement: ControlRule.weigh(judgement, controls: controls.map(\.evidence)), controls: controls,
      tables: [certificate, ladder])
  }
}
