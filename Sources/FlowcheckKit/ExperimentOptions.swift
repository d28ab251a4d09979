import ArgumentParser
import Settings
import Workbench

/// The flags that every command with an experiment takes. A class, as all groups of many flags are: every command holds it, and
/// a copy of a hundred wrapped values is written out wherever one is made.
final class ExperimentOptions: ParsableArguments {
  @OptionGroup(title: "Problem") var problem: ProblemOptions
  @OptionGroup(title: "Integration") var integration: IntegrationOptions
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: OutputOptions
}

/// Flags that say what is modelled, measured and minimized. Values are kept as text: ``Settings`` reads them by kind, so
/// that a flag, `--set` and a TOML file mean the same and fail alike.
final class ProblemOptions: ParsableArguments {
  @Option(
    name: .setting(Setting(.model)), parsing: .unconditional,
    help: .setting(Setting(.model), discussion: ModelFlags.help))
  var model: String?
  @Option(name: .customLong(ModelFlags.option), parsing: .unconditionalSingleValue, help: .hidden)
  var modelSettings: [String] = []
  @Option(.program) var program: String?
  @Option(.size) var size: String?
  @Option(.shape) var shape: String?
  @Option(.rank) var rank: String?
  @Option(.target) var target: String?
  @Option(.targetValues) var targetValues: String?
  @Option(.targetNorm) var targetNorm: String?
  @Option(.observed) var observed: String?
  @Option(.mask) var mask: String?
  @Option(.data) var data: String?
  @Option(.columns) var columns: String?
  @Option(.indexBase) var indexBase: String?
  @Option(.testData) var testData: String?
  @Option(.dataSeed) var dataSeed: String?
  @Option(.measureWith) var measureWith: String?
  @Option(.samples) var samples: String?
  @Option(.inputs) var inputs: String?
  @Option(.targets) var targets: String?
  @Option(.sensing) var sensing: String?
  @Option(.loss) var loss: String?
  @Option(.lossConstants) var lossConstants: String?
  @Option(.huberDelta) var huberDelta: String?
  @Option(.normalization) var normalization: String?
  @Option(.initialization) var initialization: String?
  @Option(.initScale) var initScale: String?
  @Option(.seed) var seed: String?
  @Option(.determinant) var determinant: String?
  @Option(.startFile) var start: String?

  var flags: [FlagText] {
    ModelFlags.flags(modelSettings) + [
      FlagText(.model, model), FlagText(.program, program), FlagText(.size, size), FlagText(.shape, shape),
      FlagText(.rank, rank), FlagText(.target, target), FlagText(.targetValues, targetValues),
      FlagText(.targetNorm, targetNorm),
      FlagText(.observed, observed), FlagText(.mask, mask), FlagText(.data, data), FlagText(.columns, columns),
      FlagText(.indexBase, indexBase), FlagText(.testData, testData), FlagText(.dataSeed, dataSeed),
      FlagText(.measureWith, measureWith), FlagText(.samples, samples), FlagText(.inputs, inputs),
      FlagText(.targets, targets), FlagText(.sensing, sensing), FlagText(.loss, loss),
      FlagText(.lossConstants, lossConstants), FlagText(.huberDelta, huberDelta),
      FlagText(.normalization, normalization),
      FlagText(.initialization, initialization), FlagText(.initScale, initScale), FlagText(.seed, seed),
      FlagText(.determinant, determinant), FlagText(.startFile, start),
    ]
  }
}

/// Flags of the integration that every command shares.
final class IntegrationOptions: ParsableArguments {
  @Option(.until) var until: String?
  @Option(.save) var save: String?
  @Flag(.saveLog) var saveLog: Bool
  @Option(.method) var method: String?
  @Option(.coordinates) var coordinates: String?
  @Option(.atol) var atol: String?
  @Option(.stopLoss) var stopLoss: String?
  @Option(.stopGradient) var stopGradient: String?
  @Option(.stopNorm) var stopNorm: String?
  @Option(.maxSteps) var maxSteps: String?

