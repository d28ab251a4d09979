import ArgumentParser
import Models
import Presentation
import Workbench

/// `flowcheck plot`.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws figures from saved results, of several runs on one pair of axes; runs nothing.",
    discussion: """
      Directories are those that --output wrote, or a sweep's, of which all finished
      points are taken. --figure names one of

      \(figures)

      or a figure of the reports themselves: drift (along the flow, by rtol, above
      roundoff and beside a rejected control), evidence (the claim's own), trajectory
      (loss and norms), components (each followed as itself), alignment (of these with
      −∇L(W), for completions by cp), gap, gap-time, gap-scaled (descent and flow),
      ranks. Without --figure it lists what there is.
      Losses fall to the right. Several are drawn as NAME-FIGURE.svg for --plot NAME.svg.

      Examples:
        flowcheck plot out
        flowcheck plot out --figure summary --of final_loss --plot summary.svg
      """)

  /// The figures of saved results, a few lines each.
  private static var figures: String {
    SavedFigures.help.map { name, text in
      var lines = [""]
      for word in text.split(separator: " ") {
        if lines[lines.count - 1].count + word.count > 54 { lines.append("") }
        lines[lines.count - 1] += lines[lines.count - 1].isEmpty ? word : " \(word)"
      }
      let name = name + String(repeating: " ", count: max(1, 22 - name.count))
      return "  " + name + lines.joined(separator: "\n" + String(repeating: " ", count: 24))
    }.joined(separator: "\n")
  }

  @Argument(help: ArgumentHelp("Directories of runs or sweeps.", valueName: "dir"))
  var directories: [String]
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("The figure; repeatable, or separated by commas.", valueName: "name"))
  var figure: [String] = []
  @Option(help: ArgumentHelp("The quantity of the figure summary.", valueName: "name"))
  var of: String?
  @Option(help: ArgumentHelp("The file (.svg, .pdf, .tex or .png).", valueName: "file"))
  var plot: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("column (8 cm, default), page (17 cm) or centimetres.", valueName: "width"))
  var figureWidth: String?

  func validate() throws {
    try ReportOptions.check(width: figureWidth)
    guard figure.isEmpty == (plot == nil) else {
      throw ValidationError("--figure and --plot belong together: what is drawn, and where; add the other one")
    }
  }

  func run() throws {
    let saved = try SavedFigures(directories)
    guard let plot else {
      for name in saved.names { try Console.print(name) }
      return
    }
    let names = figure.flatMap { $0.split(separator: ",").map(String.init) }
    let width = ReportOptions.width(figureWidth)
    func path(_ name: String) -> String { Drawing.path(name, among: names.count, plot) }
    for name in names { try GnuplotWriter().check(path(name)) }
    for name in names {
      let (figure, notes) = try saved.figure(name, quantity: of)
      try Drawing.write(figure, notes: notes, to: path(name), width: width)
    }
  }
}
