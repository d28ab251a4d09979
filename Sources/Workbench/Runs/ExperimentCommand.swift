import FlowODE
import Models
import Settings
import Theorems

/// What a command that takes an experiment is: what it means by settings that are not given, and what it studies.
package struct ExperimentCommand: Sendable {
  /// The command's name on the command line and in reports.
  package let name: String
  /// What it means by settings that are not given.
  package let defaults: CommandDefaults
  /// Checks everything that can be checked beforehand, completes the settings, and says what is going to be done.
  package let plan: @Sendable (_ builder: inout ExperimentBuilder, _ threads: Int) throws -> Study

  package init(
    _ name: String, defaults: CommandDefaults = CommandDefaults(),
    plan: @escaping @Sendable (_ builder: inout ExperimentBuilder, _ threads: Int) throws -> Study
  ) {
    self.name = name
    self.defaults = defaults
    self.plan = plan
  }

  /// All of them.
  package static let all: [ExperimentCommand] = [
    .integrate, .balancedness, .growth, .rankOne, .incremental, .singularValues, .norms, .compare, .rank, .run,
  ]

  /// Solves a flow or a descent and judges nothing.
  package static let integrate = ExperimentCommand("integrate") { builder, threads in
    try IntegrateRun.study(&builder, threads: threads)
  }

  /// Measures the ranks of matricizations along a flow and judges nothing.
  package static let rank = ExperimentCommand("rank") { builder, threads in
    try RankRun.study(&builder, threads: threads)
  }

  /// Judges that balancedness is conserved.
  package static let balancedness = ExperimentCommand("balancedness") { builder, threads in
    try ClaimsRun().study(&builder, threads: threads, trajectories: ClaimTopic.conserved.stated)
  }

  /// Judges how component norms grow.
  package static let growth = ExperimentCommand("growth", defaults: CommandDefaults().setting(.model, to: "cp")) {
    builder, threads in
    try ClaimsRun(notes: ClaimTopic.componentNorms.notes)
      .study(&builder, threads: threads, trajectories: ClaimTopic.componentNorms.stated)
  }

  /// Judges how singular values move.
  package static let singularValues = ExperimentCommand(
    "singular-values", defaults: CommandDefaults().setting(.model, to: "matrix")
  ) { builder, threads in
    try ClaimsRun(figureClaim: "singular-value-exponent")
      .study(&builder, threads: threads, trajectories: ClaimTopic.singularValues.stated)
  }

  /// Judges that small starts follow rank-one trajectories.
  package static let rankOne = ExperimentCommand("rank-one", defaults: LadderKind.rankOne.defaults) {
    builder, threads in
    try ClaimsRun().study(&builder, threads: threads, ladders: { [try LadderKind.rankOne.plan(&$0, $1, nil)] })
  }

  /// Judges that components, or the modes of a matrix, leave zero one after the other.
  package static let incremental = ExperimentCommand("incremental", defaults: LadderKind.incremental.defaults) {
    builder, threads in
    try ClaimsRun().study(
      &builder, threads: threads,
      ladders: { builder, experiment in
        let model = experiment.problem.model
        let isLocal = model.components.map { !$0.isSumOfProducts } ?? false
        guard model.chain != nil || isLocal else {
          return [try LadderKind.incremental.plan(&builder, experiment, nil)]
        }
        for key in [Setting(.level), Setting(.leader)] where builder.settings.isSet(key.path) {
          throw Refusal(
            "\(builder.settings.place(key.path)) belongs to components of cp, and does not go with problem.model \(model.identifier)",
            remedy: "drop it")
        }
        return [try (isLocal ? LadderKind.local : .modes).plan(&builder, experiment, nil)]
      })
  }

  /// Judges what becomes of norms and rank where one entry of a square matrix is hidden; on request the agreement of coordinates
  /// and the nuclear-norm conjecture.
  package static let norms = ExperimentCommand("norms", defaults: LadderKind.hiddenEntry) { builder, threads in
    try ClaimsRun().study(
      &builder, threads: threads, trajectories: ClaimTopic.hiddenEntry.stated,
      ladders: { builder, experiment in
        var ladders: [PlannedLadder] = []
        if builder.read(.compareCoordinates) {
          ladders.append(try LadderKind.coordinates.plan(&builder, experiment, nil))
        }
        if builder.settings[.scales] != nil {
          ladders.append(try LadderKind.nuclearNorm.plan(&builder, experiment, nil))
        }
        return ladders
      })
  }

  /// Judges descents at several learning rates beside their flow.
  package static let compare = ExperimentCommand("compare", defaults: LadderKind.comparison.defaults) {
    builder, threads in
    try ClaimsRun().study(
      &builder, threads: threads,
      ladders: { builder, experiment in
        let planned = try LadderKind.comparison.plan(&builder, experiment, builder.settings[.comparisonClaims])
        builder.complete(.comparisonClaims, planned.claims)
        return [planned]
      })
  }

  /// Judges the claims that a .flow file states, and those that the settings name.
  package static let run = ExperimentCommand("run") { builder, threads in
    let flow = try builder.flowModel()
    let own = try flow.map { (flow) throws(Refusal) in try FlowClaimNames(flow) }
    let named = try NamedClaims(
      builder.settings, isNeeded: own?.judged.isEmpty ?? true, takesScales: own?.limits.isEmpty == false)
    builder.defaults = named.defaults
    if let name = own?.judged.first(where: named.names.contains) {
      throw Refusal(
        "\(flow?.name ?? "the file") and run.claims both have a claim '\(name)'", remedy: "rename that of the file")
    }
    return try ClaimsRun(
      notes: { _ in own?.left ?? [] }, isOfAnyMotion: named.names.isEmpty, order: (own?.judged ?? []) + named.names
    ).study(
      &builder, threads: threads,
      trajectories: { experiment in
        try (flow.map { (flow) throws(Refusal) in try FlowClaims(flow, experiment).stated } ?? []) + named.trajectories
      },
      ladders: { builder, experiment in
        let limits = try flow.flatMap { try builder.limits(of: $0, experiment) }
        return try (limits.map { [$0] } ?? [])
          + named.ladders.map { kind, names in try kind.plan(&builder, experiment, names) }
      })
  }
}
