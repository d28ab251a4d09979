/// The items of several growing arrays in one temporary file: each array fills a buffer of its own, full buffers follow
/// each other in the file, and a table says which stretches belong to which array.
struct Spool: ~Copyable {
  private struct Growing {
    let name: String
    let itemShape: [Int]
    let itemSize: Int
    var itemCount = 0
    /// Bytes waiting in the buffer.
    var waiting = 0
    /// Bytes in the file, where they are, and their checksum.
    var spooled = 0
    var stretches: [Range<Int>] = []
    var checksum: UInt32 = 0
  }

  private let path: String
  private let file: TemporaryFile
  private var end = 0
  private var arrays: [Growing]
  private let blockSize: Int
  private let buffers: UnsafeMutableRawBufferPointer

  init(path: String, arrays: [(name: String, itemShape: [Int])]) throws(FileError) {
    self.path = path
    // Finds out now, not after the computation, whether the file can be written.
    _ = try AtomicOutput(path)
    var file = try TemporaryFile(for: path, reportedAs: path)
    file.forgetName()
    self.file = file
    self.arrays = arrays.map { array in
      guard let size = DenseArray.elementCount(array.itemShape) else {
        preconditionFailure("items of shape \(array.itemShape) have no size")
      }
      return Growing(name: array.name, itemShape: array.itemShape, itemSize: size)
    }
    // 32 KiB an array, less (but never under 4 KiB) where that would exceed 8 MiB in all; multiples of 4 KiB.
    self.blockSize = max(4096, min(32768, (8 << 20) / max(1, arrays.count) & ~4095))
    self.buffers = .allocate(byteCount: blockSize * arrays.count, alignment: 16)
  }

  deinit {
    buffers.deallocate()
  }

  mutating func append(_ array: Int, _ values: UnsafeBufferPointer<Double>) throws(FileError) {
    precondition(arrays.indices.contains(array), "there is no array \(array)")
    precondition(values.count == arrays[array].itemSize, "an item of \(arrays[array].name) has another size")
    var rest = UnsafeRawBufferPointer(values)
    while !rest.isEmpty {
      let waiting = arrays[array].waiting
      let size = min(rest.count, blockSize - waiting)
      let target = array * blockSize + waiting
      UnsafeMutableRawBufferPointer(rebasing: buffers[target..<target + size]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<size]))
      rest = UnsafeRawBufferPointer(rebasing: rest[size...])
      arrays[array].waiting += size
      if arrays[array].waiting == blockSize { try flush(array) }
    }
    arrays[array].itemCount += 1
  }

  /// Moves an array's buffer to the file.
  private mutating func flush(_ array: Int) throws(FileError) {
    let size = arrays[array].waiting
    if size == 0 { return }
    let block = UnsafeMutableRawBufferPointer(rebasing: buffers[array * blockSize..<array * blockSize + size])
    #if _endian(big)
      for word in block.assumingMemoryBound(to: UInt64.self).indices {
        block.assumingMemoryBound(to: UInt64.self)[word] = block.assumingMemoryBound(to: UInt64.self)[word].byteSwapped
      }
    #endif
    let code = writeFully(file.descriptor, UnsafeRawBufferPointer(block), at: end)
    if code != 0 { throw TemporaryFile.unwritable(path, code) }
    arrays[array].checksum = Checksum.update(arrays[array].checksum, UnsafeRawBufferPointer(block))
    if let last = arrays[array].stretches.last, last.upperBound == end {
      arrays[array].stretches[arrays[array].stretches.count - 1] = last.lowerBound..<end + size
    } else {
      arrays[array].stretches.append(end..<end + size)
    }
    arrays[array].spooled += size
    arrays[array].waiting = 0
    end += size
  }

  /// Gathers each array from its stretches into the NPZ file.
  mutating func assemble(zip64Threshold: Int) throws(FileError) {
    for array in arrays.indices { try flush(array) }
    var output = try AtomicOutput(path)
    var zip = ZipWriter(zip64Threshold: zip64Threshold)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    for array in arrays {
      let header = NumpyHeader.encode(shape: [array.itemCount] + array.itemShape)
      let checksum = Checksum.combine(
        header.withUnsafeBytes { Checksum.update(0, $0) }, array.checksum, secondLength: array.spooled)
      let size = header.count + array.spooled
      try output.append(zip.begin(array.name + ".npy", checksum: checksum, size: size, offset: output.byteCount))
      try output.append(header)
      for stretch in array.stretches {
        for start in Swift.stride(from: stretch.lowerBound, to: stretch.upperBound, by: piece.count) {
          let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, stretch.upperBound - start)])
          let (count, code) = readFully(file.descriptor, part, at: start)
          if count < part.count {
            throw FileError(
              .unwritable, path: path, problem: "its temporary file cannot be read back (\(systemMessage(code)))",
              remedy: "check the disk")
          }
          try output.append(UnsafeRawBufferPointer(part))
        }
      }
    }
    try output.append(zip.end(offset: output.byteCount))
    try output.commit()
  }
}
