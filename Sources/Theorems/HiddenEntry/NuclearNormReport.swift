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
    let ladder = EvidenceTable(
      "ends of the flow as α falls", columns: ["α", "t", "loss", "nuclear norm", "excess", "hidden entry"],
      rows: rungs.map {
        [
          EvidenceCell($0.scale), EvidenceCell($0.time), EvidenceCell($0.loss), EvidenceCell($0.nuclearNorm),
          EvidenceCell(($0.nuclearNorm - optimum.value) / optimum.value), EvidenceCell($0.hiddenEntry),
        ]
      })
    let certificate = EvidenceTable(
      "the completion of least nuclear norm", columns: ["value", "dual bound", "gap", "iterations"],
      rows: [
        [
          EvidenceCell(optimum.value), EvidenceCell(optimum.lowerBound), EvidenceCell(optimum.gap),
          EvidenceCell(Double(optimum.iterations)),
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
