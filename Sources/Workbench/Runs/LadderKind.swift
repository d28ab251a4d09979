import FlowODE
import Models
import Settings
import Theorems
import Verdicts

/// Claims that are judged from one ladder: which settings they take, what those mean that are not given, and how the ladder is
/// planned from them.
struct LadderKind: Sendable {
  let claims: [String]
  /// What their own command means by settings that are not given.
  let defaults: CommandDefaults
  /// The paths of settings that not every claim takes.
  let takes: @Sendable (_ claim: String) -> [String]
  /// Reads those settings and refuses what cannot be done.
  let plan: @Sendable (_ builder: inout ExperimentBuilder, Experiment, _ claims: [String]?) throws -> PlannedLadder

  /// All of them.
  static let all: [LadderKind] = [
    .rankOne, .incremental, .modes, .local, .coordinates, .nuclearNorm, .sparsity, .comparison,
  ]

  /// A kind of one claim.
  private init(
    _ claim: any CatalogedClaim.Type, defaults: CommandDefaults, takes paths: [String] = [],
    plan: @escaping @Sendable (inout ExperimentBuilder, Experiment) throws -> PlannedLadder
  ) {
    claims = [claim.card.name]
    self.defaults = defaults
    takes = { _ in paths }
    self.plan = { builder, experiment, _ in try plan(&builder, experiment) }
  }

  /// A kind of several claims.
  init(
    _ claims: [any CatalogedClaim.Type], defaults: CommandDefaults, takes: @escaping @Sendable (String) -> [String],
    plan: @escaping @Sendable (inout ExperimentBuilder, Experiment, [String]?) throws -> PlannedLadder
  ) {
    self.claims = claims.map { $0.card.name }
    self.defaults = defaults
    self.takes = takes
    self.plan = plan
  }

  /// What the commands over scales mean by settings that are not given: the start is drawn at scale 1 and multiplied by α.
  private static let smallStarts = CommandDefaults().setting(.initialization, to: .balanced).setting(.initScale, to: 1)
    .setting(.refine, to: [1e-11, 1e-13])

  static let rankOne = LadderKind(
    RankOneStudy.self, defaults: smallStarts.setting(.model, to: "cp"),
    takes: [SettingKey.scales.path, SettingKey.leader.path, SettingKey.bound.path]
  ) { builder, experiment in
    let led = try leading(experiment, &builder)
    let (study, settled) = try builder.settled(led, RankOneStudy.horizon) { builder, led in
      try RankOneStudy(
        experiment: led, scales: builder.settings[.scales], largestNorm: builder.settings[.bound] ?? .infinity,
        tolerances: tolerances(&builder))
    }
    return PlannedLadder(study, experiment: settled, runsControls: builder.read(.control))
  }

  static let incremental = LadderKind(
    IncrementalStudy.self, defaults: smallStarts.setting(.model, to: "cp"),
    takes: [SettingKey.scales.path, SettingKey.leader.path, SettingKey.level.path]
  ) { builder, experiment in
    let led = try leading(experiment, &builder)
    let (study, settled) = try builder.settled(led, IncrementalStudy.horizon) { builder, led in
      try IncrementalStudy(
        experiment: led, scales: builder.settings[.scales], level: builder.settings[.level],
        tolerances: tolerances(&builder))
    }
    builder.complete(.level, study.level)
    return PlannedLadder(study, experiment: settled, runsControls: builder.read(.control))
  }

  static let modes = LadderKind(
    ModeStudy.self, defaults: smallStarts.setting(.model, to: "matrix"), takes: [SettingKey.scales.path]
  ) { builder, experiment in
    let aligned = try ModeStudy.aligning(experiment)
    let (study, settled) = try builder.settled(aligned, ModeStudy.horizon) { builder, aligned in
      try ModeStudy(experiment: aligned, scales: builder.settings[.scales], tolerances: tolerances(&builder))
    }
    return PlannedLadder(study, experiment: settled, runsControls: builder.read(.control))
  }

  static let local = LadderKind(
    LocalStudy.self, defaults: smallStarts.setting(.model, to: "hierarchical"), takes: [SettingKey.scales.path]
  ) { builder, experiment in
    let (study, settled) = try builder.settled(experiment, LocalStudy.horizon) { builder, experiment in
      try LocalStudy(
        experiment: experiment, scales: builder.settings[.scales], tolerances: tolerances(&builder))
    }
    return PlannedLadder(study, experiment: settled, runsControls: builder.read(.control))
  }

  /// What `norms` means by settings that are not given.
  static let hiddenEntry = CommandDefaults { try Problem.hiddenEntry(model: $0, $1, opposite: $2) }
    .setting(.model, to: "matrix").setting(.normalization, to: .halfSum).setting(.initialization, to: .balanced)
    .setting(.determinant, to: .positive)

  static let coordinates = LadderKind(CoordinateStudy.self, defaults: hiddenEntry) { builder, experiment in
    let settled = try builder.settled(experiment) { try HorizonSearch(experiment).run(isCancelled: $0) }
    let study = try CoordinateStudy(experiment: settled, tolerances: tolerances(&builder))
    return PlannedLadder(study.examination(runsControls: builder.read(.control)), experiment: settled)
  }

  static let nuclearNorm = LadderKind(
    NuclearNormStudy.self, defaults: hiddenEntry, takes: [SettingKey.scales.path]
  ) { builder, experiment in
    let (study, settled) = try builder.settled(experiment, NuclearNormStudy.horizon) { builder, experiment in
      try builder.settings[.scales].map { try NuclearNormStudy(experiment: experiment, scales: $0) }
        ?? NuclearNormStudy(experiment: experiment)
    }
    return PlannedLadder(study, experiment: settled, runsControls: builder.read(.control))
  }

  static let sparsity = LadderKind(
    ClaimCatalog.sparsity, defaults: CommandDefaults().setting(.refine, to: [1e-8, 1e-10]),
    takes: { _ in [SettingKey.scales.path] },
    plan: { builder, experiment, names in
      let (ladder, settled) = try builder.settled(experiment, SparsityLadder.horizon) { builder, experiment in
        try SparsityLadder(
          experiment: experiment, scales: builder.settings[.scales], tolerances: tolerances(&builder))
      }
      let claims = ClaimCatalog.sparsity.filter { names?.contains($0.card.name) != false }
      return PlannedLadder(
        LadderExamination(ladder, claims: claims, runsControls: builder.read(.control)), experiment: settled,
        parts: ladder.canRun ? ladder.values.map { "α \(tableNumber($0))" } : [],
        scales: ladder.canRun ? ladder.values : nil)
    })

  /// The rungs of a ladder that takes the last two.
  private static func tolerances(_ builder: inout ExperimentBuilder) throws(Refusal) -> [Double] {
    let tolerances = builder.read(.refine)
    for tolerance in tolerances { try Experiment.check(relativeTolerance: tolerance) }
    guard zip(tolerances, tolerances.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine decreasing tolerances")
    }
    return tolerances
  }

  /// The start with its leading component enlarged as asked.
  private static func leading(_ experiment: Experiment, _ builder: inout ExperimentBuilder) throws -> Experiment {
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
