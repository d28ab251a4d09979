import ArrayFiles

/// The user's own entries, of a CSV file, or dense array, of an NPY or NPZ file in which NaN means unknown.
struct TargetFile: Target {
  let shape: [Int]
  let name: String
  let dense: [Double]?
  let notes: [String]
  let labels: [PlaceLabels]
  let test: Measurements?
  private let known: Known

  /// What the known entries are.
  private enum Known {
    /// Those of a list.
    case listed(EntryTable)
    /// Those of the array at these positions.
    case some([Int], of: [Double])
    /// All of the array.
    case all([Double])
  }

  var knownCount: Int {
    switch known {
    case .listed(let table): table.values.count
    case .some(let positions, _): positions.count
    case .all(let entries): entries.count
    }
  }

  /// Reads a file by its ending.
  ///
  /// - Parameter requested: the shape asked for; empty to take an array's own, or that of a text's entries where it is sure.
  /// - Throws: ``Refusal`` or ``FileError``.
  init(_ path: String, shape requested: [Int], reading: FileReading = FileReading()) throws {
    name = path == "-" ? "standard input" : SampleFile.fileName(path)
    if reading.isText(path) {
      let file = try EntryFile(path, shape: requested, reading: reading)
      let table = file.table
      shape = table.shape
      (notes, labels) = (file.notes, file.labels)
      test = try file.test.map { (test) throws(Refusal) in
        try Measurements(shape: test.shape, operators: .entries(indices: test.indices), values: test.values)
      }
      known = .listed(table)
      let total = try MemoryLimit.check(shape, what: "the data", remedy: "use a smaller problem.shape")
      dense = total <= MemoryLimit.denseTarget ? Self.scatter(table, count: total) : nil
    } else {
      guard !reading.saysColumns else {
        throw Refusal(
          "\(path): problem.columns and problem.index-base describe a text of entries", remedy: "drop them",
          settings: ["problem.columns", "problem.index-base"])
      }
      guard reading.test == nil else {
        throw Refusal(
          "\(path): problem.test-data goes with a text of entries",
          remedy: "hold entries of the array out with problem.observed or problem.mask", settings: ["problem.test-data"]
        )
      }
      (labels, test) = ([], nil)
      let file = try TargetArray(path)
      notes = file.notes
      let array = try Self.array(file, shape: requested)
      shape = array.shape
      dense = array.values
      if array.values.contains(where: \.isNaN) {
        let positions = array.values.indices.filter { !array.values[$0].isNaN }
        guard !positions.isEmpty else {
          throw FileError(
            .malformed, path: path, problem: "every entry is NaN", remedy: "NaN means unobserved; give some entries")
        }
        known = .some(positions, of: array.values)
      } else {
        known = .all(array.values)
      }
    }
  }

  private static func scatter(_ table: EntryTable, count: Int) -> [Double] {
    var values = [Double](repeating: .nan, count: count)
    for k in table.values.indices { values[position(table, k)] = table.values[k] }
    return values
  }

  /// The array, of the shape asked for and without infinite entries.
  private static func array(_ file: TargetArray, shape requested: [Int]) throws -> DenseArray {
    let (path, array) = (file.path, file.array)
    guard requested.isEmpty || requested == array.shape else {
      throw Refusal(
        "\(path): the array has shape \(array.shape), and problem.shape says \(requested)", remedy: "drop problem.shape"
      )
    }
    guard !array.shape.isEmpty, array.shape.allSatisfy({ $0 >= 1 }), array.values.count <= MemoryLimit.denseTarget
    else {
      throw Refusal(
        "\(path): an array of shape \(array.shape) cannot be used as data",
        remedy:
          "give an array with at least one dimension and at most \(MemoryLimit.denseTarget) entries, none of them 0")
    }
    if let k = array.values.firstIndex(where: { $0.isInfinite }) {
      throw FileError(
        .malformed, path: path, problem: "entry \(MultiIndex.at(k, shape: array.shape)) is infinite",
        remedy: "use NaN for unobserved entries")
    }
    // numpy's masked arrays are saved with what stands under the mask, 1e20 unless somebody said otherwise.
    if let k = array.values.firstIndex(where: { $0 == 1e20 || $0 == Double(Float(1e20)) }) {
      throw FileError(
        .malformed, path: path,
        problem: "entry \(MultiIndex.at(k, shape: array.shape)) is 1e20, with which numpy fills masked arrays",
        remedy: "save array.filled(numpy.nan): NaN means unobserved")
    }
    return array
  }

  func position(ofKnown k: Int) -> Int {
    switch known {
    case .listed(let table): Self.position(table, k)
    case .some(let positions, _): positions[k]
    case .all: k
    }
  }

  private static func position(_ table: EntryTable, _ k: Int) -> Int {
    MultiIndex.position(index(table, k), shape: table.shape)
  }

  private static func index(_ table: EntryTable, _ k: Int) -> ArraySlice<Int32> {
    table.indices[(k * table.shape.count)..<((k + 1) * table.shape.count)]
  }

  func append(known k: Int, to indices: inout [Int32], _ values: inout [Double]) {
    switch known {
    case .listed(let table):
      indices.append(contentsOf: Self.index(table, k))
      values.append(table.values[k])
    case .some(_, let entries), .all(let entries):
      let position = position(ofKnown: k)
      for i in MultiIndex.at(position, shape: shape) { indices.append(Int32(truncatingIfNeeded: i)) }
      values.append(entries[position])
    }
  }
}
