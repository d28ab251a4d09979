/// Reads a JSON text strictly (RFC 8259): UTF-8, no key twice, nothing behind the value, at most 64 levels deep, integers only.
package struct JSONParser {
  private let bytes: [UInt8]
  private var place = 0

  /// What is wrong with a text.
  package struct Problem: Error { let message: String }

  private static let depthLimit = 64

  package static func parse(_ bytes: [UInt8]) throws(Problem) -> JSONTree {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw Problem(message: "the file is not UTF-8") }
    var parser = JSONParser(bytes: bytes)
    let tree = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == bytes.count else { throw parser.problem("something stands behind the JSON value") }
    return tree
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ message: String) -> Problem { Problem(message: "\(message) at byte \(place)") }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard place + count <= bytes.count else { return false }
    for k in 0..<count where bytes[place + k] != word.utf8Start[k] { return false }
    place += count
    return true
  }

  private mutating func value(depth: Int) throws(Problem) -> JSONTree {
    guard depth < Self.depthLimit else { throw problem("values nest more than \(Self.depthLimit) deep") }
    skipSpace()
    guard place < bytes.count else { throw problem("the JSON text ends early") }
    switch bytes[place] {
    case UInt8(ascii: "{"):
      place += 1
      return .object(try members(depth: depth))
    case UInt8(ascii: "["):
      place += 1
      var elements: [JSONTree] = []
      if take(UInt8(ascii: "]")) { return .list([]) }
      repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "]")) else { throw problem("a list has no end") }
      return .list(elements)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer())
    default:
      if take("true") { return .flag(true) }
      if take("false") { return .flag(false) }
      if take("null") { return .null }
      throw problem("no JSON value")
    }
  }

  private mutating func members(depth: Int) throws(Problem) -> [JSONTree.Member] {
    var members: [JSONTree.Member] = []
    var keys: Set<[UInt8]> = []
    if take(UInt8(ascii: "}")) { return [] }
    repeat {
      skipSpace()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw problem("a key was expected") }
      let key = try text()
      guard keys.insert(Array(key.utf8)).inserted else { throw problem("a key stands twice") }
      guard take(UInt8(ascii: ":")) else { throw problem("':' was expected") }
      members.append(.init(key: key, value: try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw problem("an object has no end") }
    return members
  }

  private mutating func integer() throws(Problem) -> Int {
    let start = place
    if bytes[place] == UInt8(ascii: "-") { place += 1 }
    let digits = place
    while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
    let isShort = place - digits <= 19 && place > digits
    guard isShort, bytes[digits] != 48 || place == digits + 1,
      let value = Int(String(decoding: bytes[start..<place], as: UTF8.self)), value != 0 || digits == start
    else { throw problem("no integer of 64 bits") }
    if place < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place]) {
      throw problem("a number that is no integer")
    }
    return value
  }

  private mutating func text() throws(Problem) -> String {
    place += 1
    var result: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"): result.append(contentsOf: String(Character(try escaped())).utf8)
      case 0..<0x20: throw problem("a control character in a text")
      default: result.append(byte)
      }
    }
    throw problem("a text has no end")
  }

  private mutating func escaped() throws(Problem) -> Unicode.Scalar {
    guard place < bytes.count else { throw problem("a text has no end") }
    place += 1
    switch bytes[place - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code), take("\\u") {
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw problem("half a character") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw problem("half a character") }
      return scalar
    default: throw problem("no escape")
    }
  }

  private mutating func hexadecimal() throws(Problem) -> UInt32 {
    guard place + 4 <= bytes.count else { throw problem("a text has no end") }
    var code: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw problem("no escape") }
      code = code << 4 | UInt32(digit)
    }
    place += 4
    return code
  }
}
