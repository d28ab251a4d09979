/// The header of an NPY file: element type, order and shape, with the sizes that follow from them.
///
/// Source: NEP 1 and numpy.lib.format (versions 1.0, 2.0 and 3.0).
struct NumpyHeader {
  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]  // \x93NUMPY

  let element: NumpyElement
  let isFortranOrder: Bool
  let shape: [Int]
  /// Product of `shape`.
  let elementCount: Int
  /// Bytes the elements occupy.
  let byteCount: Int
  /// Where the elements start, from the start of the file.
  let dataOffset: Int

  /// Reads the header at the start of `bytes`; sizes are overflow-checked but not yet compared with the file.
  init(_ bytes: UnsafeRawBufferPointer) throws(Malformation) {
    if bytes.isEmpty { throw Malformation("it is empty", remedy: "write the array with numpy.save") }
    if bytes.starts(with: [0x50, 0x4b]) {  // PK
      throw Malformation(
        "this is a ZIP archive, not an NPY array", remedy: "rename it to .npz if numpy.savez wrote it", place: "header")
    }
    guard bytes.starts(with: NumpyHeader.magic) else {
      throw Malformation(
        "the file does not start with the NPY magic string", remedy: "write the array with numpy.save", place: "header")
    }
    guard bytes.count >= 10 else { throw NumpyHeader.truncated }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw Malformation(
        "NPY version \(version).\(bytes[7]) is unknown", remedy: "save it as version 1.0, 2.0 or 3.0", place: "header")
    }
    let textStart = version == 1 ? 10 : 12
    guard bytes.count >= textStart else { throw NumpyHeader.truncated }
    var length = Int(bytes[8]) | Int(bytes[9]) << 8
    if version > 1 { length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
    guard length <= bytes.count - textStart else { throw NumpyHeader.truncated }

    var parser = NumpyHeaderParser(UnsafeRawBufferPointer(rebasing: bytes[textStart..<textStart + length]))
    let fields = try parser.parse()
    self.element = try NumpyElement(descriptor: fields.descriptor[...])
    self.isFortranOrder = fields.isFortranOrder
    self.shape = fields.shape
    self.dataOffset = textStart + length
    guard let count = DenseArray.elementCount(fields.shape), count <= Int.max / 8 else {
      throw Malformation(
        "an array of shape \(shapeText(fields.shape)) does not fit into memory", remedy: "use a smaller array",
        place: "header")
    }
    self.elementCount = count
    self.byteCount = count * element.size
  }

  private static let truncated = Malformation(
    "the file ends inside the header", remedy: "copy or write the file again: it is incomplete", place: "header")

  /// The header numpy writes for a row-major array of little-endian doubles, byte for byte.
  ///
  /// numpy leaves room for the first dimension to grow to 21 digits and pads with blanks so that the data start at a
  /// multiple of 64.
  static func encode(shape: [Int]) -> [UInt8] {
    let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(dimensions)), }".utf8)
    if let first = shape.first {
      text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 21 - String(first).utf8.count))
    }
    let prefix = text.count + 1 + 63 <= 0xffff ? 10 : 12
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 63 - (prefix + text.count) % 64))
    text.append(UInt8(ascii: "\n"))
    var header = magic + [prefix == 10 ? 1 : 2, 0]
    for shift in prefix == 10 ? [0, 8] : [0, 8, 16, 24] { header.append(UInt8(text.count >> shift & 0xff)) }
    return header + text
  }
}
