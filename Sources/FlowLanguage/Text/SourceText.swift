/// The bytes of a file, and where its lines are. Lines end with LF, CR LF or CR; a byte-order mark at the beginning is no
/// part of the first line.
public struct SourceText: Sendable {
  /// The name that messages print.
  public let name: String
  let bytes: [UInt8]
  private let lineStarts: [Int]

  init(_ bytes: [UInt8], name: String) {
    self.name = name
    self.bytes = bytes
    var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    for (offset, byte) in bytes.enumerated() {
      let endsWithCR = byte == 0x0D && (offset + 1 == bytes.count || bytes[offset + 1] != 0x0A)
      if byte == 0x0A || endsWithCR { starts.append(offset + 1) }
    }
    lineStarts = starts
  }

  /// Number of lines; a text that ends with a line end has an empty last one.
  public var lineCount: Int { lineStarts.count }

  /// The bytes of a line, without its end.
  func lineSpan(_ line: Int) -> Span {
    let start = lineStarts[line - 1]
    var end = line == lineCount ? bytes.count : lineStarts[line]
    if line < lineCount {
      end -= 1
      if end > start, bytes[end] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
    }
    return Span(start, max(start, end))
  }

  /// The line of a byte, from 1.
  func line(of offset: Int) -> Int {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// Where a byte stands.
  public func position(of offset: Int) -> Position {
    let line = line(of: offset)
    var (cursor, column) = (lineStarts[line - 1], 1)
    while cursor < min(offset, bytes.count) {
      cursor += scalar(at: cursor).length
      column += 1
    }
    return Position(line: line, column: column)
  }

  /// The text of a span; what is not UTF-8 is replaced.
  func text(_ span: Span) -> String { String(decoding: bytes[span.start..<span.end], as: UTF8.self) }

  /// The Unicode scalar that begins at a byte and its length; nil, of length 1, where the bytes are not UTF-8.
  func scalar(at offset: Int) -> (scalar: Unicode.Scalar?, length: Int) {
    let first = bytes[offset]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let (length, least): (Int, UInt32)
    switch first {
    case 0xC2...0xDF: (length, least) = (2, 0x80)
    case 0xE0...0xEF: (length, least) = (3, 0x800)
    case 0xF0...0xF4: (length, least) = (4, 0x10000)
    default: return (nil, 1)
    }
    guard offset + length <= bytes.count else { return (nil, 1) }
    var value = UInt32(first) & (0xFF >> UInt32(length + 1))
    for byte in bytes[offset + 1..<offset + length] {
      guard byte & 0xC0 == 0x80 else { return (nil, 1) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard value >= least, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
    return (scalar, length)
  }
}
