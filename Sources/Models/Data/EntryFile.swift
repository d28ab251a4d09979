import ArrayFiles

/// The entries of a user's text, and those of its test file.
struct EntryFile {
  let table: EntryTable
  /// Entries that are not observed; nil where no file of such was given.
  let test: EntryTable?
  /// What places are called; empty where they are numbers.
  let labels: [PlaceLabels]
  /// What a reader must know of the file.
  let notes: [String]

  /// - Parameter requested: the shape asked for; empty to take it from the entries, where that is sure.
  /// - Throws: ``Refusal`` if the shape is not sure, ``FileError``.
  init(_ path: String, shape requested: [Int], reading: FileReading) throws {
    let bytes = try FileBytes.read(path)
    let name = path == "-" ? "standard input" : path
    if !reading.saysColumns, reading.test == nil, !requested.isEmpty, EntryCSV.isOwnForm(bytes, shape: requested) {
      table = try EntryCSV.parse(bytes, shape: requested, name: name)
      (test, labels) = (nil, [])
      notes = Self.notes(table, path: path, headings: [], knowsBase: false)
      return
    }
    var texts = [(bytes: bytes, name: name)]
    if let test = reading.test { texts.append((try FileBytes.read(test), test)) }
    let read = try EntryText.parse(texts, reading.dialect, shape: requested)
    let (own, further) = (read[0], read.count > 1 ? read[1] : nil)
    let areNumbers = own.labels.isEmpty
    if requested.isEmpty, areNumbers { try Self.checkSure(own, path: path) }
    table = own.table
    test = further?.table
    labels = areNumbers ? [] : zip(own.headings, own.labels).map { PlaceLabels(heading: $0, labels: $1) }
    let shape = own.table.shape
    let sizes = requested.isEmpty ? ["\(SampleFile.fileName(path)): shape \(Shapes.list(shape))"] : []
    let names = labels.map { "\($0.labels.count) labels of \($0.heading)" }
    notes =
      (sizes + names).isEmpty
      ? Self.notes(own.table, path: path, headings: own.headings, knowsBase: reading.dialect.indexBase != nil)
      : [(sizes + names).joined(separator: ", ")]
        + Self.notes(
          own.table, path: path, headings: own.headings, knowsBase: reading.dialect.indexBase != nil || !areNumbers)
    if let test, let repeated = Self.shared(table, test) {
      throw Refusal(
        "\(reading.test ?? ""): entry \(repeated) is observed as well",
        remedy: "leave entries of the test out of \(path)",
        settings: ["problem.test-data"])
    }
  }

  /// A shape follows from indices only where each of them is there: nobody knows of rows at the end that no entry is in.
  private static func checkSure(_ entries: LabelledEntries, path: String) throws(Refusal) {
    let shape = entries.table.shape
    for mode in shape.indices {
      var isSeen = [Bool](repeating: false, count: shape[mode])
      for k in stride(from: mode, to: entries.table.indices.count, by: shape.count) {
        isSeen[Int(entries.table.indices[k])] = true
      }
      guard let gap = isSeen.firstIndex(of: false) else { continue }
      throw Refusal(
        "\(path): no entry has index \(gap) in \(entries.headings[mode]), so that the shape is not sure",
        remedy: "give problem.shape as well, such as \(Shapes.list(shape).replacing("×", with: ","))")
    }
  }

  private static func notes(_ table: EntryTable, path: String, headings: [String], knowsBase: Bool) -> [String] {
    DataDoubts.notes(
      file: SampleFile.fileName(path), shape: table.shape, indices: table.indices, values: table.values,
      headings: headings,
      knowsBase: knowsBase)
  }

  /// An entry that both hold; nil if there is none.
  private static func shared(_ a: EntryTable, _ b: EntryTable) -> [Int32]? {
    let both = EntryTable(shape: a.shape, indices: a.indices + b.indices, values: a.values + b.values)
    return both.firstRepeat().map { Array(both.indices[$0.later * a.shape.count..<($0.later + 1) * a.shape.count]) }
  }
}
