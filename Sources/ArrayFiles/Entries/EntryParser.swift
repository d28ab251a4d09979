/// The scanner behind ``EntryCSV``: one pass over the bytes, no strings.
struct EntryParser {
  private let bytes: UnsafeRawBufferPointer
  private let shape: [Int]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ bytes: UnsafeRawBufferPointer, shape: [Int]) {
    self.bytes = bytes
    self.shape = shape
  }

  private var header: String { shape.indices.map { "i\($0)," }.joined() + "value" }

  mutating func parse() throws(Malformation) -> EntryTable {
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    var end = bytes.count
    while end > position, isBlank(bytes[end - 1]) || isLineEnd(bytes[end - 1]) { end -= 1 }
    if end == position {
      throw Malformation("it is empty", remedy: "start it with the header '\(header)', then one entry a line")
    }
    try parseHeader(end: end)
    if position >= end {
      throw Malformation("there is no entry after the header", remedy: "give one entry a line", place: "line 2")
    }
    // Every entry takes at least two bytes a column: a bound that no file of empty lines can inflate.
    let lines = bytes[position..<end].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let capacity = min(lines, (end - position) / (2 * (shape.count + 1)) + 1)
    if capacity > Int(Int32.max) {
      throw Malformation("there are more than \(Int32.max) entries", remedy: "give fewer entries")
    }
    var indices: [Int32] = []
    var values: [Double] = []
    indices.reserveCapacity(capacity * shape.count)
    values.reserveCapacity(capacity)
    while position < end {
      line += 1
      lineStart = position
      if skipEmptyLine(end: end) { continue }
      for mode in shape.indices {
        indices.append(try index(mode, end: end))
        guard position < end, bytes[position] == UInt8(ascii: ",") else { throw columnCount(end: end) }
        position += 1
      }
      values.append(try value(end: end))
      if position < end { try skipLineEnd(end: end) }
    }
    return EntryTable(shape: shape, indices: indices, values: values)
  }

  private mutating func parseHeader(end: Int) throws(Malformation) {
    let start = position
    while position < end, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    var text = bytes[start..<position]
    if text.last == UInt8(ascii: "\r") { text = text.dropLast() }
    let squeezed = text.filter { !isBlank($0) }
    if position < end { position += 1 }
    if squeezed.elementsEqual(header.utf8) { return }
    var remedy = "the first line must be '\(header)' for the shape \(shapeText(shape))"
    if text.contains(UInt8(ascii: ";")) || text.contains(UInt8(ascii: "\t")) {
      remedy += ", with commas between the columns"
    } else if text.contains(UInt8(ascii: "\r")) {
      remedy += ", with lines ended by LF or CRLF"
    } else if text.contains(UInt8(ascii: "\"")) {
      remedy += ", without quotes"
    }
    throw Malformation("the header is \(quoted(text))", remedy: remedy, place: "line 1")
  }

  private mutating func index(_ mode: Int, end: Int) throws(Malformation) -> Int32 {
    while position < end, isBlank(bytes[position]) { position += 1 }
    let start = position
    var number = 0
    while position < end, case let digit = bytes[position] &- 0x30, digit < 10 {
      number = min(number * 10 + Int(digit), Int(Int32.max) + 1)
      position += 1
    }
    let digits = position - start
    while position < end, isBlank(bytes[position]) { position += 1 }
    let isField = position == end || bytes[position] == UInt8(ascii: ",") || isLineEnd(bytes[position])
    if digits > 0, isField, number < shape[mode] { return Int32(number) }
    throw badIndex(mode, start: start, end: end)
  }

  private func badIndex(_ mode: Int, start: Int, end: Int) -> Malformation {
    let text = field(from: start, end: end)
    let place = "line \(line)"
    if text.isEmpty, start >= end || isLineEnd(bytes[start]), mode == 0 {
      return Malformation("the line is empty", remedy: "remove it", place: place)
    }
    if columns(end: end) != shape.count + 1 { return columnCount(end: end) }
    let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text
    if !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) {
      return Malformation(
        "index \(String(decoding: text.prefix(40), as: UTF8.self)) in column i\(mode) is outside 0…\(shape[mode] - 1)",
        remedy: "indices count from 0; check them and the shape \(shapeText(shape))", place: place)
    }
    return Malformation(
      "\(quoted(text)) in column i\(mode) is not an integer", remedy: "write indices as 0, 1, 2, … without quotes",
      place: place)
  }

  private mutating func value(end: Int) throws(Malformation) -> Double {
    while position < end, isBlank(bytes[position]) { position += 1 }
    let start = position
    while position < end, bytes[position] != UInt8(ascii: ","), !isLineEnd(bytes[position]) { position += 1 }
    var stop = position
    while stop > start, isBlank(bytes[stop - 1]) { stop -= 1 }
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<stop])
    guard let value = parseDecimal(text) else {
      let word = String(decoding: text.prefix(10), as: UTF8.self).lowercased()
      let isMissing = ["", "nan", "-nan", "na", "n/a", "null", "none", "inf", "+inf", "-inf", "infinity", "-infinity"]
        .contains(word)
      throw Malformation(
        "the value \(quoted(text)) is not a finite number",
        remedy: isMissing
          ? "leave out the lines of entries that are not observed" : "write values as 0.25 or 2.5e-1, without quotes",
        place: "line \(line)")
    }
    guard value.isFinite else {
      throw Malformation(
        "the value \(quoted(text)) is beyond the largest double", remedy: "scale the data", place: "line \(line)")
    }
    return value
  }

  private func columns(end: Int) -> Int {
    var count = 1
    for byte in bytes[lineStart..<end] {
      if byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: ",") { count += 1 }
    }
    return count
  }

  private func columnCount(end: Int) -> Malformation {
    let count = columns(end: end)
    return Malformation(
      "\(count) column\(count == 1 ? "" : "s") where the header has \(shape.count + 1)",
      remedy: "give the columns \(header), with commas between them", place: "line \(line)")
  }

  private func field(from start: Int, end: Int) -> Slice<UnsafeRawBufferPointer> {
    let stop = bytes[start..<end].firstIndex { $0 == UInt8(ascii: ",") || isLineEnd($0) } ?? end
    var text = bytes[start..<stop]
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return text
  }

  /// From the end of the last field past LF or CRLF.
  private mutating func skipLineEnd(end: Int) throws(Malformation) {
    if bytes[position] == UInt8(ascii: ",") { throw columnCount(end: end) }
    if bytes[position] == UInt8(ascii: "\r") { position += 1 }
    guard position < end, bytes[position] == UInt8(ascii: "\n") else {
      throw Malformation(
        "a carriage return stands in the line", remedy: "end lines with LF or CRLF", place: "line \(line)")
    }
    position += 1
  }

  /// Past a line of blanks alone; false, and nothing read, where there is none.
  @inline(__always)
  private mutating func skipEmptyLine(end: Int) -> Bool {
    var next = position
    while next < end, isBlank(bytes[next]) { next += 1 }
    if next < end, bytes[next] == UInt8(ascii: "\r") { next += 1 }
    guard next < end, bytes[next] == UInt8(ascii: "\n") else { return false }
    position = next + 1
    return true
  }

  /// The lines on which two entries stand, by their numbers, in a file that was parsed.
  mutating func lines(of entries: (Int, Int)) -> (Int, Int) {
    (position, line) = (0, 1)
    var found = (0, 0)
    var entry = -1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
    while position < bytes.count, entry < max(entries.0, entries.1) {
      line += 1
      if skipEmptyLine(end: bytes.count) { continue }
      entry += 1
      if entry == entries.0 { found.0 = line }
      if entry == entries.1 { found.1 = line }
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      position += 1
    }
    return found
  }

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  @inline(__always)
  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }
}
