import ArgumentParser
import Presentation
import Verdicts
import Workbench

/// Flags of how a report is printed.
final class FormatOptions: ParsableArguments {
  @Flag(help: "Print one JSON object instead of the tables; the same as --format json.")
  var json = false
  @Option(
    help: ArgumentHelp(
      "Print as text (default), json, jsonl (a line per claim), csv, markdown or latex.", valueName: "name"))
  var format: String?
  @Flag(name: .shortAndLong, help: "Print only the verdict lines (of text; other formats are not shortened).")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "Write the report as one HTML page too, with its figures, that needs no network and no script.",
      valueName: "file.html"
    ))
  var report: String?

  /// How the report is printed.
  var reportFormat: ReportFormat { json ? .json : format.flatMap(ReportFormat.init(rawValue:)) ?? .text }

  func validate() throws {
    if let format, ReportFormat(rawValue: format) == nil {
      let known = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no format '\(format)'; use --format with one of: \(known)")
    }
    guard !json || format == nil || format == "json" else {
      throw ValidationError("--json and --format \(format ?? "") ask for different things; drop one of them")
    }
    do { try report.map(HTMLFile.check) } catch { throw ValidationError("\(error)") }
  }

  /// Prints the report and ends with its exit status.
  ///
  /// - Parameter exitZero: whether what is violated, inconclusive, vacuous or incomplete ends with status 0 too.
  func end(with report: some Printable, exitZero: Bool) throws {
    try print(report)
    let status = ExitStatus(report)
    if !exitZero, status != .holds { throw ExitCode(status.rawValue) }
  }

  /// Prints the report as asked.
  func print(_ report: some Printable) throws {
    if let path = self.report {
      try HTMLFile.write(report, to: path, command: ShellText.invocation)
    }
    let isQuiet = quiet && reportFormat == .text
    try Console.print(isQuiet ? PlainText.render(report.verdictLines) : reportFormat.render(report))
  }
}

/// Flags of how a report is printed and drawn, and who waits for it.
final class ReportOptions: ParsableArguments {
  @OptionGroup var format: FormatOptions
  @Flag(help: "Overwrite a directory that holds another experiment's results.")
  var force = false
  @Option(
    help: ArgumentHelp(
      "Draw a figure (.svg, .pdf, .tex or .png) with gnuplot; script, CSV and caption beside it.", valueName: "file"))
  var plot: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How wide the figure is on paper: column (8 cm, default), page (17 cm) or centimetres; its type has 8 points.",
      valueName: "width"))
  var figureWidth: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Say besides what exact algebra proves of claims on models that are small enough.")
  var proof = true
  @Flag(name: .shortAndLong, help: "Print progress and timings to stderr even if it is no terminal.")
  var verbose = false

  func validate() throws {
    guard plot != "" else { throw ValidationError("--plot was given an empty name; name a file") }
    try Self.check(width: figureWidth)
    guard figureWidth == nil || plot != nil else {
      throw ValidationError("--figure-width says how wide a figure is; add --plot")
    }
  }

  /// How wide a figure is.
  var width: FigureWidth { Self.width(figureWidth) }

  /// What `--figure-width` asks for.
  static func width(_ text: String?) -> FigureWidth { text.flatMap { FigureWidth($0) } ?? .column }

  /// Refuses a width that is none.
  static func check(width: String?) throws {
    if let width, FigureWidth(width) == nil {
      throw ValidationError("a figure's width '\(width)'; use --figure-width column, page or 4 to 60 centimetres")
    }
  }

  /// Refuses limits that are no time.
  static func check(timeLimit: Double?) throws {
    if let timeLimit, !(timeLimit > 0 && timeLimit.isFinite) {
      throw ValidationError("a time limit of \(timeLimit) s; use --time-limit with a positive number of seconds")
    }
  }

  /// Refuses numbers of threads that no machine has.
  static func check(threads: Int) throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("\(threads) threads; use --threads between 1 and 1024")
    }
  }
}
