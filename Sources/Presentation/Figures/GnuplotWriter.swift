import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Draws figures with gnuplot.
///
/// Beside the figure `stem.svg` (or `.pdf`, `.png`, or `.tex` with its `.pdf`) stand the script `stem.gp` and the data
/// `stem.csv` that made it. SVG is byte-stable: the same figure gives the same bytes with the same gnuplot. All files are
/// made in a hidden folder beside the figure and renamed when complete, so that a failure leaves what was there.
public struct GnuplotWriter: Sendable {
  /// The gnuplot program, a name looked up in PATH or a path.
  public var program: String
  /// The most seconds one drawing may take.
  public var timeout: Double

  /// A writer that runs `program`.
  public init(program: String = "gnuplot", timeout: Double = 60) {
    self.program = program
    self.timeout = timeout
  }

  /// Tries, before anything long runs, whether a figure can be written to `path`. Throws for an unknown ending, a folder
  /// that cannot be written and a foreign CSV in the way.
  public func check(_ path: String) throws(FigureError) {
    let target = try FigurePath(path)
    try target.refuseForeignData()
    try ScratchFolder(for: target).remove()
  }

  /// Writes `figure` to `path`, whose ending chooses the format, with script and data beside it, and the caption in a file of its own
  /// (`stem.caption.txt`) where one is given. Returns what was left
  /// out, one sentence each (thinned curves, points without a logarithm). Throws when the ending is none of the four, when
  /// no point can be drawn, when gnuplot is missing, lacks the terminal, fails or takes too long, when the folder cannot
  /// be written, and when a CSV that is not an earlier figure's stands in the way.
  @discardableResult
  public func write(
    _ figure: Figure, to path: String, width: FigureWidth = .column, caption: String? = nil
  ) throws(FigureError) -> [String] {
    let target = try FigurePath(path)
    let sheet = try FigureSheet(figure, path: path)
    let script = GnuplotScript(sheet, format: target.format, stem: target.stem, width: width)
    try target.refuseForeignData()

    let scratch = try ScratchFolder(for: target)
    defer { scratch.remove() }
    try scratch.write(sheet.csv, to: "\(target.stem).csv")
    try scratch.write(script.text, to: "\(target.stem).gp")
    if let caption { try scratch.write(caption + "\n", to: target.caption) }
    try draw(target, in: scratch)
    if target.format == .pdf || target.format == .tex { try scratch.fixDate(of: "\(target.stem).pdf") }
    if caption != nil { try scratch.move(target.caption) }
    for name in target.products {
      // Script and data first: a figure never stands without them.
      try scratch.move(name)
    }
    return sheet.notes
  }

  private func draw(_ target: FigurePath, in scratch: ScratchFolder) throws(FigureError) {
    // The folder is gnuplot's to change to; `./` keeps it from reading a leading `~` or `|`.
    let folder = scratch.path.hasPrefix("/") ? scratch.path : "./\(scratch.path)"
    let commands = [GnuplotScript.quoted(folder), GnuplotScript.quoted("./\(target.stem).gp")]
    let outcome = runProgram(
      program, arguments: ["-d", "-e", "cd \(commands[0]); load \(commands[1])"], log: "\(scratch.path)/.log",
      timeout: timeout)
    func failure(_ problem: String, _ remedy: String) -> FigureError {
      FigureError(target.path, problem, remedy: remedy, isFileAccess: true)
    }
    let install = "install it with 'apt-get install gnuplot-nox' or 'brew install gnuplot'"
    switch outcome {
    case .exited(0):
      for name in target.products where !scratch.holds(name) {
        throw failure("gnuplot wrote no \(name): \(scratch.programOutput)", "check the gnuplot installation")
      }
    case .notStarted(let code) where code == ENOENT:
      throw failure("the program \(program) was not found", install)
    case .notStarted(let code):
      throw failure("\(program) cannot be run: \(String(cString: strerror(code)))", install)
    case .timedOut:
      throw failure(
        "\(program) did not finish within \(timeout) s", "draw fewer curves or check the gnuplot installation")
    case .interrupted:
      throw failure("interrupted while drawing", "run the same line again")
    case .signaled(let signal):
      throw failure("\(program) ended by signal \(signal)", "check the gnuplot installation")
    case .exited(let status):
      let words = scratch.programOutput
      if words.contains("unknown or ambiguous terminal") {
        throw failure(
          "this gnuplot lacks the terminal '\(target.format.terminal)'",
          "\(install), or write an .svg, which every gnuplot can")
      }
      throw failure("gnuplot failed with status \(status): \(words)", "check the gnuplot installation")
    }
  }
}
