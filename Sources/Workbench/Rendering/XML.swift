import Presentation

/// An element of XML or HTML, or a text: markup comes from names that stand in the program, and every text is escaped where it is
/// rendered, so that no text of a user's can become markup.
package indirect enum XML: Sendable {
  /// An element with attributes in this order.
  case element(StaticString, [(name: StaticString, value: String)], [XML])
  /// Text, which is escaped when it is rendered.
  case text(String)
  /// A style sheet, which stands in the program.
  case style(StaticString)
  /// A picture that gnuplot drew.
  case picture(GnuplotSVG)

  /// An element.
  package init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ children: [XML] = [],
    text: String? = nil
  ) {
    self = .element(name, attributes.map { ($0, $1) }, children + (text.map { [.text($0)] } ?? []))
  }

  /// The markup as XML. Elements without anything in them are closed at once.
  package func rendered() -> String {
    var result = ""
    write(to: &result, isHTML: false)
    return result
  }

  /// The markup as HTML, where only some elements have no end.
  package func renderedHTML() -> String {
    var result = ""
    write(to: &result, isHTML: true)
    return result
  }

  /// The element itself, or an element around a text.
  var named: XML {
    if case .element = self { self } else { XML("mrow", [:], [self]) }
  }

  private static let voids: Set<String> = ["meta", "br", "hr", "img", "link"]

  private func write(to result: inout String, isHTML: Bool) {
    switch self {
    case .text(let text): result += Self.escaped(text)
    case .style(let sheet): result += "\(sheet)"
    case .picture(let picture): result += picture.markup
    case .element(let name, let attributes, let children):
      result += "<\(name)"
      for (name, value) in attributes { result += " \(name)=\"\(Self.escaped(value))\"" }
      if isHTML, Self.voids.contains("\(name)") {
        result += ">"
        return
      }
      guard isHTML || !children.isEmpty else {
        result += "/>"
        return
      }
      result += ">"
      for child in children { child.write(to: &result, isHTML: isHTML) }
      result += "</\(name)>"
    }
  }

  /// Text in which nothing is markup, within and outside of quotes. Characters that XML does not allow are blanks.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.properties.generalCategory == .control || scalar.value & 0xFFFE == 0xFFFE: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
