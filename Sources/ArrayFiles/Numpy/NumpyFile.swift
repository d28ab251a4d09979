/// Reading and writing numpy's NPY and NPZ files.
///
/// Readers take booleans, signed and unsigned integers of 1, 2, 4 and 8 bytes and floats of 2, 4 and 8 bytes, in either
/// byte order and in C or Fortran order. Complex numbers, Python objects, text, dates and records are refused by name.
/// Every size is checked for overflow, then against the bytes that are there and the memory limit, before anything is
/// allocated. The limit bounds, each on its own, the file, the decompressed bytes and the doubles handed out.
public enum NumpyFile {
  /// An array of an NPZ file with its name (without `.npy`).
  public typealias NamedArray = (name: String, array: DenseArray)

  /// Reads the array of an NPY file (version 1.0, 2.0 or 3.0).
  ///
  /// - Throws: ``FileError``; `malformed` also if bytes follow the array.
  public static func readNPY(
    _ path: String, memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> DenseArray {
    try parseNPY(try FileBytes.read(path, memoryLimit: memoryLimit), name: path, memoryLimit: memoryLimit)
  }

  /// Reads an NPY file's bytes; `name` is what errors call the file.
  public static func parseNPY(
    _ bytes: [UInt8], name: String = "NPY bytes", memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> DenseArray {
    do throws(Malformation) {
      return try withRawBytes(bytes) { (raw) throws(Malformation) in
        try decodeArray(raw, memoryLimit: memoryLimit)
      }
    } catch { throw error.inFile(name) }
  }

  /// Reads all arrays of an NPZ file, in the order of its directory.
  ///
  /// Members that do not end in `.npy`, have an absolute name or a `..` in it are ignored.
  ///
  /// - Throws: ``FileError``; `malformed` also for repeated or overlapping members, encryption, checksums that do not
  ///   match, sizes that do not fit, what expands like a decompression bomb, and archives without arrays.
  public static func readNPZ(
    _ path: String, memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> [NamedArray] {
    try parseNPZ(try FileBytes.read(path, memoryLimit: memoryLimit), name: path, memoryLimit: memoryLimit)
  }

  /// Reads an NPZ file's bytes; `name` is what errors call the file.
  public static func parseNPZ(
    _ bytes: [UInt8], name: String = "NPZ bytes", memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> [NamedArray] {
    let archive = try parseArchive(bytes, name: name, memoryLimit: memoryLimit)
    if let first = archive.foreign.first { throw first.error }
    return archive.arrays
  }

  /// What an NPZ file holds, where others may have put things beside the arrays that are looked for.
  public struct Archive: Sendable {
    /// The arrays of numbers, in the order of the directory.
    public let arrays: [NamedArray]
    /// The arrays of text, objects, dates and the like, each with why it is no array of numbers.
    public let foreign: [(name: String, error: FileError)]

    /// The array of that name; nil if there is none.
    ///
    /// - Throws: ``FileError`` if it does not hold numbers.
    public func array(_ name: String) throws(FileError) -> DenseArray? {
      if let other = foreign.first(where: { $0.name == name }) { throw other.error }
      return arrays.first { $0.name == name }?.array
    }

    /// All names: those of numbers, then the others.
    public var names: [String] { arrays.map(\.name) + foreign.map(\.name) }
  }

  /// Reads an NPZ file as ``readNPZ(_:memoryLimit:)`` does, but for arrays that do not hold numbers: these are named instead of
  /// making the others unreadable.
  public static func readArchive(
    _ path: String, memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> Archive {
    try parseArchive(try FileBytes.read(path, memoryLimit: memoryLimit), name: path, memoryLimit: memoryLimit)
  }

  private static func parseArchive(
    _ bytes: [UInt8], name: String, memoryLimit: Int
  ) throws(FileError) -> Archive {
    do throws(Malformation) {
      let (arrays, foreign) = try withRawBytes(bytes) { (raw) throws(Malformation) in
        try decodeArchive(raw, memoryLimit: memoryLimit)
      }
      return Archive(arrays: arrays, foreign: foreign.map { ($0.name, $0.problem.inFile(name)) })
    } catch { throw error.inFile(name) }
  }

  private static func decodeArchive(
    _ bytes: UnsafeRawBufferPointer, memoryLimit: Int
  ) throws(Malformation) -> (arrays: [NamedArray], foreign: [(name: String, problem: Malformation)]) {
    let suffix = ".npy"
    let members = try ZipDirectory(bytes).members.filter { $0.name.hasSuffix(suffix) && $0.hasHarmlessName }
    if members.isEmpty {
      throw Malformation("the archive holds no arrays", remedy: "write it with numpy.savez(path, name=array, …)")
    }
    var seen = Set<String>()
    for member in members where !seen.insert(member.name).inserted {
      throw Malformation(
        "the archive holds two members of this name", remedy: "write each array once", place: "member \(member.title)")
    }
    var remainingBytes = memoryLimit
    var remainingValues = memoryLimit
    var arrays: [NamedArray] = []
    var foreign: [(name: String, problem: Malformation)] = []
    for member in members {
      let name = String(member.name.dropLast(suffix.count))
      do throws(Malformation) {
        remainingBytes -= member.size
        if remainingBytes < 0 { throw aboveLimit(memoryLimit) }
        let array = try member.withContents(bytes) { (raw) throws(Malformation) in
          try decodeArray(raw, memoryLimit: remainingValues)
        }
        remainingValues -= array.values.count * 8
        arrays.append((name, array))
      } catch {
        let problem = error.inside("member \(member.title)")
        guard error.isForeign else { throw problem }
        foreign.append((name, problem))
      }
    }
    return (arrays, foreign)
  }

  private static func aboveLimit(_ limit: Int) -> Malformation {
    Malformation("the arrays exceed the memory limit of \(limit) bytes", remedy: "use smaller arrays")
  }

  /// The array whose header and elements are exactly `bytes`.
  private static func decodeArray(
    _ bytes: UnsafeRawBufferPointer, memoryLimit: Int
  ) throws(Malformation) -> DenseArray {
    let header = try NumpyHeader(bytes)
    let present = bytes.count - header.dataOffset
    if header.byteCount > present {
      throw Malformation(
        "shape \(shapeText(header.shape)) needs \(header.byteCount) bytes of data but only \(present) are there",
        remedy: "copy or write the file again: it is incomplete")
    }
    if header.byteCount < present {
      throw Malformation(
        "\(present - header.byteCount) bytes follow the array of shape \(shapeText(header.shape))",
        remedy: "save one array per NPY file, or several with numpy.savez")
    }
    if header.elementCount * 8 > memoryLimit { throw aboveLimit(memoryLimit) }
    guard let base = bytes.baseAddress, header.elementCount > 0 else {
      return DenseArray(shape: header.shape, values: [])
    }
    let source = base + header.dataOffset
    var values = [Double](unsafeUninitializedCapacity: header.elementCount) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      header.element.decode(source, count: header.elementCount, into: target)
      count = header.elementCount
    }
    if header.isFortranOrder { values = rowMajor(columnMajor: values, shape: header.shape) }
    return DenseArray(shape: header.shape, values: values)
  }
}
