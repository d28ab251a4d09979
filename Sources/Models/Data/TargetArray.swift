import ArrayFiles

/// The dense array of an NPY or NPZ file, NaN where an entry is unknown.
///
/// Of an NPZ file it is the only array or the one called `data`; of `FILE.npz:NAME` that of this name. An array `mask` beside `data`, of its shape and of 0 and 1 (or
/// booleans), says which entries are known: 1 those that are. What stands outside it is not looked at. Other arrays are named in a
/// note. A sparse matrix of scipy, whose `data` is a list of entries, is refused.
struct TargetArray {
  let path: String
  let array: DenseArray
  /// What the mask did, and which arrays were not used.
  let notes: [String]

  /// - Throws: ``Refusal`` or ``FileError``.
  init(_ path: String) throws {
    let (path, chosen) = Self.parts(path)
    self.path = path
    let lowered = path.lowercased()
    if lowered.hasSuffix(".npy") {
      (array, notes) = (try NumpyFile.readNPY(path), [])
      return
    }
    guard lowered.hasSuffix(".npz") else {
      throw Refusal(
        "\(path): the file's ending says neither .csv, .tsv, .npy nor .npz",
        remedy: "convert or rename the file, or name the columns of a text of entries with problem.columns")
    }
    let archive = try ArrayArchive(path)
    if let name = chosen {
      (array, notes) = (try archive.array(name), archive.notes(used: [name]))
      return
    }
    try Self.refuseSparse(archive)
    let (name, values) = try archive.only(orNamed: "data")
    guard name == "data", let mask = try archive.contents.array("mask") else {
      (array, notes) = (values, archive.notes(used: [name]))
      return
    }
    array = try Self.masked(values, mask, path: path)
    let kept = mask.values.count { $0 == 1 }
    notes =
      [
        "\(SampleFile.fileName(path)): mask is 1 at \(kept) of \(mask.values.count) entries; the others are unobserved"
      ] + archive.notes(used: [name, "mask"])
  }

  /// The one array of a file, or the array `NAME` of `FILE.npz:NAME`, whatever stands beside it.
  static func plain(_ path: String) throws -> DenseArray {
    let (file, chosen) = parts(path)
    if file.lowercased().hasSuffix(".npy") { return try NumpyFile.readNPY(file) }
    if file.lowercased().hasSuffix(".csv") { return try MatrixCSV.read(file) }
    guard file.lowercased().hasSuffix(".npz") else {
      throw Refusal("\(path): the file's ending says neither .csv, .npy nor .npz", remedy: "convert or rename the file")
    }
    let archive = try ArrayArchive(file)
    return try chosen.map { try archive.array($0) } ?? archive.only(orNamed: "mask").array
  }

  /// The file and the array of `FILE.npz:NAME`.
  static func parts(_ path: String) -> (file: String, array: String?) {
    guard let range = path.lowercased().firstRange(of: ".npz:") else { return (path, nil) }
    let end = path.index(
      path.startIndex, offsetBy: path.lowercased().distance(from: path.lowercased().startIndex, to: range.upperBound))
    return (String(path[..<path.index(before: end)]), String(path[end...]))
  }

  /// The entries where the mask is 1, NaN elsewhere.
  private static func masked(_ array: DenseArray, _ mask: DenseArray, path: String) throws -> DenseArray {
    guard mask.shape == array.shape else {
      throw Refusal(
        "\(path): 'mask' has the shape \(mask.shape), and 'data' has \(array.shape)",
        remedy: "give 'mask' one entry per entry of 'data', or leave it out")
    }
    if let k = mask.values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw Refusal(
        "\(path): entry \(MultiIndex.at(k, shape: mask.shape)) of 'mask' is \(mask.values[k])",
        remedy: "a mask holds 1 for an observed entry and 0 for another")
    }
    guard mask.values.contains(1) else {
      throw Refusal(
        "\(path): 'mask' is 0 everywhere, so that no entry is observed",
        remedy: "a mask holds 1 for an observed entry: a numpy.ma mask is stored as its opposite, ~array.mask")
    }
    return DenseArray(
      shape: array.shape, values: zip(array.values, mask.values).map { $1 == 1 ? $0 : .nan })
  }

  /// `scipy.sparse.save_npz` stores the values of the entries as `data`, beside what says where they belong.
  private static func refuseSparse(_ archive: ArrayArchive) throws(Refusal) {
    let layouts: [(form: String, places: [String])] = [
      ("CSR or CSC", ["indices", "indptr"]), ("COO", ["row", "col"]), ("COO", ["coords"]), ("DIA", ["offsets"]),
    ]
    let names = archive.contents.names
    guard names.contains("data"),
      names.contains("format") || archive.contents.arrays.first(where: { $0.name == "data" })?.array.shape.count == 1,
      let layout = layouts.first(where: { $0.places.allSatisfy(names.contains) })
    else { return }
    throw Refusal(
      "\(archive.path): a sparse matrix of scipy in \(layout.form) form (\((["data"] + layout.places).joined(separator: ", "))), "
        + "which is not read",
      remedy: "write its entries as a CSV file with the header i0,i1,value: "
        + "m = scipy.sparse.load_npz(file).tocoo(), then m.row, m.col, m.data")
  }
}
