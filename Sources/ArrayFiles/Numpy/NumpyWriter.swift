extension NumpyFile {
  /// Writes an array as NPY: version 1.0, little-endian doubles, C order; atomically (see ``AtomicFile``).
  ///
  /// - Throws: ``FileError`` of kind `unwritable`.
  public static func writeNPY(_ array: DenseArray, to path: String) throws(FileError) {
    var output = try AtomicOutput(path)
    try output.append(NumpyHeader.encode(shape: array.shape))
    try withLittleEndianBytes(array.values) { (raw) throws(FileError) in try output.append(raw) }
    try output.commit()
  }

  /// Writes arrays as NPZ, not compressed; atomically. Equal arrays give equal files.
  ///
  /// - Throws: ``FileError`` of kind `unwritable`, also for names that are empty, repeated or no plain names.
  public static func writeNPZ(_ arrays: [NamedArray], to path: String) throws(FileError) {
    try checkNames(arrays.map(\.name), path)
    var output = try AtomicOutput(path)
    var zip = ZipWriter()
    for (name, array) in arrays {
      let header = NumpyHeader.encode(shape: array.shape)
      try withLittleEndianBytes(array.values) { (raw) throws(FileError) in
        let checksum = Checksum.update(header.withUnsafeBytes { Checksum.update(0, $0) }, raw)
        let size = header.count + raw.count
        try output.append(zip.begin(name + ".npy", checksum: checksum, size: size, offset: output.byteCount))
        try output.append(header)
        try output.append(raw)
      }
    }
    try output.append(zip.end(offset: output.byteCount))
    try output.commit()
  }

  /// Refuses array names that no reader could give back.
  static func checkNames(_ names: [String], _ path: String) throws(FileError) {
    var seen = Set<String>()
    for name in names {
      let isClean = !name.utf8.contains { [0x2f, 0x5c, 0x3a, 0].contains($0) }  // / \ : NUL
      let isPlain = isClean && !name.isEmpty && name.utf8.count < 60_000
      if isPlain, name != "..", seen.insert(name).inserted { continue }
      throw FileError(
        .unwritable, path: path, problem: "\(quoted(name.utf8)) cannot name an array in it",
        remedy: "give the arrays different names without / \\ and :")
    }
  }
}

/// Hands the bytes of `values` in little-endian order to `body`.
func withLittleEndianBytes<Value, Failure: Error>(
  _ values: [Double], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
) throws(Failure) -> Value {
  #if _endian(little)
    let result = values.withUnsafeBytes { raw -> Result<Value, Failure> in
      do throws(Failure) { return .success(try body(raw)) } catch { return .failure(error) }
    }
  #else
    let swapped = values.map(\.bitPattern.littleEndian)
    let result = swapped.withUnsafeBytes { raw -> Result<Value, Failure> in
      do throws(Failure) { return .success(try body(raw)) } catch { return .failure(error) }
    }
  #endif
  return try result.get()
}
