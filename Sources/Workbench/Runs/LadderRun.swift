import FlowODE
import Models
import Settings
import Theorems
import Verdicts

/// A study that follows a claim over a ladder of initialization scales α.
package struct LadderRun {
  /// The tolerances of a ladder's runs, coarse and fine.
  package static let defaultTolerances = [1e-11, 1e-13]
  /// What the commands over scales mean by settings that are not given: the start is drawn at scale 1 and multiplied by α.
  package static let defaults = CommandDefaults(model: "cp", initialization: .balanced, scale: 1)

  /// Studies an experiment at the scales and tolerances given.
  package typealias Examine = (Experiment, _ scales: [Double], _ tolerances: [Double], ScaleHooks) throws ->
    ScaleOutcome

  /// The report of an experiment about which the claim says nothing; it is not studied.
  package var unmet: (Experiment) throws -> ClaimReport? = { _ in nil }
  package let examine: Examine

  package init(unmet: @escaping (Experiment) throws -> ClaimReport? = { _ in nil }, examine: @escaping Examine) {
    self.unmet = unmet
    self.examine = examine
  }

  package func study(_ builder: ExperimentBuilder, threads: Int) throws -> Study {
    let settings = builder.settings
    let led = try Self.withLeader(builder.experiment(), settings).sharing(gradientsOver: threads)
    let isMatrix = led.problem.model is MatrixFactorization
    let experiment = isMatrix ? try ModeStudy.aligning(led) : led
    let tolerances = settings.numbers("integration.refine") ?? Self.defaultTolerances
    for tolerance in tolerances { try Experiment.check(relativeTolerance: tolerance) }
    guard zip(tolerances, tolerances.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw ExperimentError("the refinement ladder is \(tolerances)", remedy: "give --refine decreasing tolerances")
    }
    if let vacuous = try unmet(experiment) {
      return Study(experiment: experiment, parts: []) { Findings(report: $0.report([vacuous])) }
    }
    let scales =
      try settings.numbers("init.scales")
      ?? (isMatrix ? ModeStudy.defaultScales(experiment) : RankOneStudy.defaultScales(experiment))
    return Study(experiment: experiment, parts: scales.map { "α \(tableNumber($0))" }) { [examine] bench in
      let outcome = try examine(
        experiment, scales, tolerances,
        ScaleHooks(
          isCancelled: bench.context.isCancelled, progress: bench.context.progress,
          recorders: bench.context.recorders))
      return Findings(report: bench.report([outcome.report]), tables: outcome.tables)
    }
  }

  /// The start with its leading component enlarged as asked.
  private static func withLeader(_ experiment: Experiment, _ settings: Settings) throws -> Experiment {
    let factor = settings.number("init.leader") ?? 1.5
    guard factor >= 0, factor.isFinite else {
      throw ExperimentError("the leader's factor is \(factor)", remedy: "give --leader 0 or a number above 1")
    }
    guard factor > 0, experiment.problem.model.endShape.count >= 3 else { return experiment }
    return try experiment.replacing(
      start: LeadingComponent.enlarging(experiment, start: experiment.start, factor: factor),
      startSummary: "\(experiment.startSummary), leader at least \(tableSetting(factor)) × hypothesis (ii), times α")
  }
}
