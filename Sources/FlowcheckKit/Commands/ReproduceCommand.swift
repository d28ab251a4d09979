import ArgumentParser
import Models
import Presentation
import Workbench

/// `flowcheck reproduce`.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Runs published experiments and puts what is measured beside what is expected.",
    discussion: """
      Each experiment is a file of the folder experiments: settings that its parts
      share, what each part sets besides (a grid as in 'flowcheck sweep'), and the
      outcomes that are expected, with tolerance and source. --list shows them;
      'all' runs every one; --quick takes fewer seeds and leaves out what is long.
      --set changes a setting of every part, such as problem.data-seed=1..6 for other
      targets; --data takes a tensor or matrix of your own as the target.

      With --output every finished point is kept in DIR/ID/PART, a directory that
      'flowcheck summarize' and 'flowcheck plot' read, and the same line goes on
      after an interruption.

      A file of your own is named by its path. It says
        [reproduction]
        title = "rank one from small starts"
        source = "ours"
        quick = ["init.seed=1"]      settings of --quick, where it has any
        [problem] …                  settings of all parts
        [part.deep]
        set = ["problem.depth=3", "init.scale=1e-1,1e-2"]
        full = true                  left out by --quick (default: false)
        [outcome.error]
        part = "deep"
        quantity = "reconstruction_error"
        of = "median"                or least, largest; above = 0.5 in its place:
                                     the share of points above; holds = "claim" in
                                     place of a quantity: the share where it holds
        at-most = 1e-3               or at-least, or expected with tolerance = or
                                     relative =
        where = ["init.scale=1e-1"]  which points of the part; default: all; of
                                     "init.seed=1,2" either one
        source = "Theorem 1"

        [figure.norms]               drawn by --plot and into --report
        draws = "norms"              a figure of 'flowcheck plot'
        parts = ["deep"]             default: all
        where = ["init.scale=1e-1"]  as of an outcome
        of = "final_loss"            the quantity of the figure summary

      Exit status 0 where all outcomes are as expected, 1 where one is not, 2 where
      one could not be measured.

      Example:
        flowcheck reproduce A2 --quick
      """)

  @Argument(help: ArgumentHelp("Names such as A1, all, or files .toml.", valueName: "id"))
  var names: [String] = []
  @Flag(help: "List the experiments.")
  var list = false
  @Flag(help: "Take fewer seeds, and leave out what is long.")
  var quick = false
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A setting of every part; wins over the file. Repeatable.", valueName: "key=value"))
  var assignments: [String] = []
  @Option(
    help: ArgumentHelp("Your own target in place of a generated one, as problem.data takes it.", valueName: "file"))
  var data: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Points run at once (default: as many as there are processors).", valueName: "n"))
  var jobs: Int?
  @OptionGroup(title: "Output") var output: PointOutputOptions
  @Option(
    help: ArgumentHelp(
      "Draw the experiments' figures (.svg, .pdf, .tex or .png), as FILE-ID-NAME where there are several.",
      valueName: "file"))
  var plot: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("column (8 cm, default), page (17 cm) or centimetres.", valueName: "width"))
  var figureWidth: String?

  func validate() throws {
    guard list || !names.isEmpty else { throw ValidationError("no experiment; name one, or see --list") }
    try SweepOptions.check(jobs: jobs)
    guard plot != "" else { throw ValidationError("--plot was given an empty name; name a file") }
    try ReportOptions.check(width: figureWidth)
    guard figureWidth == nil || plot != nil else {
      throw ValidationError("--figure-width says how wide a figure is; add --plot")
    }
  }

  func run() throws {
    let folder = ReproductionFolder(program: Console.program)
    if list {
      for file in folder.files { try Console.print("\(file.name)  \(file.heading)") }
      return
    }
    let reproductions = try folder.paths(names).map {
      try Reproduction(file: $0, isQuick: quick, assignments: assignments, data: data)
    }
    guard Set(reproductions.map(\.name)).count == reproductions.count else {
      throw Refusal("an experiment is named twice", remedy: "name each once", settings: [])
    }
    var request = SweepRequest()
    request.directory = output.output
    request.force = output.force
    request.jobs = jobs ?? SweepOptions.usualJobs
    request.verbose = output.verbose
    let run = ReproductionRun(reproductions, request, draws: plot != nil || output.format.report != nil)
    let names = run.figureNames
    if let plot {
      guard !names.isEmpty else {
        throw Refusal(
          "\(reproductions.map(\.name).joined(separator: ", ")): no figure is described", remedy: "drop --plot",
          settings: [])
      }
      for name in names { try GnuplotWriter().check(Drawing.path(name, among: names.count, plot)) }
    }
    let ending = try run.run()
    for (name, figure) in ending.figures {
      guard let plot else { break }
      try Drawing.write(
        figure, to: Drawing.path(name, among: names.count, plot), width: ReportOptions.width(figureWidth))
    }
    if let failure = ending.failure {
      try output.format.print(ending.report)
      throw failure
    }
    try output.format.end(with: ending.report, exitZero: output.exitZero)
  }
}
