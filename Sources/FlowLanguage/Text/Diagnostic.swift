/// What is wrong with a line of a file: where, what, and what to write instead.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's name, as it was given.
  public let file: String
  /// Where the error begins.
  public let position: Position
  /// What is wrong, naming the value.
  public let message: String
  /// What to try instead, if that is known.
  public let hint: String?
  /// The line, or the part of a long one around the place, and below it a line with `^` under the place. Tabs are shown as
  /// spaces, characters that a terminal would act on as U+FFFD.
  public let excerpt: String

  /// `file:line:column: message (hint)`.
  public var description: String {
    "\(printable(file, atMost: 200)):\(position.line):\(position.column): \(statement)"
  }

  /// `message (hint)`.
  var statement: String { message + (hint.map { " (\($0))" } ?? "") }

  /// The description, and below it the excerpt, indented.
  public var text: String {
    description + excerpt.split(separator: "\n", omittingEmptySubsequences: false).map { "\n  " + $0 }.joined()
  }

  init(_ problem: Problem, in source: SourceText) {
    file = source.name
    position = source.position(of: problem.span.start)
    message = problem.message
    hint = problem.hint
    excerpt = Self.excerpt(of: source, at: position)
  }

  /// Widest excerpt, in characters.
  private static let width = 100

  private static func excerpt(of source: SourceText, at position: Position) -> String {
    let span = source.lineSpan(position.line)
    let skipped = position.column > width * 3 / 4 ? position.column - width / 2 : 0
    var (cursor, column) = (span.start, 0)
    var line = String.UnicodeScalarView()
    var caret = ""
    if skipped > 0 {
      line.append("…")
      caret += " "
    }
    while cursor < span.end {
      let (scalar, length) = source.scalar(at: cursor)
      cursor += length
      column += 1
      if column <= skipped { continue }
      if column > skipped + width {
        line.append("…")
        break
      }
      line.append(scalar == "\t" ? " " : scalar.map(shown) ?? "\u{FFFD}")
      let takesNoCell = scalar?.properties.generalCategory == .nonspacingMark
      if column < position.column, !takesNoCell { caret += " " }
    }
    return String(line) + "\n" + caret + "^"
  }
}

/// An error as it is thrown inside the front end: a stretch of the text and words.
struct Problem: Error {
  let span: Span
  let message: String
  let hint: String?

  init(_ span: Span, _ message: String, hint: String? = nil) {
    self.span = span
    self.message = message
    self.hint = hint
  }
}
