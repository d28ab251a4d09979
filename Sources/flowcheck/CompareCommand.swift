import ArgumentParser
import FlowODE
import Models
import Presentation
import Settings
import Theorems
import Verdicts

/// Flags of what is compared with what. Values are kept as text: ``Settings`` reads them by kind.
struct CompareOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Learning rates, four or more, each dividing the largest (required).", valueName: "η1,η2,…"))
  var learningRates: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Method: gd (default), momentum, nesterov, heavy-ball, group-rmsprop, adam or sgd.", valueName: "name"))
  var optimizer: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "flow (default), or modified: the second-order modified flow of gradient descent.", valueName: "name"))
  var against: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Gaps in parameters (default), end (end-to-end object), loss or norms.", valueName: "name"))
  var measure: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("μ of momentum and nesterov (default 0.9).", valueName: "mu"))
  var momentum: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Friction of heavy-ball and its flow (default 1).", valueName: "tau"))
  var friction: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Observations per gradient of sgd.", valueName: "b"))
  var batch: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the batches (default 1).", valueName: "n"))
  var batchSeed: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Factors of the learning rate from given flow times on, such as 10:0.5,20:0.25.", valueName: "t:c,…"))
  var schedule: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Gap for which the bound names a learning rate (default 1% of the largest ‖θ‖).", valueName: "x")
  )
  var closeness: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Claims to judge: order, step-law, drift, bound, stability (default: all that apply).",
      valueName: "name,…"))
  var claims: String?

  var assignments: [(path: String, text: String?)] {
    [
      ("compare.learning-rates", learningRates), ("compare.optimizer", optimizer), ("compare.against", against),
      ("compare.measure", measure), ("compare.momentum", momentum), ("compare.friction", friction),
      ("compare.batch", batch), ("compare.batch-seed", batchSeed), ("compare.schedule", schedule),
      ("compare.closeness", closeness), ("compare.claims", claims),
    ]
  }
}

/// `flowcheck compare`.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares descents at several learning rates with their flow: orders, drift, bound, stability.",
    discussion: """
      Gradient descent leaves gradient flow by O(η), and its second-order modified
      flow by O(η²); balancedness drifts by O(η). The orders are measured between
      successive learning rates; four or more are needed. --refine takes the
      tolerances of the reference flow and of a second one that tells its error
      (default 1e-10,1e-12); --save is 1000 by default. --plot draws the gap against
      the learning rate, and beside it, under NAME-time, the gap against time.

      Example:
        flowcheck compare --model matrix --shape 10,10 --depth 3 --rank 3 \\
          --target-norm 10 --observed 0.6 --normalization half-sum \\
          --init-scale 0.05 --until 40 \\
          --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3,6.25e-4
      """)

  @OptionGroup(title: "Comparison") var compare: CompareOptions
  @OptionGroup(title: "Problem") var problem: ProblemOptions
  @OptionGroup(title: "Integration") var integration: IntegrationOptions
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// Save times: a largest gap over few times would miss where it is largest, differently at each rate.
  static let defaultSaves = 1000
  /// The tolerances of the two references.
  static let defaultTolerances = [1e-10, 1e-12]

  func run() throws {
    var settings = try configuration.settings(
      flags: problem.assignments + integration.assignments + compare.assignments + [
        ("integration.refine", check.refine)
      ])
    if !settings.isSet("integration.save") {
      try settings.set(path: "integration.save", text: "\(Self.defaultSaves)", place: "the default of compare")
    }
    let builder = ExperimentBuilder(settings: settings)
    var experiment = try builder.experiment()
    experiment.gradientThreads = output.threads
    let plan = try Self.plan(settings)
    let progress = ProgressLine(
      parts: plan.against == .flow ? ["flow"] : plan.ladder.rates.map(tableSetting), verbose: output.verbose)
    defer { progress.finish() }
    let comparison = try Comparison(
      experiment: experiment, plan: plan, isCancelled: { Interruption.shared.requested },
      progress: { progress.report($0, fraction: $1) })
    let examination = try ComparisonExamination(
      comparison: comparison, claims: settings.texts("compare.claims"), closeness: settings.number("compare.closeness"),
      runsControls: check.control)
    _ = try comparison.grid()
    let summary = try ExperimentSummary(experiment, settings: builder.echo)
    let results = try ResultFiles(output: output, settings: summary.settings, command: "compare")
    defer { results.discard() }
    let timePlot = output.plot.map(ComparisonFigures.timePath)
    if let timePlot { try GnuplotWriter().check(timePlot) }
    let recording = Recording(problem: experiment.problem, results: results)
    let report = try examination.run(summary: summary, recorders: recording.observers)
    progress.finish()
    try results.write(report: report, recording: recording, counts: [])
    if let timePlot {
      try results.write(figure: ComparisonFigures.againstRate(report))
      try GnuplotWriter().write(ComparisonFigures.againstTime(report), to: timePlot)
    }
    try present(report)
    if !check.exitZero, report.verdict != .holds { throw ExitCode(ExitStatus(report.verdict).rawValue) }
  }

  private func present(_ report: ComparisonReport) throws {
    if output.json {
      try Console.print(JSONText.encode(report))
    } else if output.quiet {
      for claim in report.claims { try Console.print(ComparisonText.lastLine(claim)) }
    } else {
      try Console.print(ComparisonText.render(report))
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
