import ArrayFiles

/// A user's NPZ file of which some arrays are used: the others are named, never dropped in silence.
struct ArrayArchive {
  let path: String
  let contents: NumpyFile.Archive

  /// - Throws: ``FileError``.
  init(_ path: String) throws(FileError) {
    self.path = path
    contents = try NumpyFile.readArchive(path)
  }

  /// The one array of numbers, or the one of that name where there are several.
  ///
  /// - Throws: ``FileError`` if the array of that name does not hold numbers, ``Refusal`` if it cannot be told which one is meant.
  func only(orNamed name: String) throws -> NumpyFile.NamedArray {
    if let array = try contents.array(name) { return (name, array) }
    if contents.arrays.count == 1 { return contents.arrays[0] }
    if contents.arrays.isEmpty, contents.foreign.count == 1 { throw contents.foreign[0].error }
    throw Refusal(
      "\(path): holds \(contents.names.count) arrays (\(contents.names.joined(separator: ", "))) and none is called '\(name)'",
      remedy: "store one array, or name the one to use '\(name)'")
  }

  /// The array of that name.
  ///
  /// - Throws: ``FileError`` if it does not hold numbers, ``Refusal`` if there is none.
  func array(_ name: String) throws -> DenseArray {
    if let array = try contents.array(name) { return array }
    throw Refusal(
      "\(path): there is no array '\(name)'", remedy: "name one of: \(contents.names.joined(separator: ", "))")
  }

  /// A sentence that names the arrays which were not used; none if all were.
  func notes(used: [String]) -> [String] {
    let others = contents.names.filter { !used.contains($0) }
    guard !others.isEmpty else { return [] }
    return ["\(SampleFile.fileName(path)): not used: \(others.joined(separator: ", "))"]
  }
}