  var flags: [FlagText] {
    [
      FlagText(.until, until), FlagText(.save, save), FlagText(.saveLog, saveLog), FlagText(.method, method),
      FlagText(.coordinates, coordinates), FlagText(.atol, atol), FlagText(.stopLoss, stopLoss),
      FlagText(.stopGradient, stopGradient), FlagText(.stopNorm, stopNorm), FlagText(.maxSteps, maxSteps),
    ]
  }
}

/// Where settings come from besides flags, and where they can be read together.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("TOML file with settings; repeatable, later files win.", valueName: "file"))
  var config: [String] = []
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("One setting, such as init.scale=1e-2; wins over files. Repeatable.", valueName: "key=value"))
  var assignments: [String] = []
  @Flag(help: "Print the whole experiment as TOML for --config, with every default and seed, and do nothing else.")
  var printConfig = false

  /// Which settings of files the command does not use, with their places, in words; nil if it uses all.
  func unused(_ settings: Settings, flags: [FlagText]) -> String? {
    Self.unused(settings, used: Set(flags.map(\.setting.path)))
  }

  static func unused(_ settings: Settings, used: Set<String>) -> String? {
    let used = used.union([Setting(.given).path])
    let others = settings.givenPaths.filter { settings.isFromFile($0) && !used.contains($0) }
    guard !others.isEmpty else { return nil }
    return "unused here: " + others.map { "\($0) (\(settings.place($0)))" }.joined(separator: ", ")
  }

  /// Files first, then `--set`, then the named flags. A file may hold settings of other commands besides; `--set` may not,
  /// since whoever types it means this command.
  func settings(flags: [FlagText]) throws(SettingsError) -> Settings {
    var settings = Settings(schema: ExperimentSchema.schema)
    for file in config { try settings.load(file: file) }
    let used = Set(flags.map(\.setting.path))
    for assignment in assignments {
      try settings.set(assignment: assignment)
      try Self.refuseUnused(assignment, settings, used: used)
    }
    for flag in flags {
      guard let text = flag.text else { continue }
      try settings.set(path: flag.setting.path, text: text, place: flag.setting.flag)
    }
    return settings
  }

  /// The settings that flags alone say.
  static func settings(of flags: [FlagText]) throws(SettingsError) -> Settings {
    var settings = Settings(schema: ExperimentSchema.schema)
    for flag in flags {
      guard let text = flag.text else { continue }
      try settings.set(path: flag.setting.path, text: text, place: flag.setting.flag)
    }
    return settings
  }

  /// Refuses an assignment that was taken and has no meaning here.
  static func refuseUnused(_ assignment: String, _ settings: Settings, used: Set<String>) throws(SettingsError) {
    let place = "--set \(assignment)"
    for path in settings.givenPaths where settings.place(path) == place && !used.contains(path) {
      throw SettingsError(
        place: place, problem: "this command does not use \(path)", remedy: "drop it; --help shows what is used")
    }
  }
}

/// Flags of what is shown and written.
final class OutputOptions: ParsableArguments {
  @OptionGroup var report: ReportOptions
  @Option(
    help: ArgumentHelp(
      "Write report.json, trajectory.npz, series.csv, problem.npz, config.toml and provenance.json into this directory.",
      valueName: "dir"))
  var output: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads: rungs run at once, or share the gradients of a large CP model; results do not depend on it.",
      valueName: "n"))
  var threads: Int = 1
  @Flag(help: "Start the program that a .flow file or a --config file names; without it no file starts one.")
  var allowProgram = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most a program may take to start, and for every call (default: 60 for the start and the first call, then 100 times the "
        + "median call and at least 10).", valueName: "seconds"))
  var timeLimit: Double?

  func validate() throws {
    try ReportOptions.check(threads: threads)
    try ReportOptions.check(timeLimit: timeLimit)
  }
}
