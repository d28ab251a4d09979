import FlowODE
import Theorems
import Verdicts

/// The study of claims that are judged on one refinement ladder.
package struct CheckRun {
  /// What a reader must know besides, such as why a claim was left out.
  package var notes: (Experiment) -> [String] = { _ in [] }
  /// The claim whose figure is drawn if it has one; otherwise the first that has.
  package var figureClaim: String?
  /// Reports of claims that are not judged from one refinement ladder.
  package var further: (Experiment, RunContext) throws -> [ClaimReport] = { _, _ in [] }

  package init() {}

  /// - Parameter choose: the claims for the experiment that the settings make.
  package func study(
    _ builder: inout ExperimentBuilder, choose: (Experiment) throws -> [any Claim.Type]
  ) throws -> Study {
    let experiment = try builder.experiment()
    let claims = try choose(experiment)
    let tolerances = builder.read(.refine)
    let runsControls = builder.read(.control)
    // A ladder that cannot be is refused before anything is opened.
    _ = try Refinement(experiment: experiment, tolerances: tolerances)
    return Study(
      experiment: experiment, notes: notes(experiment), parts: tolerances.map(tableSetting),
      figures: .first(of: figureClaim)
    ) { [further] bench in
      let context = bench.context
      let refinement = try Refinement(
        experiment: experiment, tolerances: tolerances, threads: context.threads, isCancelled: context.isCancelled,
        progress: context.progress)
      let outcome = try Examination(refinement: refinement, claims: claims, runsControls: runsControls)
        .run(recorders: context.recorders)
      let reports = try outcome.reports + further(experiment.sharing(gradientsOver: context.threads), context)
      return Findings(
        report: bench.report(reports, kinks: KinkReport(outcome.ladder.last?.trajectory.kinks)),
        counts: outcome.reports.flatMap(\.rungs).map(Provenance.Rung.init))
    }
  }
}
