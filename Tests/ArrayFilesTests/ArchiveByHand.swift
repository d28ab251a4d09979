/// A ZIP archive of stored members, made without the code under test. `size` replaces the declared size.
func archive(_ members: [(name: String, contents: [UInt8], size: Int?)]) -> [UInt8] {
  archive(members.map { ($0.name, $0.contents, $0.size ?? $0.contents.count, crc32($0.contents), 0) })
}

/// An archive of one deflated member `bomb.npy` holding `size` zeros after its header.
///
/// The deflate data are a stored block with the header, then one block of fixed codes: a zero literal and copies of
/// 258 bytes at distance 1, 13 bits each.
func zeroBomb(size: Int) -> [UInt8] {
  let count = (size - 1) / 258
  let zeros = 1 + 258 * count
  let header = NPY.header("'|u1'", "False", "(\(zeros),)")
  var data: [UInt8] = [0, UInt8(header.count), 0, ~UInt8(header.count), 255] + header
  var bits = 0
  var filled = 0
  func put(_ value: Int, _ width: Int) {
    bits |= value << filled
    filled += width
    while filled >= 8 {
      data.append(UInt8(bits & 255))
      bits >>= 8
      filled -= 8
    }
  }
  put(0b011, 3)  // last block, fixed codes
  put(0b0000_1100, 8)  // literal 0 is 00110000, sent from its highest bit
  for _ in 0..<count {
    put(0b1010_0011, 8)  // length 258: code 285, 11000101 from its highest bit
    put(0, 5)  // distance 1
  }
  put(0, 7)  // end of block
  put(0, 7)  // up to a whole byte
  let checksum = zeros < 10_000_000 ? crc32(header + [UInt8](repeating: 0, count: zeros)) : 0
  return archive([("bomb.npy", data, header.count + zeros, checksum, 8)])
}

private func archive(
  _ members: [(name: String, data: [UInt8], size: Int, checksum: UInt32, method: Int)]
) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  func u16(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
  func u32(_ value: Int) -> [UInt8] { u16(value) + u16(value >> 16) }
  for member in members {
    let name = Array(member.name.utf8)
    var common = u16(20) + u16(0) + u16(member.method) + u32(0) + u32(Int(member.checksum))
    common += u32(member.data.count) + u32(member.size) + u16(name.count) + u16(0)
    directory += [0x50, 0x4b, 1, 2] + u16(20) + common + u16(0) + u16(0) + u16(0) + u32(0) + u32(file.count) + name
    file += [0x50, 0x4b, 3, 4] + common + name + member.data
  }
  var end = [0x50, 0x4b, 5, 6] + u32(0) + u16(members.count) + u16(members.count)
  end += u32(directory.count) + u32(file.count) + u16(0)
  return file + directory + end
}

/// Bit by bit, from the polynomial.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var value: UInt32 = 0xffff_ffff
  for byte in bytes {
    value ^= UInt32(byte)
    for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
  }
  return ~value
}
