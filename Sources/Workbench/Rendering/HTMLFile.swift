import ArrayFiles
import Models
import Presentation
import Verdicts

/// A report's page as a file.
package enum HTMLFile {
  /// Looks, before anything long runs, whether the page can be written.
  ///
  /// - Throws: ``Refusal`` for another ending or a place that cannot be written.
  package static func check(_ path: String) throws(Refusal) {
    guard path.lowercased().hasSuffix(".html"), path.count > 5 else {
      throw Refusal("--report \(path): the ending does not say .html", remedy: "name a file that ends in .html")
    }
    try FilePlace.check(path, flag: "--report")
  }

  /// Draws the report's figures and writes the page.
  ///
  /// - Parameter command: the words that made the report.
  /// - Throws: ``FileError`` if it cannot be written.
  package static func write(_ report: some Printable, to path: String, command: [String]) throws {
    let drawings = report.figures.enumerated().map { number, figure -> HTMLText.Drawing in
      do throws(FigureError) {
        return .drawn(
          try GnuplotSVG(figure, identifier: "figure", number: number, label: figure.heading), title: figure.heading)
      } catch {
        return .missing(title: figure.heading, reason: "\(error.problem); \(error.remedy)")
      }
    }
    try AtomicFile.write(HTMLText.render(report, drawings: drawings, command: command), to: path)
  }
}
