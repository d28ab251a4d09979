/// A JSON object while it is written. One type of key serves every report: an enumeration of keys would be compiled for each of
/// them, with all that keys can do.
package final class ReportObject {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private var container: KeyedEncodingContainer<Key>

  package init(_ encoder: any Encoder) { container = encoder.container(keyedBy: Key.self) }

  // Out of line, so that a value takes one call where it is written.

  /// Writes a number; nothing for nil.
  @inline(never)
  package func put(_ name: String, _ value: Double?) throws {
    if let value { try container.encode(value, forKey: Key(stringValue: name)) }
  }

  /// Writes an integer; nothing for nil.
  @inline(never)
  package func put(_ name: String, _ value: Int?) throws {
    if let value { try container.encode(value, forKey: Key(stringValue: name)) }
  }

  /// Writes a truth value.
  @inline(never)
  package func put(_ name: String, _ value: Bool) throws {
    try container.encode(value, forKey: Key(stringValue: name))
  }

  /// Writes a text; nothing for nil.
  @inline(never)
  package func put(_ name: String, _ value: String?) throws {
    if let value { try container.encode(value, forKey: Key(stringValue: name)) }
  }

  /// Writes anything else.
  @inline(never)
  package func put(_ name: String, each value: any Encodable) throws {
    try container.encode(value, forKey: Key(stringValue: name))
  }
}
