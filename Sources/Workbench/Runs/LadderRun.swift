import FlowODE
import Models
import Settings
import Theorems
import Verdicts

extension ExperimentCommand {
  /// Judges that small starts follow rank-one trajectories.
  package static let rankOne = ExperimentCommand("rank-one", defaults: LadderRun.defaults) { builder, threads in
    let bound = builder.settings[.bound] ?? .infinity
    let runsControls = builder.read(.control)
    return try LadderRun.study(&builder, threads: threads, unmet: RankOneStudy.unmet) { ladder in
      try RankOneStudy(
        experiment: ladder.experiment, scales: ladder.scales, largestNorm: bound, tolerances: ladder.tolerances,
        context: ladder.context
      ).report(runsControls: runsControls)
    }
  }

  /// Judges that components leave zero one after the other.
  package static let incremental = ExperimentCommand("incremental", defaults: LadderRun.defaults) { builder, threads in
    let runsControls = builder.read(.control)
    let given = builder.settings[.level]
    return try LadderRun.study(
      &builder, threads: threads,
      complete: { builder, experiment in
        guard !LadderRun.isAboutModes(experiment) else {
          for key in [Setting(.level), Setting(.leader)] where builder.settings.isSet(key.path) {
            throw Refusal(
              "\(builder.settings.place(key.path)) belongs to components, and does not go with problem.model matrix",
              remedy: "drop it")
          }
          return
        }
        builder.complete(.level, LadderRun.defaultLevel(experiment))
      },
      examine: { ladder in
        if LadderRun.isAboutModes(ladder.experiment) {
          return try ModeStudy(
            experiment: ladder.experiment, scales: ladder.scales, tolerances: ladder.tolerances, context: ladder.context
          ).report(runsControls: runsControls)
        }
        return try IncrementalStudy(
          experiment: ladder.experiment, scales: ladder.scales,
          level: given ?? LadderRun.defaultLevel(ladder.experiment), tolerances: ladder.tolerances,
          context: ladder.context
        ).report(runsControls: runsControls)
      })
  }
}

/// A study that follows a claim over a ladder of initialization scales α.
package struct LadderRun {
  /// What the commands over scales mean by settings that are not given: the start is drawn at scale 1 and multiplied by α.
  static let defaults = CommandDefaults().setting(.model, to: "cp").setting(.initialization, to: .balanced)
    .setting(.initScale, to: 1).setting(.refine, to: [1e-11, 1e-13])

  /// The experiment at scale 1, the scales and the tolerances, coarse and fine.
  let experiment: Experiment
  let scales: [Double]
  let tolerances: [Double]
  let context: RunContext

  /// - Parameters:
  ///   - unmet: the report of an experiment about which the claim says nothing; it is not studied.
  ///   - complete: completes and checks what only this study takes.
  ///   - examine: follows the claim down the ladder.
  static func study(
    _ builder: inout ExperimentBuilder, threads: Int, unmet: (Experiment) throws -> ClaimReport? = { _ in nil },
    complete: (inout ExperimentBuilder, Experiment) throws -> Void = { _, _ in },
    examine: @escaping (LadderRun) throws -> ScaleOutcome
  ) throws -> Study {
    let led = try withLeader(builder.experiment(), &builder).sharing(gradientsOver: threads)
    let experiment = isAboutModes(led) ? try ModeStudy.aligning(led) : led
    let tolerances = builder.read(.refine)
    for tolerance in tolerances { try Experiment.check(relativeTolerance: tolerance) }
    guard zip(tolerances, tolerances.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine decreasing tolerances")
    }
    if let vacuous = try unmet(experiment) {
      return Study(experiment: experiment, parts: []) { Findings(report: $0.report([vacuous])) }
    }
    let scales =
      try builder.settings[.scales]
      ?? (isAboutModes(led) ? ModeStudy.defaultScales(experiment) : RankOneStudy.defaultScales(experiment))
    builder.complete(.scales, scales)
    try complete(&builder, experiment)
    return Study(experiment: experiment, parts: scales.map { "α \(tableNumber($0))" }) { bench in
      let outcome = try examine(
        LadderRun(experiment: experiment, scales: scales, tolerances: tolerances, context: bench.context))
      return Findings(report: bench.report([outcome.report]), tables: outcome.tables)
    }
  }

  /// Whether the ladder is about the modes of a matrix factorization rather than about components.
  static func isAboutModes(_ experiment: Experiment) -> Bool { experiment.problem.model is MatrixFactorization }

  /// Half the norm that no entry of a component needs to fit the smallest observation.
  static func defaultLevel(_ experiment: Experiment) -> Double { 0.5 * RankOneStudy.escapeNorm(experiment) }

  /// The start with its leading component enlarged as asked.
  private static func withLeader(_ experiment: Experiment, _ builder: inout ExperimentBuilder) throws -> Experiment {
    guard !isAboutModes(experiment) || builder.settings.isSet(.leader) else { return experiment }
    let factor = builder.read(.leader)
    guard factor >= 0, factor.isFinite else {
      throw Refusal("the leader's factor is \(factor)", remedy: "give init.leader 0 or a number above 1")
    }
    guard factor > 0, experiment.problem.model.endShape.count >= 3 else { return experiment }
    return try experiment.replacing(
      start: LeadingComponent.enlarging(experiment, start: experiment.start, factor: factor),
      startSummary: "\(experiment.startSummary), leader at least \(tableSetting(factor)) × hypothesis (ii), times α")
  }
}
