internal import CZlib

/// Expanding raw deflate data (RFC 1951) with zlib.
enum Deflate {
  /// The `size` bytes that `source` expands to.
  ///
  /// - Throws: ``Malformation`` if the data are damaged or expand to fewer or more bytes, or end before `source` does.
  static func expand(_ source: UnsafeRawBufferPointer, size: Int) throws(Malformation) -> [UInt8] {
    // zlib keeps a pointer to the stream, which must therefore stay in place.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // Window of 2¹⁵ bytes; negative: no zlib header.
    guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Malformation("zlib cannot be started", remedy: "free some memory")
    }
    defer { inflateEnd(stream) }
    var isComplete = false
    // One byte more than declared shows data that expand further.
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: size + 1)
      count = run(stream, source, target, &isComplete)
    }
    let isWhole = isComplete && bytes.count == size && consumed(stream, source) == source.count
    guard isWhole else {
      throw Malformation(
        "the compressed data do not expand to the \(size) bytes declared",
        remedy: "copy or write the file again: it is damaged")
    }
    return bytes
  }

  private static func consumed(_ stream: UnsafePointer<z_stream>, _ source: UnsafeRawBufferPointer) -> Int {
    guard let base = source.baseAddress, let next = stream.pointee.next_in else { return 0 }
    return UnsafeRawPointer(next) - base
  }

  /// Expands until the data end, the target is full or an error; zlib counts in 32 bits, so both sides go in pieces.
  private static func run(
    _ stream: UnsafeMutablePointer<z_stream>, _ source: UnsafeRawBufferPointer,
    _ target: UnsafeMutableRawBufferPointer, _ isComplete: inout Bool
  ) -> Int {
    guard let input = source.baseAddress, let output = target.baseAddress else { return 0 }
    let piece = 1 << 30
    var read = 0
    var written = 0
    while true {
      let inputSize = min(piece, source.count - read)
      let outputSize = min(piece, target.count - written)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: (input + read).assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(inputSize)
      stream.pointee.next_out = (output + written).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(outputSize)
      let status = inflate(stream, Z_NO_FLUSH)
      let readNow = inputSize - Int(stream.pointee.avail_in)
      let writtenNow = outputSize - Int(stream.pointee.avail_out)
      read += readNow
      written += writtenNow
      if status == Z_STREAM_END {
        isComplete = true
        return written
      }
      if status != Z_OK || (readNow == 0 && writtenNow == 0) { return written }
    }
  }
}

/// The CRC-32 of ZIP files.
enum Checksum {
  static func update(_ checksum: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress else { return checksum }
    var value = uLong(checksum)
    var done = 0
    while done < bytes.count {
      let size = min(bytes.count - done, 1 << 30)
      value = crc32(value, (base + done).assumingMemoryBound(to: UInt8.self), uInt(size))
      done += size
    }
    return UInt32(truncatingIfNeeded: value)
  }

  /// The checksum of two pieces laid end to end, from that of each and the length of the second.
  static func combine(_ first: UInt32, _ second: UInt32, secondLength: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_combine(uLong(first), uLong(second), numericCast(secondLength)))
  }
}
