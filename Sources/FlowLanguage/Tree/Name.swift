/// A name as it was written. Where something stands is no part of what it says: two names are equal when their texts are, and
/// so are all other nodes of the tree.
public struct Name: Equatable, Sendable {
  /// What was written.
  public let text: String
  /// Where it stands.
  public let span: Span

  /// A name at a place.
  public init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }

  public static func == (a: Name, b: Name) -> Bool { a.text == b.text }
}
