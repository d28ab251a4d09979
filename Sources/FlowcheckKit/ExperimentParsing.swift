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
  /// The `.flow` file that stands as an argument.
  var flowFile: String? { get }
}

/// A `.flow` file as an argument.
struct FlowFileArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A .flow file: the model, with its loss, data, start and claims. The same as --model FILE.",
      valueName: "file.flow"))
  var file: String?
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
  /// The paths of the settings that the command uses.
  static var settingPaths: Set<String> {
    guard let command = try? parse([]) else { return [] }
    let flags = command.experiment.problem.flags + command.experiment.integration.flags + command.ownFlags
    return Set(flags.map(\.setting.path))
  }

  var flowFile: String? { nil }
  func run() throws {
    try experiment.run(Self.command, file: flowFile, ownFlags: ownFlags, exitZero: exitZero)
  }
}

extension ExperimentOptions {
  /// Runs a command as these flags and its own say.
  @inline(never)
  fileprivate func run(
    _ command: ExperimentCommand, file: String?, ownFlags: [FlagText], exitZero: Bool
  ) throws {
    // Not before: what stands behind an unknown option looks like an argument.
    if let file, !file.hasSuffix(".flow") { throw ValidationError("Unexpected argument '\(file)'") }
    if let file, problem.model != nil {
      throw ValidationError("\(file) and --model both name a model; drop one of them")
    }
    let flags = problem.flags + integration.flags + ownFlags + (file.map { [FlagText(.model, $0)] } ?? [])
    let settings = try configuration.settings(flags: flags)
    let unused = configuration.unused(settings, flags: flags)
    if let unused { Console.complain("note: \(Console.presentable(unused))") }
    let run = Run(command, settings: settings, output: output.request, notes: [unused].compactMap(\.self))
    if configuration.printConfig {
      try Console.print(String(run.configuration().dropLast()))
    } else {
      try output.report.format.end(with: run.report(), exitZero: exitZero)
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
