/// A stretch of a text: the bytes from `start` up to, not including, `end`.
public struct Span: Hashable, Sendable {
  /// The first byte.
  public let start: Int
  /// The byte after the last.
  public let end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// From the beginning of this stretch to the end of another.
  func joined(to other: Span) -> Span { Span(start, max(end, other.end)) }
}

/// A place in a text as people count: from 1.
public struct Position: Hashable, Comparable, Sendable {
  /// The line.
  public let line: Int
  /// The character of the line, in Unicode scalars; a tab is one.
  public let column: Int

  public static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}
