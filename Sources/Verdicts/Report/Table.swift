/// A number or a word in a table of evidence.
public enum Cell: Sendable, Equatable, Encodable {
  /// A finite number.
  case number(Double)
  /// A word, or a number that is not finite.
  case text(String)
  /// Nothing: null in JSON, blank in print.
  case none

  /// A number; its word where it is not finite, and nothing for nil.
  public init(_ value: Double?) { self = value.map { $0.isFinite ? .number($0) : .text(tableNumber($0)) } ?? .none }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    case .none: try container.encodeNil()
    }
  }
}

/// Numbers behind a verdict that are not a row per rung: a fit, a comparison with a closed form, a ladder of scales.
public struct Table: Sendable, Equatable {
  /// What the table is called where one of several is asked for: the title's letters and digits, joined by dashes.
  public var name: String {
    title.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
  }
  /// The heading; plain text.
  public let title: String
  /// One heading a column.
  public let columns: [String]
  /// The rows, each as long as ``columns``.
  public var rows: [[Cell]]

  /// A table with these rows, to which others may be appended.
  public init(_ title: String, columns: [String], rows: [[Cell]] = []) {
    self.title = title
    self.columns = columns
    self.rows = rows
  }
}

extension Table: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("name", name)
    try object.put("title", title)
    try object.put("columns", each: columns)
    try object.put("rows", each: rows)
  }
}
