import ArrayFiles

/// A table of samples × columns from the user's file: inputs, or targets.
struct SampleFile {
  /// The file's own name, for reports.
  let name: String
  let rows: Int
  let columns: Int
  /// Row-major.
  let values: [Double]
  /// What of the file was not used.
  let notes: [String]

  /// Reads a file by its ending: rows of numbers (CSV), or an array of one or two dimensions (NPY, or NPZ that holds one array, or
  /// one called `array`).
  ///
  /// - Throws: ``Refusal`` for a shape that is no table, ``FileError`` for an unreadable file and a number that is not finite.
  init(_ path: String, array: String) throws {
    let table: DenseArray
    (table, notes) =
      path.lowercased().hasSuffix(".csv") ? (try MatrixCSV.read(path), []) : try Self.numpy(path, array: array)
    guard (1...2).contains(table.shape.count), table.shape.allSatisfy({ $0 >= 1 }) else {
      throw Refusal(
        "\(path): an array of shape \(table.shape) is no table of samples",
        remedy: "give one row per sample, samples × columns")
    }
    name = Self.fileName(path)
    rows = table.shape[0]
    columns = table.shape.count == 2 ? table.shape[1] : 1
    values = table.values
    if let k = values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(
        .malformed, path: path, problem: "row \(k / columns), column \(k % columns) is \(values[k])",
        remedy: "make every number finite, and leave out samples with missing ones")
    }
  }

  /// The last part of a path.
  static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  private static func numpy(_ path: String, array name: String) throws -> (DenseArray, notes: [String]) {
    let lowered = path.lowercased()
    if lowered.hasSuffix(".npy") { return (try NumpyFile.readNPY(path), []) }
    guard lowered.hasSuffix(".npz") else {
      throw Refusal(
        "\(path): the file's ending says neither .csv, .npy nor .npz", remedy: "convert or rename the file")
    }
    let archive = try ArrayArchive(path)
    let chosen = try archive.only(orNamed: name)
    // Inputs and targets may stand in one file, and each is read for itself.
    return (chosen.array, archive.notes(used: [chosen.name, "inputs", "targets"]))
  }
}
