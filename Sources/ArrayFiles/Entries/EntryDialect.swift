/// How a text of observed entries is written where it is not ``EntryCSV``'s own form: which columns hold indices and the value, and how
/// places are called.
public struct EntryDialect: Sendable, Equatable {
  /// Headings of the columns, or their numbers from 1: one a dimension, the value's last. Nil for those of ``EntryCSV``'s header.
  public var columns: [String]?
  /// The number of the first place where places are numbers; nil where they are labels, of which every distinct one is a place.
  public var indexBase: Int?

  /// A dialect of these columns.
  public init(columns: [String]? = nil, indexBase: Int? = nil) {
    self.columns = columns
    self.indexBase = indexBase
  }
}

/// Entries whose places had names.
public struct LabelledEntries: Sendable {
  /// The entries; of the shape asked for, or the smallest that holds them.
  public let table: EntryTable
  /// The label of every place by dimension, in the order of the indices: numbers ascending, or texts by their characters. Empty where places
  /// are numbers.
  public let labels: [[String]]
  /// The headings of the columns of indices; their numbers where there is no header.
  public let headings: [String]
}

/// Observed entries as text in the dialects that data come in.
///
/// Columns are separated by tabs, `::`, semicolons, commas or blanks, whichever stands first in this list and in the first line; fields may
/// stand in double quotes, doubled within. Lines that begin with `#` or `%`, and empty ones, are passed over. A first line that holds
/// one of the headings asked for is the header; without headings asked for it is one where its last column is no number. Numbers have a
/// decimal point. The bytes may be gzip's.
public enum EntryText {
  /// Reads entries, of further texts in the same places too: labels are then those of all of them.
  ///
  /// - Parameters:
  ///   - texts: the bytes with the name that errors call them.
  ///   - shape: the shape asked for; empty takes the smallest that holds all entries.
  /// - Returns: what each text holds, all of one shape.
  /// - Throws: ``FileError``; `malformed` with the line for what cannot be read.
  public static func parse(
    _ texts: [(bytes: [UInt8], name: String)], _ dialect: EntryDialect, shape: [Int] = [],
    memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> [LabelledEntries] {
    var places = PlaceNames(dialect, shape: shape)
    var read: [(entries: RawEntries, name: String)] = []
    for (bytes, name) in texts {
      do throws(Malformation) {
        let expanded = try Gzip.expanded(bytes, limit: memoryLimit)
        read.append(
          (
            try withRawBytes(expanded) { (raw) throws(Malformation) in
              var parser = EntryTextParser(raw, dialect, order: shape.isEmpty ? nil : shape.count)
              return try parser.parse(&places)
            }, name
          ))
      } catch { throw error.inFile(name) }
    }
    let numbering = places.numbering()
    var result: [LabelledEntries] = []
    for (entries, name) in read {
      do throws(Malformation) {
        let table = try entries.table(numbering)
        if let repeated = table.firstRepeat() {
          let place = (0..<numbering.shape.count).map { mode in
            numbering.name(mode, Int(table.indices[repeated.later * numbering.shape.count + mode]))
          }
          throw Malformation(
            "the entry (\(place.joined(separator: ", "))) was already given in line \(entries.lines[repeated.earlier])",
            remedy: "keep one of the two lines", place: "line \(entries.lines[repeated.later])")
        }
        result.append(LabelledEntries(table: table, labels: numbering.labels, headings: entries.headings))
      } catch { throw error.inFile(name) }
    }
    return result
  }
}

/// The entries of one text as they were read: places by the numbers that ``PlaceNames`` gave them.
struct RawEntries {
  var headings: [String] = []
  var places: [Int32] = []
  var values: [Double] = []
  var lines: [Int32] = []

  func table(_ numbering: PlaceNames.Numbering) throws(Malformation) -> EntryTable {
    let order = numbering.shape.count
    var indices = [Int32](repeating: 0, count: places.count)
    for k in places.indices { indices[k] = numbering.order[k % order][Int(places[k])] }
    return EntryTable(shape: numbering.shape, indices: indices, values: values)
  }
}

/// The names of places along every dimension, as they turn up.
struct PlaceNames {
  private let base: Int?
  private let shape: [Int]
  private var seen: [[String: Int32]] = []
  private var largest: [Int] = []

  /// What the names came to.
  struct Numbering {
    let shape: [Int]
    /// The index of every place, by the number it was given.
    let order: [[Int32]]
    /// The labels by index; empty where places are numbers.
    let labels: [[String]]
    fileprivate let base: Int

    /// What a place is called.
    func name(_ mode: Int, _ index: Int) -> String { labels.isEmpty ? "\(index + base)" : labels[mode][index] }
  }

  init(_ dialect: EntryDialect, shape: [Int]) {
    base = dialect.indexBase ?? (dialect.columns == nil ? 0 : nil)
    self.shape = shape
  }

  /// Whether places are numbers.
  var areNumbers: Bool { base != nil }

  /// Makes room for so many dimensions.
  ///
  /// - Returns: whether as many were there already.
  mutating func begin(_ order: Int) -> Bool {
    guard seen.isEmpty else { return seen.count == order }
    seen = Array(repeating: [:], count: order)
    largest = Array(repeating: -1, count: order)
    return shape.isEmpty || shape.count == order
  }

  /// The number of a place; nil with the reason where the name cannot be one.
  mutating func number(_ name: Substring, _ mode: Int) -> Result<Int32, Malformation> {
    guard let base else {
      if let known = seen[mode][String(name)] { return .success(known) }
      guard seen[mode].count < Int(Int32.max) else {
        return .failure(Malformation("there are more than \(Int32.max) places", remedy: "give fewer"))
      }
      let number = Int32(seen[mode].count)
      seen[mode][String(name)] = number
      return .success(number)
    }
    guard let number = Int(name) else {
      return .failure(
        Malformation(
          "\(quoted(name.utf8)) is not an integer",
          remedy: "write indices as \(base), \(base + 1), …, or leave out --index-base for labels"))
    }
    let (index, isTooSmall) = number.subtractingReportingOverflow(base)
    let limit = shape.isEmpty ? Int(Int32.max) : shape[mode]
    guard !isTooSmall, index >= 0, index < limit else {
      return .failure(
        Malformation(
          "index \(number) is outside \(base)…\(base + limit - 1)",
          remedy:
            "indices count from \(base); check --index-base\(shape.isEmpty ? "" : " and the shape \(shapeText(shape))")"
        ))
    }
    largest[mode] = max(largest[mode], index)
    return .success(Int32(index))
  }

  /// What the names come to when all were seen.
  func numbering() -> Numbering {
    guard base == nil else {
      let size = shape.isEmpty ? largest.map { $0 + 1 } : shape
      return Numbering(shape: size, order: largest.map { Array(0...Int32(max(0, $0))) }, labels: [], base: base ?? 0)
    }
    var order: [[Int32]] = []
    var labels: [[String]] = []
    for names in seen {
      let numbers = names.keys.compactMap { Int($0) }
      let areNumbers = numbers.count == names.count
      let sorted = names.keys.sorted { a, b in
        if areNumbers, let a = Int(a), let b = Int(b) { return a < b }
        return a.utf8.lexicographicallyPrecedes(b.utf8)
      }
      var own = [Int32](repeating: 0, count: names.count)
      for (index, name) in sorted.enumerated() { own[Int(names[name] ?? 0)] = Int32(index) }
      order.append(own)
      labels.append(sorted)
    }
    let size = zip(labels, shape.isEmpty ? labels.map(\.count) : shape).map { max($0.count, $1) }
    return Numbering(shape: size, order: order, labels: labels, base: 0)
  }
}
