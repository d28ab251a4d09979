/// Writes the structure of a ZIP archive of stored members around contents that the caller appends to the output.
///
/// All dates are 1 January 1980, so that equal contents give equal files. Sizes and offsets of 2³² − 1 and more, and
/// 2¹⁶ − 1 members and more, take the zip64 records (see ``ZipDirectory`` for the source).
struct ZipWriter {
  private struct Entry {
    var name: [UInt8]
    var checksum: UInt32
    var size: Int
    var offset: Int
  }

  /// The first size or offset that takes a zip64 record; lower in tests.
  private let zip64Threshold: Int
  private var entries: [Entry] = []

  init(zip64Threshold: Int = 0xffff_ffff) {
    self.zip64Threshold = zip64Threshold
  }

  /// The local header to write at `offset`, before the member's `size` bytes of contents.
  mutating func begin(_ name: String, checksum: UInt32, size: Int, offset: Int) -> [UInt8] {
    let entry = Entry(name: Array(name.utf8), checksum: checksum, size: size, offset: offset)
    entries.append(entry)
    let isLarge = size >= zip64Threshold
    var record = LittleEndianBytes()
    record.u32(0x0403_4b50)
    record.u16(isLarge ? 45 : 20)
    common(entry, isLarge: isLarge, extra: isLarge ? 20 : 0, &record)
    record.bytes += entry.name
    if isLarge {
      record.u16(1)
      record.u16(16)
      record.u64(size)
      record.u64(size)
    }
    return record.bytes
  }

  /// The central directory and what ends the file, to write at `offset`, after the last member.
  func end(offset: Int) -> [UInt8] {
    var record = LittleEndianBytes()
    for entry in entries {
      let isLarge = entry.size >= zip64Threshold
      let isFar = entry.offset >= zip64Threshold
      let fields = (isLarge ? 16 : 0) + (isFar ? 8 : 0)
      record.u32(0x0201_4b50)
      record.u16(3 << 8 | 45)  // made by Unix, version 4.5
      record.u16(fields > 0 ? 45 : 20)
      common(entry, isLarge: isLarge, extra: fields > 0 ? fields + 4 : 0, &record)
      for _ in 0..<3 { record.u16(0) }  // no comment, first disk, binary
      record.u32(0o100644 << 16)  // a regular file, rw-r--r--
      record.u32(isFar ? 0xffff_ffff : entry.offset)
      record.bytes += entry.name
      if fields > 0 {
        record.u16(1)
        record.u16(fields)
        if isLarge {
          record.u64(entry.size)
          record.u64(entry.size)
        }
        if isFar { record.u64(entry.offset) }
      }
    }
    let size = record.bytes.count
    let count = entries.count
    if offset >= zip64Threshold || size >= zip64Threshold || count >= 0xffff {
      record.u32(0x0606_4b50)
      record.u64(44)  // bytes that follow in this record
      record.u16(3 << 8 | 45)
      record.u16(45)
      for _ in 0..<2 { record.u32(0) }  // this disk, the directory's disk
      for number in [count, count, size, offset] { record.u64(number) }
      record.u32(0x0706_4b50)
      record.u32(0)
      record.u64(offset + size)
      record.u32(1)
      write(end: 0xffff, 0xffff_ffff, 0xffff_ffff, &record)
    } else {
      write(end: count, size, offset, &record)
    }
    return record.bytes
  }

  private func write(end count: Int, _ size: Int, _ offset: Int, _ record: inout LittleEndianBytes) {
    record.u32(0x0605_4b50)
    for number in [0, 0, count, count] { record.u16(number) }
    record.u32(size)
    record.u32(offset)
    record.u16(0)
  }

  /// The fields that local header and directory entry share, from the flags to the length of the extra field.
  private func common(_ entry: Entry, isLarge: Bool, extra: Int, _ record: inout LittleEndianBytes) {
    record.u16(entry.name.allSatisfy { $0 < 0x80 } ? 0 : 1 << 11)  // bit 11: the name is UTF-8
    record.u16(0)  // stored
    record.u16(0)  // 00:00
    record.u16(1 << 5 | 1)  // 1 January 1980
    record.u32(Int(entry.checksum))
    for _ in 0..<2 { record.u32(isLarge ? 0xffff_ffff : entry.size) }
    record.u16(entry.name.count)
    record.u16(extra)
  }
}

/// Little-endian numbers laid end to end.
private struct LittleEndianBytes {
  var bytes: [UInt8] = []

  mutating func u16(_ value: Int) { append(value, 2) }
  mutating func u32(_ value: Int) { append(value, 4) }
  mutating func u64(_ value: Int) { append(value, 8) }

  private mutating func append(_ value: Int, _ count: Int) {
    for k in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * k))) }
  }
}
