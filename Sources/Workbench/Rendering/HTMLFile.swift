import ArrayFiles
import Models
import Presentation
import Verdicts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A report's page as a file.
package enum HTMLFile {
  /// Looks, before anything long runs, whether the page can be written.
  ///
  /// - Throws: ``Refusal`` for another ending or a folder that cannot be written.
  package static func check(_ path: String) throws(Refusal) {
    guard path.lowercased().hasSuffix(".html"), path.count > 5 else {
      throw Refusal("--report \(path): the ending does not say .html", remedy: "name a file that ends in .html")
    }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard access(folder, W_OK | X_OK) == 0 else {
      throw Refusal(
        "--report \(path): the folder \(folder) cannot be written: \(String(cString: strerror(errno)))",
        remedy: "make it, or choose another")
    }
  }

  /// Draws the report's figures and writes the page.
  ///
  /// - Parameter command: the words that made the report.
  /// - Throws: ``FileError`` if it cannot be written.
  package static func write(_ report: Report, to path: String, command: [String]) throws {
    let drawings = report.figures.enumerated().map { number, figure -> HTMLText.Drawing in
      do throws(FigureError) {
        return .drawn(
          try GnuplotSVG(figure, identifier: "figure", number: number, label: figure.title), title: figure.title)
      } catch {
        return .missing(title: figure.title, reason: "\(error.problem); \(error.remedy)")
      }
    }
    try AtomicFile.write(HTMLText.render(report, drawings: drawings, command: command), to: path)
  }
}
