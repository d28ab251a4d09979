/// A matrix as comma-separated text: one row a line, finite numbers separated by commas, the same number of them in every line.
///
/// The first line that is not empty may name the columns; it is taken for a header if every field of it begins with a letter or a quote and none is
/// a word for a missing number, such as `nan`. Lines end in LF or CRLF; blanks around fields, a UTF-8 byte order mark at the start
/// and empty lines are allowed; other separators and comments are not.
public enum MatrixCSV {
  /// Reads a rows × columns array.
  ///
  /// - Throws: ``FileError``; `malformed` with the line for what is no finite number and for a line of another length, and for
  ///   files without numbers or above `memoryLimit` bytes.
  public static func read(_ path: String, memoryLimit: Int = defaultFileMemoryLimit) throws(FileError) -> DenseArray {
    try parse(try FileBytes.read(path, memoryLimit: memoryLimit), name: path)
  }

  /// Reads a matrix from bytes; `name` is what errors call the file.
  public static func parse(_ bytes: [UInt8], name: String = "CSV bytes") throws(FileError) -> DenseArray {
    do throws(Malformation) {
      return try withRawBytes(bytes) { (raw) throws(Malformation) in
        var parser = MatrixParser(raw)
        return try parser.parse()
      }
    } catch { throw error.inFile(name) }
  }
}

/// The scanner behind ``MatrixCSV``.
private struct MatrixParser {
  private let bytes: UnsafeRawBufferPointer
  private var line = 0
  private var hasBegun = false
  private var values: [Double] = []
  private var columns = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func parse() throws(Malformation) -> DenseArray {
    var position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var end = bytes.count
    while end > position, Self.isBlank(bytes[end - 1]) || bytes[end - 1] == 0x0a || bytes[end - 1] == 0x0d { end -= 1 }
    while position < end {
      let stop = bytes[position..<end].firstIndex(of: 0x0a) ?? end
      line += 1
      try take(position..<stop)
      position = stop + 1
    }
    guard columns > 0 else {
      throw Malformation("there is no row of numbers", remedy: "write one row a line, numbers separated by commas")
    }
    return DenseArray(shape: [values.count / columns, columns], values: values)
  }

  /// One line, without its LF.
  private mutating func take(_ range: Range<Int>) throws(Malformation) {
    var fields: [Range<Int>] = []
    var start = range.lowerBound
    let stop = range.upperBound > start && bytes[range.upperBound - 1] == 0x0d ? range.upperBound - 1 : range.upperBound
    for position in start...stop where position == stop || bytes[position] == UInt8(ascii: ",") {
      fields.append(trimmed(start..<position))
      start = position + 1
    }
    if fields.count == 1, fields[0].isEmpty { return }
    defer { hasBegun = true }
    if !hasBegun, fields.allSatisfy(isName) { return }
    if columns == 0 { columns = fields.count }
    guard fields.count == columns else {
      throw Malformation(
        "\(fields.count) number\(fields.count == 1 ? "" : "s") where other rows have \(columns)",
        remedy: "give every row \(columns) numbers, separated by commas", place: "line \(line)")
    }
    for (column, field) in fields.enumerated() {
      let text = UnsafeRawBufferPointer(rebasing: bytes[field])
      guard let value = parseDecimal(text), value.isFinite else {
        throw Malformation(
          "\(quoted(text)) in column \(column) is not a finite number",
          remedy: "write numbers as 0.25 or 2.5e-1, and leave out rows with missing ones", place: "line \(line)")
      }
      values.append(value)
    }
  }

  /// Whether a field of the first line is a column's name.
  private func isName(_ field: Range<Int>) -> Bool {
    guard let first = field.first.map({ bytes[$0] }) else { return false }
    let isWord = first >= 0x80 || (0x41...0x5a).contains(first) || (0x61...0x7a).contains(first)
    let word = String(decoding: bytes[field.prefix(10)], as: UTF8.self).lowercased()
    let isMissing = ["nan", "na", "n/a", "null", "none", "inf", "infinity"].contains(word)
    return (isWord || first == UInt8(ascii: "\"")) && !isMissing
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    while start < end, Self.isBlank(bytes[start]) { start += 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
