import ArgumentParser
import Workbench

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

  func run() throws {
    let settings = try CompareRun.completing(
      configuration.settings(
        flags: problem.assignments + integration.assignments + compare.assignments + [
          ("integration.refine", check.refine)
        ]))
    let report = try Run(command: "compare", settings: settings, output: output.request).report {
      try CompareRun.study($0, threads: output.threads, runsControls: check.control)
    }
    try output.end(with: report, exitZero: check.exitZero)
  }
}
