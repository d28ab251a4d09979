import ArgumentParser
import Workbench

/// `flowcheck summarize`.
struct SummarizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Prints the summary of a sweep's directory, finished or not.",
    discussion: """
      Verdicts are counted, and numbers given as medians with quartiles over seeds,
      for every other combination of settings; each point that is not as expected
      stands with the line that runs it again. --format csv, latex or json gives the
      same tables. --junit writes the verdicts for a build server, also those of a
      sweep that a cluster ran.

      Exit status as 'flowcheck sweep': 0 where all verdicts are as expected, 1
      where one contradicts what was expected, 2 where one is inconclusive or
      vacuous instead or a point is missing.

      Example:
        flowcheck summarize out --format latex
      """)

  @Argument(help: ArgumentHelp("A directory that 'flowcheck sweep --output' wrote.", valueName: "dir"))
  var directory: String
  @OptionGroup(title: "Output") var format: FormatOptions
  @OptionGroup(title: "Output") var cases: JUnitOptions
  @Flag(help: "Exit with status 0 even if verdicts are not as expected.")
  var exitZero = false

  func run() throws {
    let summary = try SweepSummary(directory: directory)
    if let file = cases.junit { try summary.writeJUnit(to: file) }
    try format.end(with: summary.report("summarize"), exitZero: exitZero)
  }
}
