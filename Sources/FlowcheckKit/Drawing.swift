import Presentation
import Verdicts
import Workbench

/// Figures of saved results as files.
enum Drawing {
  /// The file of a figure: `FILE-NAME.svg` for `FILE.svg` where there are several.
  static func path(_ name: String, among count: Int, _ plot: String) -> String {
    guard count > 1, let dot = plot.lastIndex(of: "."), !plot[dot...].contains("/") else { return plot }
    return plot[..<dot] + "-\(name)" + plot[dot...]
  }

  /// Draws a figure with its caption, and says what is not shown.
  static func write(_ figure: Figure, notes: [String] = [], to path: String, width: FigureWidth) throws {
    let left = try GnuplotWriter().write(
      figure, to: path, width: width,
      caption: "\(figure.heading)\nflowcheck \(Version.text): \(ShellText.line(ShellText.invocation))")
    for note in notes + left { Console.complain("note: \(Console.presentable(note))") }
  }
}
