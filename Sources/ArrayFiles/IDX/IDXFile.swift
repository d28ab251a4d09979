/// Reading IDX files of unsigned bytes, the format of MNIST and its relatives, plain or compressed by gzip.
///
/// An IDX file starts with two zero bytes, the code of the number type (0x08: unsigned byte) and the number d of dimensions; d sizes
/// of four bytes each follow, the most significant first, then the entries in row-major order. Other number types are refused by
/// name. Sizes are checked for overflow, against the memory limit and against the bytes that are there before anything is allocated.
public enum IDXFile {
  /// An array of bytes.
  public struct Bytes: Sendable, Equatable {
    /// Dimensions; at least one.
    public let shape: [Int]
    /// The entries in row-major order.
    public let values: [UInt8]
  }

  /// The most dimensions that are read.
  static let largestDimensionCount = 8

  /// Reads an IDX file; whether it is compressed its first two bytes say, not its name.
  ///
  /// - Throws: ``FileError``; `malformed` also if bytes follow the array.
  public static func read(_ path: String, memoryLimit: Int = defaultFileMemoryLimit) throws(FileError) -> Bytes {
    try parse(try FileBytes.read(path, memoryLimit: memoryLimit), name: path, memoryLimit: memoryLimit)
  }

  /// Reads an IDX file's bytes; `name` is what errors call the file.
  public static func parse(
    _ bytes: [UInt8], name: String = "IDX bytes", memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> Bytes {
    do throws(Malformation) {
      return try withRawBytes(bytes) { (raw) throws(Malformation) in
        if Gzip.isCompressed(raw) { return try decompressed(raw, memoryLimit) }
        let header = try Header(raw)
        try header.check(present: raw.count - header.length, isCompressed: false, memoryLimit)
        return Bytes(shape: header.shape, values: Array(raw[header.length...]))
      }
    } catch { throw error.inFile(name) }
  }

  private static func decompressed(_ raw: UnsafeRawBufferPointer, _ limit: Int) throws(Malformation) -> Bytes {
    let stream = try Gzip(raw)
    let start = try stream.next(4)
    let sizes = start.count == 4 ? try stream.next(4 * min(Int(start[3]), largestDimensionCount)) : []
    let header = try withRawBytes(start + sizes) { (raw) throws(Malformation) in try Header(raw) }
    try header.check(present: nil, isCompressed: true, limit)
    // Deflate expands at most so far: a short file cannot declare a large array.
    if header.count / ZipMember.largestExpansion > raw.count {
      throw Malformation(
        "shape \(shapeText(header.shape)) needs \(header.count) bytes, more than \(raw.count) compressed ones can expand to",
        remedy: "copy or download the file again: it is incomplete", place: "header")
    }
    let values = try stream.next(header.count)
    try header.check(present: values.count, isCompressed: true, limit)
    guard try stream.next(1).isEmpty else {
      throw Malformation(
        "bytes follow the array of shape \(shapeText(header.shape))", remedy: "write one array per IDX file")
    }
    return Bytes(shape: header.shape, values: values)
  }

  /// What stands before the entries.
  private struct Header {
    let shape: [Int]
    /// Bytes of the header, and of the entries.
    let length: Int
    let count: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(Malformation) {
      guard bytes.count >= 4 else {
        throw Malformation(
          "the file has only \(bytes.count) bytes, the header needs at least 8",
          remedy: "copy or download the file again: it is incomplete", place: "header")
      }
      guard bytes[0] == 0, bytes[1] == 0 else {
        throw Malformation(
          "it starts with \(IDXFile.hexadecimal(bytes.prefix(4))), not with 0000, so it is no IDX file",
          remedy: "give an IDX file such as MNIST's train-images-idx3-ubyte, plain or .gz", place: "header")
      }
      guard bytes[2] == 0x08 else {
        let types: [UInt8: String] = [
          0x09: "signed bytes", 0x0b: "16-bit integers", 0x0c: "32-bit integers", 0x0d: "32-bit floats",
          0x0e: "64-bit floats",
        ]
        let code = IDXFile.hexadecimal(bytes[2...2])
        throw Malformation(
          "the type code is 0x\(code), \(types[bytes[2]] ?? "which IDX does not know"); only unsigned bytes (0x08) are read",
          remedy: "write the array as unsigned bytes", place: "header, byte 2")
      }
      let dimensions = Int(bytes[3])
      guard (1...IDXFile.largestDimensionCount).contains(dimensions) else {
        throw Malformation(
          "it declares \(dimensions) dimensions; 1 to \(IDXFile.largestDimensionCount) are read",
          remedy: "write the array with fewer dimensions", place: "header, byte 3")
      }
      length = 4 + 4 * dimensions
      guard bytes.count >= length else {
        throw Malformation(
          "\(dimensions) dimensions need a header of \(length) bytes, and the file has \(bytes.count)",
          remedy: "copy or download the file again: it is incomplete", place: "header")
      }
      var shape: [Int] = []
      var count = 1
      for d in 0..<dimensions {
        var size = 0
        for byte in bytes[(4 + 4 * d)..<(8 + 4 * d)] { size = size << 8 | Int(byte) }
        shape.append(size)
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow else {
          throw Malformation(
            "the sizes \(shapeText(shape)) multiply to more than an integer holds",
            remedy: "copy or download the file again: it is damaged", place: "header")
        }
        count = product
      }
      self.shape = shape
      self.count = count
    }

    /// - Parameter present: bytes of entries that are there; nil where that is not known yet.
    func check(present: Int?, isCompressed: Bool, _ limit: Int) throws(Malformation) {
      if count > limit {
        throw Malformation(
          "shape \(shapeText(shape)) needs \(count) bytes, above the memory limit of \(limit)",
          remedy: "use a smaller file", place: "header")
      }
      guard let present else { return }
      if count > present {
        throw Malformation(
          "shape \(shapeText(shape)) needs \(count) bytes of entries but only \(present) are there",
          remedy: "copy or download the file again: it is incomplete")
      }
      if count < present {
        throw Malformation(
          "\(present - count) bytes follow the array of shape \(shapeText(shape))",
          remedy: "write one array per IDX file")
      }
    }
  }

  private static func hexadecimal(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
