/// One member of a ZIP archive.
struct ZipMember {
  /// The largest factor by which deflate can expand: 258 bytes from two bits.
  static let largestExpansion = 1032
  /// A member that expands by more than this factor to more than ``suspiciousSize`` bytes is taken for a bomb.
  static let suspiciousExpansion = 100
  static let suspiciousSize = 256 << 20

  let name: String
  /// Where the local header starts, and the bytes of the contents as they are in the file.
  let headerOffset: Int
  let data: Range<Int>
  /// Size of the contents when expanded.
  let size: Int
  private let isDeflated: Bool
  private let checksum: UInt32

  /// The name as shown in messages, without `.npy`.
  var title: String { quoted((name.hasSuffix(".npy") ? name.dropLast(4) : name[...]).utf8) }

  /// Whether the name is relative and stays inside the folder it would be unpacked in.
  var hasHarmlessName: Bool {
    let parts = name.utf8.split(omittingEmptySubsequences: false) { $0 == 0x2f || $0 == 0x5c }  // / and \
    guard let first = parts.first, !first.isEmpty, !first.contains(UInt8(ascii: ":")) else { return false }
    return !parts.contains { $0.elementsEqual("..".utf8) }
  }

  /// Reads the directory entry at `position` and moves past it.
  init(_ reader: ZipReader, at position: inout Int, directory: Range<Int>) throws(Malformation) {
    let start = position
    guard start <= directory.upperBound - 46, try reader.u32(start) == 0x0201_4b50 else {
      throw ZipReader.malformed("the entry is missing or damaged")
    }
    let flags = try reader.u16(start + 8)
    let method = try reader.u16(start + 10)
    let nameLength = try reader.u16(start + 28)
    let extraLength = try reader.u16(start + 30)
    position += 46 + nameLength + extraLength + (try reader.u16(start + 32))
    guard position <= directory.upperBound else { throw ZipReader.malformed("the entry is cut off") }
    let nameBytes = reader.bytes[start + 46..<start + 46 + nameLength]
    self.name = String(decoding: nameBytes, as: UTF8.self)
    self.checksum = UInt32(truncatingIfNeeded: try reader.u32(start + 16))

    let extraStart = start + 46 + nameLength
    let sizes = try ZipMember.sizes(reader, entry: start, extra: extraStart..<extraStart + extraLength)
    self.size = sizes.expanded
    self.headerOffset = sizes.offset

    if flags & 1 != 0 { throw ZipReader.malformed("member \(quoted(nameBytes)) is encrypted") }
    guard method == 0 || method == 8 else {
      throw Malformation(
        "member \(quoted(nameBytes)) is compressed by method \(method), neither stored (0) nor deflate (8)",
        remedy: "write the file with numpy.savez or numpy.savez_compressed")
    }
    self.isDeflated = method == 8
    // The local header repeats the name; its own length fields say where the contents start.
    guard sizes.offset <= directory.lowerBound - 30, try reader.u32(sizes.offset) == 0x0403_4b50 else {
      throw ZipReader.malformed("member \(quoted(nameBytes)) has no local header at offset \(sizes.offset)")
    }
    let localName = sizes.offset + 30
    let localLength = try reader.u16(sizes.offset + 26)
    let dataStart = localName + localLength + (try reader.u16(sizes.offset + 28))
    guard dataStart <= directory.lowerBound, sizes.stored <= directory.lowerBound - dataStart else {
      throw ZipReader.malformed("member \(quoted(nameBytes)) does not fit into the file")
    }
    guard reader.bytes[localName..<localName + localLength].elementsEqual(nameBytes) else {
      throw ZipReader.malformed("member \(quoted(nameBytes)) has another name in its local header")
    }
    self.data = dataStart..<dataStart + sizes.stored
    try checkSizes()
  }

  /// Expanded and stored size and local header offset; each is 64 bits in the zip64 extra field (id 1) where the entry
  /// itself holds the largest 32-bit number.
  private static func sizes(
    _ reader: ZipReader, entry: Int, extra: Range<Int>
  ) throws(Malformation) -> (expanded: Int, stored: Int, offset: Int) {
    var values = [try reader.u32(entry + 24), try reader.u32(entry + 20), try reader.u32(entry + 42)]
    let marked = values.indices.filter { values[$0] == 0xffff_ffff }
    if marked.isEmpty { return (values[0], values[1], values[2]) }
    var field = extra.lowerBound
    while field <= extra.upperBound - 4 {
      let length = try reader.u16(field + 2)
      guard length <= extra.upperBound - field - 4 else { break }
      if try reader.u16(field) == 1, length >= 8 * marked.count {
        for (k, index) in marked.enumerated() { values[index] = try reader.u64(field + 4 + 8 * k) }
        break
      }
      field += 4 + length
    }
    return (values[0], values[1], values[2])
  }

  private func checkSizes() throws(Malformation) {
    if !isDeflated {
      if size == data.count { return }
      throw ZipReader.malformed("member \(title) is stored in \(data.count) bytes but declares \(size)")
    }
    let expansion = size / max(1, data.count)
    if expansion > ZipMember.largestExpansion {
      throw ZipReader.malformed("member \(title) declares \(size) bytes, more than its \(data.count) can expand to")
    }
    if expansion > ZipMember.suspiciousExpansion, size > ZipMember.suspiciousSize {
      throw Malformation(
        "member \(title) expands \(expansion)-fold to \(size) bytes, like a decompression bomb",
        remedy: "if the data are genuine, write them uncompressed with numpy.savez")
    }
  }

  /// Hands the contents to `body`, expanded where needed, after comparing their checksum.
  func withContents<Value>(
    _ file: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Malformation) -> Value
  ) throws(Malformation) -> Value {
    let stored = UnsafeRawBufferPointer(rebasing: file[data])
    if !isDeflated {
      try compareChecksum(stored)
      return try body(stored)
    }
    let contents = try Deflate.expand(stored, size: size)
    return try withRawBytes(contents) { (raw) throws(Malformation) in
      try compareChecksum(raw)
      return try body(raw)
    }
  }

  private func compareChecksum(_ contents: UnsafeRawBufferPointer) throws(Malformation) {
    if Checksum.update(0, contents) != checksum {
      throw Malformation(
        "the contents do not match their checksum", remedy: "copy or write the file again: it is damaged")
    }
  }
}
