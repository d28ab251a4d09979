import ArgumentParser
import Workbench

/// `flowcheck integrate`.
struct Integrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solves a flow (or runs gradient descent) and writes its trajectory; judges nothing.",
    discussion: """
      Exit status 0 when --until or a stop condition is reached, 2 when the
      integration gives up before.

      Example:
        flowcheck integrate --model cp --shape 10,10,10 --components 50 --rank 3 \\
          --observed 500 --init-scale 0.1 --until 1e6 --stop-loss 1e-8 --output out
      """)

  @OptionGroup(title: "Problem") var problem: ProblemOptions
  @OptionGroup(title: "Integration") var integration: IntegrationOptions
  @Option(parsing: .unconditional, help: ArgumentHelp("Relative tolerance (default 1e-9).", valueName: "x"))
  var rtol: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run gradient descent with this learning rate; iteration k has time k × rate.", valueName: "eta")
  )
  var learningRate: String?
  @Flag(
    help: "Estimate the error of the final state and end-to-end object by a second run at a hundredth of the tolerance."
  )
  var error = false
  @Flag(help: "Exit with status 0 even if the integration gives up.")
  var exitZero = false
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let settings = try configuration.settings(
      flags: problem.assignments + integration.assignments
        + [
          ("integration.rtol", rtol), ("integration.learning-rate", learningRate),
          ("integration.error", error ? "true" : nil),
        ])
    let report = try Run(command: "integrate", settings: settings, output: output.request).report {
      try IntegrateRun.study($0, threads: output.threads)
    }
    try output.end(with: report, exitZero: exitZero)
  }
}
