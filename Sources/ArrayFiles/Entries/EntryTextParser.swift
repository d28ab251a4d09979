/// The scanner behind ``EntryText``: line by line, fields as texts.
struct EntryTextParser {
  private let bytes: UnsafeRawBufferPointer
  private let dialect: EntryDialect
  private let wantedOrder: Int?
  private var position = 0
  private var line = 0

  /// - Parameter order: how many dimensions are asked for; nil for any.
  init(_ bytes: UnsafeRawBufferPointer, _ dialect: EntryDialect, order: Int?) {
    self.bytes = bytes
    self.dialect = dialect
    wantedOrder = order
  }

  mutating func parse(_ places: inout PlaceNames) throws(Malformation) -> RawEntries {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw Malformation("the text is UTF-16", remedy: "save it as UTF-8")
    }
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    guard let first = nextLine() else {
      let header = (0..<(wantedOrder ?? 2)).map { "i\($0)," }.joined() + "value"
      throw Malformation(
        bytes.isEmpty ? "it is empty" : "there is no entry",
        remedy: dialect.columns == nil
          ? "start it with the header '\(header)', then one entry a line" : "give one entry a line")
    }
    let separator = Separator(first)
    let fields = try split(first, separator)
    let layout = try self.layout(fields)
    guard places.begin(layout.columns.count - 1) else {
      throw Malformation(
        "\(layout.columns.count - 1) columns of indices",
        remedy: "name as many as the object has dimensions, then the value's")
    }
    var entries = RawEntries()
    entries.headings = layout.headings
    if !layout.hasHeader { try take(fields, layout, &places, &entries) }
    while let text = nextLine() { try take(split(text, separator), layout, &places, &entries) }
    guard !entries.values.isEmpty else {
      throw Malformation("there is no entry below the header", remedy: "give one entry a line", place: "line \(line)")
    }
    return entries
  }

  // MARK: Lines and fields

  /// The next line that says anything, without its end; nil where the text ends.
  private mutating func nextLine() -> Substring? {
    while position < bytes.count {
      let start = position
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      position = end + 1
      line += 1
      var slice = bytes[start..<end]
      if slice.last == UInt8(ascii: "\r") { slice = slice.dropLast() }
      guard let mark = slice.first(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
      if mark == UInt8(ascii: "#") || mark == UInt8(ascii: "%") { continue }
      return Substring(decoding: slice, as: UTF8.self)
    }
    return nil
  }

  /// What stands between columns.
  private enum Separator {
    case text(String)
    case blanks

    init(_ line: Substring) {
      let known = ["\t", "::", ";", ","]
      self = known.first { line.contains($0) }.map { .text($0) } ?? .blanks
    }
  }

  private func split(_ text: Substring, _ separator: Separator) throws(Malformation) -> [Substring] {
    let parts: [Substring]
    switch separator {
    case .blanks: return text.split { $0 == " " || $0 == "\t" }
    case .text(let mark): parts = text.contains("\"") ? try quotedFields(text, mark) : Self.split(text, mark)
    }
    return parts.map(Self.trimmed)
  }

  private static func split(_ line: Substring, _ mark: String) -> [Substring] {
    if mark.utf8.count == 1, let character = mark.first {
      return line.split(separator: character, omittingEmptySubsequences: false)
    }
    return line.split(separator: mark, omittingEmptySubsequences: false)
  }

  /// Fields of which some stand in quotes.
  private func quotedFields(_ whole: Substring, _ mark: String) throws(Malformation) -> [Substring] {
    var fields: [Substring] = []
    var rest = Self.trimmed(whole)
    while true {
      if rest.first == "\"" {
        var text = ""
        rest.removeFirst()
        guard rest.contains("\"") else { throw unclosed }
        while let close = rest.firstIndex(of: "\"") {
          text += rest[..<close]
          rest = rest[rest.index(after: close)...]
          guard rest.first == "\"" else { break }
          text += "\""
          rest.removeFirst()
          if rest.firstIndex(of: "\"") == nil { throw unclosed }
        }
        fields.append(Substring(text))
        rest = Self.trimmed(rest)
        if rest.isEmpty { return fields }
        guard rest.hasPrefix(mark) else {
          throw Malformation(
            "\(quoted(rest.utf8.prefix(40))) stands behind a closing quote",
            remedy: "double quotes within quotes", place: "line \(line)")
        }
        rest = Self.trimmed(rest.dropFirst(mark.count))
      } else if let range = rest.firstRange(of: mark) {
        fields.append(rest[..<range.lowerBound])
        rest = Self.trimmed(rest[range.upperBound...])
      } else {
        return fields + [rest]
      }
    }
  }

  private var unclosed: Malformation {
    Malformation("a quote is not closed", remedy: "close it on its line", place: "line \(line)")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  // MARK: Columns

  private struct Layout {
    /// Positions of the columns that are used, the value's last.
    let columns: [Int]
    let headings: [String]
    let count: Int
    let hasHeader: Bool
  }

  private func layout(_ fields: [Substring]) throws(Malformation) -> Layout {
    let names = fields.map(String.init)
    let usual = (0..<max(1, (wantedOrder ?? names.count - 1))).map { "i\($0)" } + ["value"]
    let wanted = dialect.columns ?? usual
    guard wanted.count >= 2 else {
      throw Malformation("one column", remedy: "name a column for every dimension, then the value's")
    }
    // Numbers are columns, not headings.
    let areNumbers = dialect.columns != nil && wanted.allSatisfy { Int($0) != nil }
    let byName = wanted.map { name in areNumbers ? nil : names.firstIndex(of: name) }
    if byName.contains(where: { $0 != nil }) {
      for (name, place) in zip(wanted, byName) where place == nil {
        throw Malformation(
          "there is no column \(quoted(name.utf8))",
          remedy: dialect.columns == nil
            ? "the first line must be '\(usual.joined(separator: ","))'"
            : "the columns are \(names.joined(separator: ", "))",
          place: "line \(line)")
      }
      return Layout(
        columns: byName.compactMap(\.self), headings: Array(wanted.dropLast()), count: names.count, hasHeader: true)
    }
    guard dialect.columns != nil else {
      throw Malformation(
        "the header is \(quoted(names.joined(separator: ",").utf8))",
        remedy:
          "the first line must be '\(usual.joined(separator: ","))'; or say which columns hold indices and values, such as "
          + "problem.columns \(Self.example(names))", place: "line \(line)")
    }
    var columns: [Int] = []
    for name in wanted {
      guard let number = Int(name), (1...names.count).contains(number) else {
        throw Malformation(
          "there is no column \(quoted(name.utf8))",
          remedy: Int(name) == nil
            ? "the first line is \(quoted(names.joined(separator: ",").utf8)): name its headings, or columns by number from 1"
            : "there are \(names.count) columns", place: "line \(line)")
      }
      columns.append(number - 1)
    }
    let value = Array(fields[columns[columns.count - 1]].utf8)
    let isHeader = value.withUnsafeBytes { parseDecimal($0) } == nil
    return Layout(
      columns: columns, headings: columns.dropLast().map { isHeader ? names[$0] : "column \($0 + 1)" },
      count: names.count,
      hasHeader: isHeader)
  }

  /// What `problem.columns` may be for this header.
  private static func example(_ names: [String]) -> String {
    let plain = names.allSatisfy { name in name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !name.isEmpty
    }
    return names.prefix(3).enumerated().map { plain ? $1 : "\($0 + 1)" }.joined(separator: ",")
  }

  private func take(
    _ fields: [Substring], _ layout: Layout, _ places: inout PlaceNames, _ entries: inout RawEntries
  ) throws(Malformation) {
    let place = "line \(line)"
    guard fields.count == layout.count else {
      throw Malformation(
        "\(fields.count) column\(fields.count == 1 ? "" : "s") where the first line has \(layout.count)",
        remedy: "give every line as many columns, separated alike", place: place)
    }
    for (mode, column) in layout.columns.dropLast().enumerated() {
      switch places.number(fields[column], mode) {
      case .success(let number): entries.places.append(number)
      case .failure(let fault):
        throw Malformation("\(fault.problem) (column \(layout.headings[mode]))", remedy: fault.remedy, place: place)
      }
    }
    let text = fields[layout.columns[layout.columns.count - 1]]
    let bytes = Array(text.utf8)
    guard let value = bytes.withUnsafeBytes({ parseDecimal($0) }), value.isFinite else {
      throw Malformation(
        "the value \(quoted(bytes)) is not a finite number",
        remedy: text.contains(",")
          ? "write a decimal point"
          : "leave out the lines of entries that are not observed, and write values as 0.25 or 2.5e-1",
        place: place)
    }
    entries.values.append(value)
    entries.lines.append(Int32(clamping: line))
  }
}
