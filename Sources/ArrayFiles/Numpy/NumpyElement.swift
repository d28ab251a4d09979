/// The number types of NPY files that become doubles.
///
/// Source: numpy's array interface, https://numpy.org/doc/stable/reference/arrays.interface.html (typestr).
struct NumpyElement: Equatable {
  enum Kind: Equatable {
    case boolean
    case signed
    case unsigned
    case float
  }

  let kind: Kind
  /// Bytes per element: 1, 2, 4 or 8.
  let size: Int
  let isBigEndian: Bool

  /// Reads a typestr such as `<f8`, `|u1` or `>i4`. Without `<` or `>` the order is this machine's, as in numpy.
  init(descriptor: ArraySlice<UInt8>) throws(Malformation) {
    var rest = descriptor
    var bigEndian = Int(bigEndian: 1) == 1
    if let first = rest.first, [UInt8](arrayLiteral: 0x3c, 0x3e, 0x7c, 0x3d).contains(first) {  // < > | =
      if first == UInt8(ascii: "<") { bigEndian = false }
      if first == UInt8(ascii: ">") { bigEndian = true }
      rest = rest.dropFirst()
    }
    let (kind, size) = try NumpyElement.kindAndSize(rest, all: descriptor)
    self.kind = kind
    self.size = size
    self.isBigEndian = bigEndian
  }

  private static func kindAndSize(
    _ rest: ArraySlice<UInt8>, all descriptor: ArraySlice<UInt8>
  ) throws(Malformation) -> (Kind, Int) {
    switch String(decoding: rest, as: UTF8.self) {
    case "b1", "?": return (.boolean, 1)
    case "i1": return (.signed, 1)
    case "i2": return (.signed, 2)
    case "i4": return (.signed, 4)
    case "i8": return (.signed, 8)
    case "u1": return (.unsigned, 1)
    case "u2": return (.unsigned, 2)
    case "u4": return (.unsigned, 4)
    case "u8": return (.unsigned, 8)
    case "f2": return (.float, 2)
    case "f4": return (.float, 4)
    case "f8": return (.float, 8)
    default: break
    }
    let name =
      switch rest.first {
      case UInt8(ascii: "c"): "complex numbers"
      case UInt8(ascii: "O"): "Python objects"
      case UInt8(ascii: "S"), UInt8(ascii: "a"): "byte strings"
      case UInt8(ascii: "U"): "text"
      case UInt8(ascii: "M"): "dates"
      case UInt8(ascii: "m"): "time differences"
      case UInt8(ascii: "V"): "raw records"
      case UInt8(ascii: "f"): "floats of a size that is not 2, 4 or 8 bytes"
      default: "elements of an unknown type"
      }
    throw Malformation(
      "the array holds \(name) (dtype \(quoted(descriptor)))",
      remedy: "save real numbers: array.astype('float64')", place: "header", isForeign: true)
  }

  /// Converts `count` elements to doubles. Integers beyond 2⁵³ are rounded to the nearest double; booleans become 0
  /// and 1.
  func decode(_ source: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<Double>) {
    switch (kind, size) {
    case (.boolean, _): convert(source, count, target) { (raw: UInt8) in raw == 0 ? 0 : 1 }
    case (.signed, 1): convert(source, count, target) { (raw: Int8) in Double(raw) }
    case (.signed, 2): convert(source, count, target) { (raw: Int16) in Double(raw) }
    case (.signed, 4): convert(source, count, target) { (raw: Int32) in Double(raw) }
    case (.signed, _): convert(source, count, target) { (raw: Int64) in Double(raw) }
    case (.unsigned, 1): convert(source, count, target) { (raw: UInt8) in Double(raw) }
    case (.unsigned, 2): convert(source, count, target) { (raw: UInt16) in Double(raw) }
    case (.unsigned, 4): convert(source, count, target) { (raw: UInt32) in Double(raw) }
    case (.unsigned, _): convert(source, count, target) { (raw: UInt64) in Double(raw) }
    case (.float, 2): convert(source, count, target) { (raw: UInt16) in doubleFromHalf(raw) }
    case (.float, 4): convert(source, count, target) { (raw: UInt32) in Double(Float(bitPattern: raw)) }
    case (.float, _): convert(source, count, target) { (raw: UInt64) in Double(bitPattern: raw) }
    }
  }

  @inline(__always)
  private func convert<Stored: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutablePointer<Double>,
    _ value: (Stored) -> Double
  ) {
    let size = MemoryLayout<Stored>.size
    if isBigEndian {
      for k in 0..<count {
        target[k] = value(Stored(bigEndian: source.loadUnaligned(fromByteOffset: k * size, as: Stored.self)))
      }
    } else {
      for k in 0..<count {
        target[k] = value(Stored(littleEndian: source.loadUnaligned(fromByteOffset: k * size, as: Stored.self)))
      }
    }
  }
}

/// The value of an IEEE 754 binary16 bit pattern: 1 sign, 5 exponent (bias 15) and 10 fraction bits; exact.
func doubleFromHalf(_ bits: UInt16) -> Double {
  let sign = UInt64(bits >> 15) << 63
  let exponent = UInt64(bits >> 10) & 0x1f
  let fraction = UInt64(bits & 0x3ff)
  switch exponent {
  case 0:
    let magnitude = Double(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1f: return Double(bitPattern: sign | 0x7ff << 52 | fraction << 42)
  default: return Double(bitPattern: sign | (exponent + 1008) << 52 | fraction << 42)
  }
}
