import FlowODE
import Models
import Settings
import Theorems
import Verdicts

/// The study of descents at several learning rates beside their flow.
package enum CompareRun {
  /// Save times: a largest gap over few times would miss where it is largest, differently at each rate.
  package static let defaultSaves = 1000
  /// The tolerances of the two references.
  package static let defaultTolerances = [1e-10, 1e-12]

  /// The settings with the number of save times that comparisons take where none is given.
  package static func completing(_ settings: Settings) throws(SettingsError) -> Settings {
    guard !settings.isSet("integration.save") else { return settings }
    var completed = settings
    try completed.set(path: "integration.save", text: "\(defaultSaves)", place: "the default of compare")
    return completed
  }

  /// - Parameter runsControls: whether each claim's negative controls are run.
  package static func study(_ builder: ExperimentBuilder, threads: Int, runsControls: Bool) throws -> Study {
    let settings = builder.settings
    let experiment = try builder.experiment().sharing(gradientsOver: threads)
    let plan = try plan(settings)
    let claims = settings.texts("compare.claims")
    let closeness = settings.number("compare.closeness")
    func examination(_ context: RunContext) throws -> ComparisonExamination {
      try ComparisonExamination(
        comparison: Comparison(
          experiment: experiment, plan: plan, isCancelled: context.isCancelled, progress: context.progress),
        claims: claims, closeness: closeness, runsControls: runsControls)
    }
    // What cannot be compared is refused before anything is opened.
    _ = try examination(RunContext()).comparison.grid()
    return Study(
      experiment: experiment, parts: plan.against == .flow ? ["flow"] : plan.ladder.rates.map(tableSetting),
      figures: .named([("gap", ""), ("gap-time", "-time")])
    ) { bench in
      let report = try examination(bench.context).run(summary: bench.summary, recorders: bench.context.recorders)
      return Findings(report: report)
    }
  }

  private static func plan(_ settings: Settings) throws -> ComparisonPlan {
    let seed = settings.integer("compare.batch-seed") ?? 1
    guard let batchSeed = UInt64(exactly: seed) else {
      throw ExperimentError("--batch-seed is \(seed)", remedy: "use an integer of at least 0")
    }
    let optimizer = try OptimizerCatalog.optimizer(
      settings.text("compare.optimizer") ?? "gd",
      OptimizerSettings(
        momentum: settings.number("compare.momentum"), friction: settings.number("compare.friction"),
        batch: settings.integer("compare.batch"), seed: batchSeed))
    let schedule = try settings.text("compare.schedule").map { try RateSchedule(parsing: $0) } ?? .constant
    let tolerances = settings.numbers("integration.refine") ?? defaultTolerances
    guard tolerances.count == 2 else {
      throw ExperimentError(
        "\(tolerances.count) tolerances were given, and a comparison takes two",
        remedy: "give --refine the reference's tolerances, such as 1e-10,1e-12")
    }
    return try ComparisonPlan(
      optimizer: optimizer,
      ladder: try RateLadder(
        settings.numbers("compare.learning-rates") ?? [], optimizer: optimizer, schedule: schedule),
      schedule: schedule,
      against: settings.text("compare.against").flatMap(ComparisonReference.init(rawValue:)) ?? .flow,
      measure: settings.text("compare.measure").flatMap(ComparisonMeasure.init(rawValue:)) ?? .parameters,
      tolerances: (coarse: tolerances[0], fine: tolerances[1]))
  }
}
