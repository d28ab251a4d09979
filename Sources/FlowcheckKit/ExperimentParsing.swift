import ArgumentParser
import Settings
import Workbench

/// A command line that describes an experiment: it is parsed here, run by ``Run``, and ends with its report's exit status.
protocol ExperimentParsing: ParsableCommand {
  /// What the command studies.
  static var command: ExperimentCommand { get }
  var experiment: ExperimentOptions { get }
  /// The flags of settings that not every command takes.
  var ownFlags: [FlagText] { get }
  var exitZero: Bool { get }
}

/// A command line of claims that are judged.
protocol JudgingParsing: ExperimentParsing {
  var check: CheckOptions { get }
  /// The flags of settings that not every judging command takes.
  var furtherFlags: [FlagText] { get }
}

extension JudgingParsing {
  var furtherFlags: [FlagText] { [] }
  var ownFlags: [FlagText] { check.flags + furtherFlags }
  var exitZero: Bool { check.exitZero }
}

extension ExperimentParsing {
  func run() throws {
    let flags = experiment.problem.flags + experiment.integration.flags + ownFlags
    let settings = try experiment.configuration.settings(flags: flags)
    let run = Run(Self.command, settings: settings, output: experiment.output.request)
    if experiment.configuration.printConfig {
      try Console.print(String(run.configuration().dropLast()))
    } else {
      try experiment.output.end(with: run.report(), exitZero: exitZero)
    }
  }
}

/// Flags of the commands that judge claims.
struct CheckOptions: ParsableArguments {
  @Option(.refine) var refine: String?
  @Flag(.control) var control: Bool
  @Flag(.allRungs) var allRungs: Bool
  @Flag(help: "Exit with status 0 even if something is violated, inconclusive or vacuous.")
  var exitZero = false

  var flags: [FlagText] { [FlagText(.refine, refine), FlagText(.control, control), FlagText(.allRungs, allRungs)] }
}
