import ArgumentParser
import Settings
import Workbench

/// Flags that say what is modelled, measured and minimized. Values are kept as text: ``Settings`` reads them by kind, so
/// that a flag, `--set` and a TOML file mean the same and fail alike.
struct ProblemOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Model: matrix (W = W_L ⋯ W_1) or cp (a sum of rank-one tensors).", valueName: "name"))
  var model: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Dimensions of the end-to-end object, such as 10,10.", valueName: "d1,d2,…"))
  var shape: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Number of layers L of a matrix model (1 is W itself).", valueName: "L")
  )
  var depth: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Hidden width, or all of them from W_1 on such as 5,7 (default: the smaller dimension).", valueName: "w,…"))
  var width: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Number of components of a CP model.", valueName: "R"))
  var components: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Rank of the generated target.", valueName: "r"))
  var rank: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Frobenius norm of the generated target (default 1).", valueName: "x"))
  var targetNorm: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Observed part: a fraction such as 0.6 or 1.0, or a count such as 2000 (default: everything known).",
      valueName: "part"))
  var observed: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Your own data: .csv with header i0,i1,…,value (0-based), or a dense .npy/.npz array, NaN meaning unobserved.",
      valueName: "file"))
  var data: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seed of the target and the observations (default 1).", valueName: "n"))
  var dataSeed: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is measured: entries (default), gaussian or rank-one sensing.", valueName: "kind"))
  var measureWith: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Number of sensing measurements.", valueName: "m"))
  var samples: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Loss of a residual: l2 (default), l1 or huber.", valueName: "name"))
  var loss: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Threshold δ of the Huber loss.", valueName: "delta"))
  var huberDelta: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Constant in front of the sum of losses: mean (1/m, default), sum (1) or half-sum (1/2). Times scale with it.",
      valueName: "name"))
  var normalization: String?
  @Option(
    name: .customLong("init"), parsing: .unconditional,
    help: ArgumentHelp("Start: gaussian (default), balanced or identity.", valueName: "name"))
  var initialization: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Scale α of the start, the standard deviation of an entry (default 0.05).", valueName: "alpha"))
  var initScale: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the start (default 1).", valueName: "n"))
  var seed: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Redraw a balanced start of a square matrix until det W(0) is positive or negative (default any; norms: positive).",
      valueName: "sign"))
  var det: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Start from an .npz file with one array per block (W1, …, WL or A1, …, AN).", valueName: "file"))
  var start: String?

  var assignments: [(path: String, text: String?)] {
    [
      ("problem.model", model), ("problem.shape", shape), ("problem.depth", depth), ("problem.width", width),
      ("problem.components", components), ("problem.rank", rank), ("problem.target-norm", targetNorm),
      ("problem.observed", observed), ("problem.data", data), ("problem.data-seed", dataSeed),
      ("problem.measure-with", measureWith), ("problem.samples", samples), ("loss.name", loss),
      ("loss.huber-delta", huberDelta), ("loss.normalization", normalization), ("init.name", initialization),
      ("init.scale", initScale), ("init.seed", seed), ("init.det", det), ("init.file", start),
    ]
  }
}

/// Flags of the integration that every command shares.
struct IntegrationOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("Horizon in flow time (required).", valueName: "t"))
  var until: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of save times, including 0 and the end (default 200).", valueName: "n"))
  var save: String?
  @Flag(help: "Geometric save times (the default when a stop condition is given).")
  var saveLog = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Integration method (default auto: dop853, then plateau where that pays; 'flowcheck list' shows all).",
      valueName: "name"))
  var method: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Integrate the weights (default), or svd: log singular values and vectors of a balanced matrix factorization.",
      valueName: "name"))
  var coordinates: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Absolute tolerance (default auto: rtol × 1e-2 × rms of the start).", valueName: "x"))
  var atol: String?
  @Option(parsing: .unconditional, help: ArgumentHelp("Stop when the loss falls to this value.", valueName: "x"))
  var stopLoss: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Stop when the gradient norm falls to this value.", valueName: "x"))
  var stopGradient: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop when the largest component norm (matrix: singular value) reaches this.", valueName: "x"))
  var stopNorm: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps after which a run is given up (default 10000000).", valueName: "n"))
  var maxSteps: String?

  var assignments: [(path: String, text: String?)] {
    [
      ("integration.until", until), ("integration.save", save), ("integration.save-log", saveLog ? "true" : nil),
      ("integration.method", method), ("integration.coordinates", coordinates), ("integration.atol", atol),
      ("integration.stop-loss", stopLoss),
      ("integration.stop-gradient", stopGradient), ("integration.stop-norm", stopNorm),
      ("integration.max-steps", maxSteps),
    ]
  }
}

/// Where settings come from besides flags.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("TOML file with settings; repeatable, later files win.", valueName: "file"))
  var config: [String] = []
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("One setting, such as init.scale=1e-2; wins over files. Repeatable.", valueName: "key=value"))
  var assignments: [String] = []

  /// Files first, then `--set`, then the named flags. A file may hold settings of other commands besides; `--set` may not,
  /// since whoever types it means this command.
  func settings(flags: [(path: String, text: String?)]) throws(SettingsError) -> Settings {
    var settings = Settings(schema: ExperimentSchema.schema)
    for file in config { try settings.load(file: file) }
    let used = Set(flags.map(\.path))
    for assignment in assignments {
      try settings.set(assignment: assignment)
      let place = "--set \(assignment)"
      for path in settings.givenPaths where settings.place(path) == place && !used.contains(path) {
        throw SettingsError(
          place: place, problem: "this command does not use \(path)", remedy: "drop it; --help shows what is used")
      }
    }
    for (path, text) in flags {
      guard let text, let key = ExperimentSchema.schema[path] else { continue }
      try settings.set(path: path, text: text, place: key.flag)
    }
    return settings
  }
}

/// Flags of what is shown and written.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object instead of the tables; the same as --format json.")
  var json = false
  @Option(
    help: ArgumentHelp(
      "Print as text (default), json, jsonl (a line per claim), csv, markdown or latex.", valueName: "name"))
  var format: String?
  @Option(
    help: ArgumentHelp(
      "Write report.json, trajectory.npz, series.csv and provenance.json into this directory.", valueName: "dir"))
  var output: String?
  @Flag(help: "Overwrite a directory that holds another experiment's results.")
  var force = false
  @Option(
    help: ArgumentHelp(
      "Draw a figure (.svg, .pdf, .tex or .png) with gnuplot; script and CSV beside it.", valueName: "file"))
  var plot: String?
  @Flag(name: .shortAndLong, help: "Print only the verdict lines (of text; other formats are not shortened).")
  var quiet = false
  @Flag(name: .shortAndLong, help: "Print progress and timings to stderr even if it is no terminal.")
  var verbose = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads (default 1): rungs run at once, or share the gradients of a large CP model; results do not depend on it.",
      valueName: "n"))
  var threads: Int = 1

  /// How the report is printed.
  var reportFormat: ReportFormat { json ? .json : format.flatMap(ReportFormat.init(rawValue:)) ?? .text }

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("\(threads) threads; use --threads between 1 and 1024")
    }
    if let format, ReportFormat(rawValue: format) == nil {
      let known = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no format '\(format)'; use --format with one of: \(known)")
    }
    guard !json || format == nil || format == "json" else {
      throw ValidationError("--json and --format \(format ?? "") ask for different things; drop one of them")
    }
    guard plot != "" else { throw ValidationError("--plot was given an empty name; name a file") }
  }
}
