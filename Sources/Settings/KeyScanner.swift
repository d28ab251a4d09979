/// Finds the line of every key of a TOML text, which the TOML parser does not tell.
///
/// It follows the text as TOML lexes it: tables, dotted and quoted keys, inline tables, arrays over several lines,
/// strings of all four kinds, comments. It is lenient and judges no syntax: it runs *before* the parser, reads
/// every valid text exactly, and simply stops where a text is malformed (the parser then says what is wrong there).
/// What the parser or its memory could not bear is refused here: nesting deeper than `depthLimit`, and NUL characters.
/// So are arrays of tables, which no setting is.
struct KeyScanner {
  /// A key from the outermost table down, each part unquoted and unescaped.
  typealias Path = [String]

  /// What the scanner itself refuses.
  struct Refusal: Error {
    let line: Int
    let problem: String
    let remedy: String
  }

  /// The most tables, parts of a dotted key or arrays that may stand inside one another.
  static let depthLimit = 32

  /// The line (from 1) on which each key and each table first stands.
  private(set) var lines: [Path: Int] = [:]

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// Scans `bytes`, valid UTF-8.
  init(_ bytes: [UInt8]) throws(Refusal) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    try scanDocument()
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func at(_ text: StaticString) -> Bool {
    guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[position + index] != text.utf8Start[index] { return false }
    return true
  }

  private mutating func advance() {
    if bytes[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  private mutating func skipBlanks() {
    while let byte = current, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  private mutating func skipToLineEnd() {
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipBlankLinesAndComments() {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      case UInt8(ascii: "#"): skipToLineEnd()
      default: return
      }
    }
  }

  private mutating func record(_ path: Path, line: Int) {
    for count in 1..<(path.count + 1) {
      let prefix = Array(path.prefix(count))
      if lines[prefix] == nil { lines[prefix] = line }
    }
  }

  private mutating func scanDocument() throws(Refusal) {
    var table: Path = []
    while true {
      skipBlankLinesAndComments()
      guard let byte = current else { return }
      let start = line
      if byte == UInt8(ascii: "[") {
        position += 1
        if current == UInt8(ascii: "[") {
          throw Refusal(
            line: start, problem: "an array of tables, which no setting is",
            remedy: "write a table in single brackets, [name]")
        }
        guard let path = try scanKey(below: 0) else { return }
        table = path
        record(table, line: start)
      } else {
        guard let path = try scanKey(below: table.count), current == UInt8(ascii: "=") else { return }
        position += 1
        record(table + path, line: start)
        guard try scanValue(of: table + path, depth: table.count + path.count) else { return }
      }
      skipToLineEnd()
    }
  }

  /// Reads a dotted key and the blanks after it; nil where no key stands.
  private mutating func scanKey(below depth: Int) throws(Refusal) -> Path? {
    var path: Path = []
    while true {
      skipBlanks()
      switch current {
      case UInt8(ascii: "\""):
        guard let part = try scanString(UInt8(ascii: "\"")) else { return nil }
        path.append(part)
      case UInt8(ascii: "'"):
        guard let part = try scanString(UInt8(ascii: "'")) else { return nil }
        path.append(part)
      default:
        let start = position
        while let byte = current, isBareKeyByte(byte) || byte >= 0x80 { position += 1 }
        guard position > start else { return nil }
        path.append(String(decoding: bytes[start..<position], as: UTF8.self))
      }
      try checkDepth(depth + path.count)
      skipBlanks()
      guard current == UInt8(ascii: ".") else { return path }
      position += 1
    }
  }

  /// Passes over a value, recording the keys of inline tables; false where the text is malformed.
  private mutating func scanValue(of path: Path, depth: Int) throws(Refusal) -> Bool {
    try checkDepth(depth)
    skipBlanks()
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let quote = bytes[position]
      if at("\"\"\"") || at("'''") { return try skipLongString(quote) }
      return try scanString(quote) != nil
    case UInt8(ascii: "["):
      position += 1
      while true {
        skipBlankLinesAndComments()
        if current == UInt8(ascii: "]") { break }
        guard try scanValue(of: [], depth: depth + 1) else { return false }
        skipBlankLinesAndComments()
        if current == UInt8(ascii: "]") { break }
        guard current == UInt8(ascii: ",") else { return false }
        position += 1
      }
      position += 1
      return true
    case UInt8(ascii: "{"):
      position += 1
      while true {
        skipBlankLinesAndComments()
        if current == UInt8(ascii: "}") { break }
        let start = line
        guard let key = try scanKey(below: depth), current == UInt8(ascii: "=") else { return false }
        position += 1
        // Tables inside arrays have no path of their own; an empty one marks them.
        let inner = path.isEmpty ? [] : path + key
        if !inner.isEmpty { record(inner, line: start) }
        guard try scanValue(of: inner, depth: depth + key.count) else { return false }
        skipBlankLinesAndComments()
        if current == UInt8(ascii: "}") { break }
        guard current == UInt8(ascii: ",") else { return false }
        position += 1
      }
      position += 1
      return true
    default:
      let start = position
      while let byte = current, !",]}#\n".utf8.contains(byte) { position += 1 }
      return position > start
    }
  }

  /// Reads a one-line string from its opening quote past its closing one, resolving escapes in a basic string.
  private mutating func scanString(_ quote: UInt8) throws(Refusal) -> String? {
    position += 1
    var text: [UInt8] = []
    while let byte = current, byte != UInt8(ascii: "\n") {
      if byte == quote {
        position += 1
        return String(decoding: text, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") {
        text.append(contentsOf: try scanEscape())
      } else {
        text.append(byte)
        position += 1
      }
    }
    return nil
  }

  /// Passes over a string in triple quotes; false when it is not closed.
  private mutating func skipLongString(_ quote: UInt8) throws(Refusal) -> Bool {
    position += 3
    var quotes = 0
    while let byte = current {
      if byte == quote {
        quotes += 1
        position += 1
        if quotes == 3 {
          // Up to two quotes more belong to the string's own end: """a"""" holds a".
          for _ in 0..<2 where current == quote { position += 1 }
          return true
        }
        continue
      }
      quotes = 0
      if byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") { _ = try scanEscape() } else { advance() }
    }
    return false
  }

  /// Reads an escape from its backslash and returns the bytes it stands for (none for those TOML does not know).
  private mutating func scanEscape() throws(Refusal) -> [UInt8] {
    position += 1
    guard let letter = current else { return [] }
    if letter != UInt8(ascii: "\n") { position += 1 }
    switch letter {
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
      let length = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
      let digits = bytes[position..<min(position + length, bytes.count)]
      guard digits.count == length, let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
        return []
      }
      guard code != 0 else {
        throw Refusal(line: line, problem: "a NUL character in a text", remedy: "remove the escape")
      }
      position += length
      return Unicode.Scalar(code).map { Array(String($0).utf8) } ?? []
    default: return []
    }
  }

  private func checkDepth(_ depth: Int) throws(Refusal) {
    guard depth <= Self.depthLimit else {
      throw Refusal(
        line: line, problem: "keys, tables or arrays nested deeper than \(Self.depthLimit)",
        remedy: "write the setting's own dotted key, such as init.scale")
    }
  }
}

/// Whether `byte` may stand in an unquoted TOML key.
func isBareKeyByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
    true
  default: false
  }
}
