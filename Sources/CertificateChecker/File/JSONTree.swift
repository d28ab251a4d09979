/// A JSON text as a tree, of the kind that certificates are made of: numbers are integers of at most 64 bits.
///
/// The canonical text of a tree has its keys in the order of their UTF-8 bytes, no white space, and escapes only where JSON asks for
/// them; equal trees have equal canonical texts, which is what a digest is taken of.
package enum JSONTree: Equatable {
  case null
  case flag(Bool)
  case integer(Int)
  case text(String)
  case list([JSONTree])
  case object([Member])

  /// A key and its value.
  package struct Member: Equatable {
    package let key: String
    package let value: JSONTree
  }

  /// The value of a key.
  package subscript(key: String) -> JSONTree? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The canonical text.
  package var canonical: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes, indent: nil)
    return bytes
  }

  /// The text that people read: one member or element a line.
  package var indented: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes, indent: 0)
    bytes.append(0x0A)
    return bytes
  }

  private func write(into bytes: inout [UInt8], indent: Int?) {
    func newLine(_ depth: Int) {
      guard let indent else { return }
      bytes.append(0x0A)
      bytes.append(contentsOf: [UInt8](repeating: 0x20, count: 2 * (indent + depth)))
    }
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: "\(value)".utf8)
    case .text(let text): Self.write(text, into: &bytes)
    case .list(let elements):
      bytes.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(1)
        element.write(into: &bytes, indent: indent.map { $0 + 1 })
      }
      if !elements.isEmpty { newLine(0) }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (place, member) in sorted.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(1)
        Self.write(member.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if indent != nil { bytes.append(0x20) }
        member.value.write(into: &bytes, indent: indent.map { $0 + 1 })
      }
      if !members.isEmpty { newLine(0) }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
