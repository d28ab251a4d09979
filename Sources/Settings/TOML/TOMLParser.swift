/// Parses TOML 1.0 as far as settings use it: tables, dotted and quoted keys, inline tables, strings, numbers, booleans,
/// lists of these and lists of such lists. Dates, deeper lists, tables in lists and arrays of tables are no setting's value and
/// refused as such. Every value keeps its line. Keys may be defined once, as TOML demands.
struct TOMLParser {
  /// The most parts a key may have, tables around it included: settings have three.
  static let depthLimit = 32

  /// A value, or a table that was written out (`[name]` or `{…}`), with its key and line.
  struct Entry {
    let path: [String]
    let line: Int
    /// nil for a table.
    let value: SettingValue?
  }

  /// Values and written-out tables in the order of the text.
  private(set) var entries: [Entry] = []

  private enum Node: Equatable {
    case value
    /// Stands before the last dot of a `[table.name]`; may still be written out.
    case implicit
    case header
    /// Made by a dotted key.
    case dotted
    /// Part of the inline table with that number, complete when its brace is closed.
    case inline(Int)
  }

  private var reader: TOMLReader
  private var nodes: [[String]: (node: Node, line: Int)] = [:]
  private var inlineTables = 0

  /// Parses `bytes`, valid UTF-8 without NUL bytes.
  init(_ bytes: [UInt8]) throws(TOMLRefusal) {
    reader = TOMLReader(bytes)
    var table: [String] = []
    while true {
      try reader.skipBlankLines()
      guard reader.current != nil else { return }
      if reader.stands("[[") {
        throw reader.refusal(
          "an array of tables, which no setting is", remedy: "write a table in single brackets, [name]")
      }
      if reader.take("[") {
        table = try key(below: [])
        guard reader.take("]") else {
          throw reader.refusal(
            "not valid TOML: expected ] after the table's name, found \(reader.described)", remedy: "write [name]")
        }
        try define(header: table)
        entries.append(Entry(path: table, line: reader.line, value: nil))
      } else {
        try keyAndValue(in: table, inline: nil)
      }
      try reader.finishLine()
    }
  }

  /// Reads a dotted key with the blanks around it; the result begins with `table`.
  private mutating func key(below table: [String]) throws(TOMLRefusal) -> [String] {
    var path = table
    repeat {
      reader.skipBlanks()
      path.append(try reader.keyPart())
      guard path.count <= Self.depthLimit else {
        throw reader.refusal(
          "keys or tables nested deeper than \(Self.depthLimit)",
          remedy: "write the setting's own dotted key, such as init.scale")
      }
      reader.skipBlanks()
    } while reader.take(".")
    return path
  }

  private mutating func keyAndValue(in table: [String], inline: Int?) throws(TOMLRefusal) {
    let line = reader.line
    let path = try key(below: table)
    guard reader.take("=") else {
      throw reader.refusal(
        "not valid TOML: expected = after the key \(quotedForMessage(path.suffix(1).joined())), found \(reader.described)",
        remedy: "write key = value")
    }
    reader.skipBlanks()
    for count in (table.count + 1)..<path.count { try define(dotted: Array(path.prefix(count)), inline: inline) }
    if let earlier = nodes[path] { throw redefinition(of: path, line: line, earlier: earlier.line) }
    if reader.take("{") {
      inlineTables += 1
      let number = inlineTables
      nodes[path] = (.inline(number), line)
      entries.append(Entry(path: path, line: line, value: nil))
      try inlineTable(at: path, number: number)
    } else {
      nodes[path] = (inline.map(Node.inline) ?? .value, line)
      let value = try value(of: path)
      nodes[path] = (.value, line)
      entries.append(Entry(path: path, line: line, value: value))
    }
  }

  private mutating func inlineTable(at path: [String], number: Int) throws(TOMLRefusal) {
    reader.skipBlanks()
    if reader.take("}") { return }
    while true {
      try keyAndValue(in: path, inline: number)
      reader.skipBlanks()
      if reader.take("}") { return }
      guard reader.take(",") else {
        throw reader.refusal(
          "not valid TOML: expected , or } in the table \(quotedForMessage(path.joined(separator: "."))), found "
            + reader.described, remedy: "write { key = value, key = value } on one line")
      }
    }
  }

  // MARK: Definitions

  private mutating func define(header path: [String]) throws(TOMLRefusal) {
    for count in 1..<path.count {
      let outer = Array(path.prefix(count))
      switch nodes[outer]?.node {
      case nil: nodes[outer] = (.implicit, reader.line)
      case .implicit, .header, .dotted: break
      case .value, .inline:
        throw redefinition(of: outer, line: reader.line, earlier: nodes[outer]?.line ?? reader.line)
      }
    }
    if let earlier = nodes[path], earlier.node != .implicit {
      throw redefinition(of: path, line: reader.line, earlier: earlier.line)
    }
    nodes[path] = (.header, reader.line)
  }

  private mutating func define(dotted path: [String], inline: Int?) throws(TOMLRefusal) {
    let node = inline.map(Node.inline) ?? .dotted
    switch nodes[path]?.node {
    case nil, .implicit?: nodes[path] = (node, reader.line)
    case node?: break
    default: throw redefinition(of: path, line: reader.line, earlier: nodes[path]?.line ?? reader.line)
    }
  }

  private func redefinition(of path: [String], line: Int, earlier: Int) -> TOMLRefusal {
    TOMLRefusal(
      line: line,
      problem: "not valid TOML: \(quotedForMessage(path.joined(separator: "."))) is already defined in line \(earlier)",
      remedy: "write each key and each table once")
  }

  // MARK: Values

  /// - Parameter depth: how many lists stand around it.
  private mutating func value(of path: [String], depth: Int = 0) throws(TOMLRefusal) -> SettingValue {
    guard depth < 2, reader.take("[") else { return try scalar(of: path, inList: depth > 0) }
    var items: [SettingValue] = []
    while true {
      try reader.skipBlankLines()
      if reader.take("]") { return .list(items) }
      items.append(try value(of: path, depth: depth + 1))
      try reader.skipBlankLines()
      if reader.take("]") { return .list(items) }
      guard reader.take(",") else {
        throw reader.refusal(
          "not valid TOML: expected , or ] in the list \(quotedForMessage(path.joined(separator: "."))), found "
            + reader.described, remedy: "write [1, 2]")
      }
    }
  }

  private mutating func scalar(of path: [String], inList: Bool) throws(TOMLRefusal) -> SettingValue {
    let name = path.joined(separator: ".")
    func unusable(_ found: String) -> TOMLRefusal {
      reader.refusal(
        "\(name): \(found) is no setting's value", remedy: "write a number, a text in quotes, or a list of them")
    }
    switch reader.current {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try reader.string())
    case UInt8(ascii: "[") where inList: throw unusable("a list inside a list of lists")
    case UInt8(ascii: "{") where inList: throw unusable("a table inside a list")
    default: break
    }
    let here = reader.described
    let text = reader.bareText()
    guard !text.isEmpty else {
      throw reader.refusal("not valid TOML: \(name) has no value before \(here)", remedy: "write key = value")
    }
    switch TOMLNumber.read(text) {
    case .value(let value): return value
    case .dateOrTime: throw unusable("a date or time")
    case .outOfRange(let range):
      throw reader.refusal("\(name): \(text) is outside the range of \(range)", remedy: "write a smaller number")
    case .nothing:
      throw reader.refusal(
        "not valid TOML: \(name): \(quotedForMessage(text)) is neither a number nor true nor false",
        remedy: "a text needs quotes: \"\(text.prefix(40))\"")
    }
  }
}
