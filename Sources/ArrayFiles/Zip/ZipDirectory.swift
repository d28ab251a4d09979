/// The members of a ZIP archive, as its central directory lists them, with every offset and size checked.
///
/// Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 and 4.3.15 (zip64 end of
/// directory and its locator), 4.3.16 (end of directory), 4.5.3 (zip64 sizes).
struct ZipDirectory {
  let members: [ZipMember]

  init(_ bytes: UnsafeRawBufferPointer) throws(Malformation) {
    let reader = ZipReader(bytes)
    if bytes.isEmpty { throw Malformation("it is empty", remedy: "write the arrays with numpy.savez") }
    if bytes.starts(with: NumpyHeader.magic) {
      throw Malformation("this is an NPY array, not an NPZ archive", remedy: "rename it to .npy")
    }
    let end = try ZipDirectory.findEnd(reader)
    var members: [ZipMember] = []
    var position = end.start
    for number in 0..<end.count {
      do throws(Malformation) {
        members.append(try ZipMember(reader, at: &position, directory: end.start..<end.end))
      } catch { throw error.inside("directory entry \(number + 1)") }
    }
    if position != end.end {
      throw ZipReader.malformed("the directory has \(end.end - position) bytes more than its \(end.count) entries")
    }
    // Members that share bytes are how small archives expand to petabytes.
    let sorted = members.sorted { $0.headerOffset < $1.headerOffset }
    for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.data.upperBound > later.headerOffset {
      throw ZipReader.malformed("members \(earlier.title) and \(later.title) overlap")
    }
    self.members = members
  }

  private struct End {
    var start: Int
    var end: Int
    var count: Int
  }

  /// The end-of-directory record: 22 bytes and a comment of at most 65535, at the very end of the file.
  private static func findEnd(_ reader: ZipReader) throws(Malformation) -> End {
    let last = reader.bytes.count - 22
    var at = last
    while at >= 0, at >= last - 0xffff {
      if try reader.u32(at) == 0x0605_4b50, try reader.u16(at + 20) == last - at { break }
      at -= 1
    }
    guard at >= 0, at >= last - 0xffff else {
      throw Malformation(
        "no ZIP directory is found at its end", remedy: "copy or write the file again: it is incomplete or no NPZ file")
    }
    var disks = [try reader.u16(at + 4), try reader.u16(at + 6)]
    var onDisk = try reader.u16(at + 8)
    var count = try reader.u16(at + 10)
    var size = try reader.u32(at + 12)
    var start = try reader.u32(at + 16)
    var end = at
    if at >= 20, try reader.u32(at - 20) == 0x0706_4b50 {
      let record = try reader.u64(at - 12)
      guard record <= at - 20 - 56, try reader.u32(record) == 0x0606_4b50 else {
        throw ZipReader.malformed("the zip64 directory record is not where the file says")
      }
      disks = [try reader.u32(record + 16), try reader.u32(record + 20)]
      onDisk = try reader.u64(record + 24)
      count = try reader.u64(record + 32)
      size = try reader.u64(record + 40)
      start = try reader.u64(record + 48)
      end = record
    }
    guard disks == [0, 0], onDisk == count else {
      throw ZipReader.malformed("the archive is spread over several disks")
    }
    guard start <= end, size <= end - start else {
      throw ZipReader.malformed("the directory of \(size) bytes at offset \(start) lies outside the file")
    }
    // 46 bytes is the smallest entry.
    guard count <= size / 46 else {
      throw ZipReader.malformed("\(count) entries do not fit into a directory of \(size) bytes")
    }
    return End(start: start, end: start + size, count: count)
  }
}
