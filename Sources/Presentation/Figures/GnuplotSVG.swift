import Verdicts

/// A figure as markup that can stand within a page: what gnuplot wrote, without what belongs to a file of its own, with names that no other
/// figure of the page has.
public struct GnuplotSVG: Sendable {
  /// The element `svg`.
  public let markup: String

  /// Draws a figure.
  ///
  /// - Parameters:
  ///   - identifier: letters and digits, of this figure alone on its page.
  ///   - label: what the figure shows, for those who do not see it.
  /// - Throws: ``FigureError`` as ``GnuplotWriter/write(_:to:width:caption:)`` does.
  public init(_ figure: Figure, identifier: StaticString, number: Int, label: String, width: FigureWidth = .page)
    throws(FigureError)
  {
    let scratch = try ScratchFolder(for: FigurePath("/tmp/figure.svg"))
    defer { scratch.remove() }
    let path = "\(scratch.path)/f.svg"
    try GnuplotWriter().write(figure, to: path, width: width)
    let text = String(decoding: startOfFile(path, count: 8 << 20), as: UTF8.self)
    guard let start = text.firstRange(of: "<svg"), let end = text.ranges(of: "</svg>").last else {
      throw FigureError(
        "a figure", "gnuplot wrote no picture", remedy: "check the gnuplot installation", isFileAccess: true)
    }
    var markup = String(text[start.lowerBound..<end.upperBound])
    for element in ["title", "desc"] {
      if let open = markup.firstRange(of: "<\(element)>"), let close = markup.firstRange(of: "</\(element)>") {
        markup.removeSubrange(open.lowerBound..<close.upperBound)
      }
    }
    let prefix = "\(identifier)\(number)-"
    let names = ["id=\"", "id='", "href='#", "href=\"#", "url(#"]
    for name in names {
      markup = markup.split(separator: name, omittingEmptySubsequences: false).joined(separator: name + prefix)
    }
    let safe = label.unicodeScalars.filter {
      !"<>&\"'".unicodeScalars.contains($0) && $0.properties.generalCategory != .control
    }
    if let name = markup.firstRange(of: "<svg ") {
      markup.replaceSubrange(name, with: "<svg role=\"img\" aria-label=\"\(String(String.UnicodeScalarView(safe)))\" ")
    }
    self.markup = markup
  }
}
