import FlowODE
import Models
import Settings
import Theorems
import Verdicts

extension ExperimentCommand {
  /// Judges descents at several learning rates beside their flow. A largest gap over few times would miss where it is largest,
  /// differently at each rate, so there are many save times.
  package static let compare = ExperimentCommand(
    "compare",
    defaults: CommandDefaults().setting(.save, to: 1000, isStated: true).setting(.refine, to: [1e-10, 1e-12])
  ) { builder, threads in try CompareRun.study(&builder, threads: threads) }
}

/// The study of descents at several learning rates beside their flow.
enum CompareRun {
  static func study(_ builder: inout ExperimentBuilder, threads: Int) throws -> Study {
    let experiment = try builder.experiment().sharing(gradientsOver: threads)
    let plan = try plan(&builder)
    let claims = builder.settings[.comparisonClaims]
    let closeness = builder.settings[.closeness]
    let runsControls = builder.read(.control)
    func examination(_ context: RunContext) throws -> ComparisonExamination {
      try ComparisonExamination(
        comparison: Comparison(
          experiment: experiment, plan: plan, isCancelled: context.isCancelled, progress: context.progress),
        claims: claims, closeness: closeness, runsControls: runsControls)
    }
    // What cannot be compared is refused before anything is opened.
    let planned = try examination(RunContext())
    _ = try planned.comparison.grid()
    builder.complete(.comparisonClaims, planned.chosenClaims)
    return Study(
      experiment: experiment, parts: plan.against == .flow ? ["flow"] : plan.ladder.rates.map(tableSetting),
      figures: .named([("gap", ""), ("gap-time", "-time")])
    ) { bench in
      let report = try examination(bench.context).run(summary: bench.summary, recorders: bench.context.recorders)
      return Findings(report: report)
    }
  }

  private static func plan(_ builder: inout ExperimentBuilder) throws -> ComparisonPlan {
    let seed = builder.read(.batchSeed)
    guard let batchSeed = UInt64(exactly: seed) else {
      throw Refusal("compare.batch-seed is \(seed)", remedy: "use an integer of at least 0")
    }
    let name = builder.read(.optimizer)
    // A constant that the optimizer does not take has no meaning there, not even a default.
    let takes = OptimizerCatalog.rows.first { $0.identifier == name }?.takes ?? []
    let optimizer = try OptimizerCatalog.optimizer(
      name,
      OptimizerSettings(
        momentum: takes.contains("momentum") ? builder.read(.momentum) : builder.settings[.momentum],
        friction: takes.contains("friction") ? builder.read(.friction) : builder.settings[.friction],
        batch: builder.settings[.batch], seed: batchSeed))
    let schedule = try builder.settings[.schedule].map { try RateSchedule(parsing: $0) } ?? .constant
    let tolerances = builder.read(.refine)
    guard tolerances.count == 2 else {
      throw Refusal(
        "\(tolerances.count) tolerances were given, and a comparison takes two",
        remedy: "give integration.refine the reference's tolerances, such as 1e-10,1e-12")
    }
    return try ComparisonPlan(
      optimizer: optimizer,
      ladder: try RateLadder(builder.settings[.learningRates] ?? [], optimizer: optimizer, schedule: schedule),
      schedule: schedule, against: builder.read(.against), measure: builder.read(.measure),
      tolerances: (coarse: tolerances[0], fine: tolerances[1]))
  }
}
