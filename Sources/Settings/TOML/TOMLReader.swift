/// Why a text is not TOML, or not TOML that settings can use, before the text's name is known.
struct TOMLRefusal: Error {
  let line: Int
  let problem: String
  let remedy: String
}

/// The bytes of a TOML text with a reading position: blanks, comments, keys and strings. It reads valid UTF-8 without
/// NUL bytes; the grammar is TOML 1.0's.
struct TOMLReader {
  /// The line of the reading position, from 1.
  private(set) var line = 1
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The byte at the reading position; nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  func refusal(_ problem: String, remedy: String) -> TOMLRefusal {
    TOMLRefusal(line: line, problem: problem, remedy: remedy)
  }

  /// Whether `text`, ASCII without line ends, stands at the reading position.
  func stands(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return bytes.count - position >= count && (0..<count).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
  }

  /// Passes over `text` if it stands here.
  mutating func take(_ text: StaticString) -> Bool {
    guard stands(text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Passes over a line end, LF or CRLF, if one stands here.
  mutating func takeLineEnd() -> Bool {
    guard take("\n") || take("\r\n") else { return false }
    line += 1
    return true
  }

  /// Passes over blanks and tabs.
  mutating func skipBlanks() {
    while let byte = current, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  /// Passes over blanks and a comment to the end of the line, and over that; throws where anything else stands.
  mutating func finishLine() throws(TOMLRefusal) {
    skipBlanks()
    try skipComment()
    guard current == nil || takeLineEnd() else {
      throw refusal(
        "not valid TOML: \(described) after the end of the value or table name",
        remedy: "begin a new line, or a comment with #")
    }
  }

  /// Passes over blanks, line ends and comments.
  mutating func skipBlankLines() throws(TOMLRefusal) {
    repeat {
      skipBlanks()
      try skipComment()
    } while takeLineEnd()
  }

  private mutating func skipComment() throws(TOMLRefusal) {
    guard take("#") else { return }
    while let byte = current, byte != UInt8(ascii: "\n"), !stands("\r\n") {
      try refuseControl(byte)
      position += 1
    }
  }

  private func refuseControl(_ byte: UInt8) throws(TOMLRefusal) {
    guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
      throw refusal("not valid TOML: a control character (code \(byte))", remedy: "remove it")
    }
  }

  /// What stands at the reading position, for messages.
  var described: String {
    guard let byte = current else { return "the end of the file" }
    if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return "the end of the line" }
    return quotedForMessage(String(decoding: bytes[position...].prefix(40), as: UTF8.self).prefix { !$0.isNewline })
  }

  /// Reads a run of bytes of which an unquoted value or key could consist.
  mutating func bareText() -> String {
    let start = position
    while let byte = current, isBareKeyByte(byte) || "+.:".utf8.contains(byte) || byte >= 0x80 { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Reads one part of a dotted key, bare or in quotes.
  mutating func keyPart() throws(TOMLRefusal) -> String {
    if stands("\"\"\"") || stands("'''") {
      throw refusal("not valid TOML: a key in triple quotes", remedy: "write the key without quotes")
    }
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") { return try string() }
    let start = position
    while let byte = current, isBareKeyByte(byte) { position += 1 }
    guard position > start else {
      throw refusal("not valid TOML: expected a key, found \(described)", remedy: "write key = value")
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: Strings

  /// Reads a string of any of the four kinds, whose opening quote stands here.
  mutating func string() throws(TOMLRefusal) -> String {
    let quote = current
    let isBasic = quote == UInt8(ascii: "\"")
    let isLong = take("\"\"\"") || take("'''")
    if isLong { _ = takeLineEnd() } else { position += 1 }
    let start = line
    var text: [UInt8] = []
    while let byte = current {
      if byte == quote {
        if !isLong {
          position += 1
          return String(decoding: text, as: UTF8.self)
        }
        if take("\"\"\"") || take("'''") {
          // Up to two more quotes belong to the text: """a"""" holds a".
          for _ in 0..<2 where current == quote {
            text.append(byte)
            position += 1
          }
          return String(decoding: text, as: UTF8.self)
        }
      }
      if isLong && takeLineEnd() {
        text.append(UInt8(ascii: "\n"))
        continue
      }
      if byte == UInt8(ascii: "\n") || stands("\r\n") { break }
      try refuseControl(byte)
      if isBasic && byte == UInt8(ascii: "\\") {
        if !(isLong && takeContinuation()) { text.append(contentsOf: try escape()) }
      } else {
        text.append(byte)
        position += 1
      }
    }
    throw TOMLRefusal(
      line: isLong ? start : line, problem: "not valid TOML: a text whose closing quote is missing",
      remedy: "close it, or write the text between triple quotes if it has several lines")
  }

  /// Passes over a backslash at the end of a line together with all blanks and line ends after it, if one stands here.
  private mutating func takeContinuation() -> Bool {
    var ahead = self
    ahead.position += 1
    ahead.skipBlanks()
    guard ahead.takeLineEnd() else { return false }
    repeat { ahead.skipBlanks() } while ahead.takeLineEnd()
    self = ahead
    return true
  }

  private mutating func escape() throws(TOMLRefusal) -> [UInt8] {
    position += 1
    let letter = current ?? 0
    let simple: [UInt8: UInt8] = [
      UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
      UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]
    if let byte = simple[letter] {
      position += 1
      return [byte]
    }
    let length = letter == UInt8(ascii: "u") ? 4 : letter == UInt8(ascii: "U") ? 8 : 0
    let digits = bytes[min(position + 1, bytes.count)...].prefix(length)
    guard length > 0, digits.count == length, digits.allSatisfy(isHexDigit),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
    else {
      throw refusal(
        "not valid TOML: an unknown escape in a text",
        remedy: "write \\\\ for a backslash, or the text in single quotes")
    }
    guard code != 0 else { throw refusal("a NUL character in a text", remedy: "remove the escape") }
    position += 1 + length
    return Array(String(Character(scalar)).utf8)
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

func isHexDigit(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80 }
