/// The bytes of a ZIP archive as bounds-checked little-endian numbers.
struct ZipReader {
  let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  static func malformed(_ problem: String) -> Malformation {
    Malformation(problem, remedy: "write the file again with numpy.savez")
  }

  func u16(_ offset: Int) throws(Malformation) -> Int { Int(try load(offset, as: UInt16.self)) }

  func u32(_ offset: Int) throws(Malformation) -> Int { Int(try load(offset, as: UInt32.self)) }

  /// A 64-bit size or offset; those that no `Int` holds cannot be true.
  func u64(_ offset: Int) throws(Malformation) -> Int {
    guard let value = Int(exactly: try load(offset, as: UInt64.self)) else {
      throw ZipReader.malformed("a zip64 size or offset is above 2⁶³")
    }
    return value
  }

  private func load<Number: FixedWidthInteger>(_ offset: Int, as: Number.Type) throws(Malformation) -> Number {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Number>.size else {
      throw ZipReader.malformed("the ZIP structure points outside the file")
    }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
