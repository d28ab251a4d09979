internal import CZlib

/// Bytes compressed by gzip (RFC 1952), expanded piece by piece with zlib, which also compares the checksum of every member.
final class Gzip {
  private let source: UnsafeRawBufferPointer
  // zlib keeps a pointer to the stream, which must therefore stay in place.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Bytes of ``source`` that were expanded, and whether a member ended there.
  private var consumed = 0
  private var isAtEnd = false

  /// Whether the bytes start like a gzip file.
  static func isCompressed(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  /// - Parameter source: must outlive this object.
  init(_ source: UnsafeRawBufferPointer) throws(Malformation) {
    self.source = source
    stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Window of 2¹⁵ bytes; 16 more: with gzip's header and checksum.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Malformation("zlib cannot be started", remedy: "free some memory")
    }
  }

  /// Bytes that are not compressed as they are, others expanded.
  ///
  /// - Throws: ``Malformation`` if the data are damaged or come to more than `limit` bytes.
  static func expanded(_ bytes: [UInt8], limit: Int) throws(Malformation) -> [UInt8] {
    try withRawBytes(bytes) { (raw) throws(Malformation) in
      guard isCompressed(raw) else { return bytes }
      let source = try Gzip(raw)
      var expanded: [UInt8] = []
      while true {
        let piece = try source.next(1 << 20)
        guard expanded.count + piece.count <= limit else {
          throw Malformation(
            "the data expand to more than the memory limit of \(limit) bytes", remedy: "use a smaller file",
            place: "gzip data")
        }
        expanded += piece
        if piece.count < 1 << 20 { return expanded }
      }
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next `count` expanded bytes, fewer only where the data end.
  ///
  /// - Throws: ``Malformation`` if the data are damaged, or end within a member.
  func next(_ count: Int) throws(Malformation) -> [UInt8] {
    var failure = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      written = 0
      guard let target = buffer.baseAddress else { return }
      while written < count, !failure, !isFinished() {
        let size = min(count - written, 1 << 30)
        let given = min(source.count - consumed, 1 << 30)
        stream.pointee.next_in = source.baseAddress.map {
          UnsafeMutablePointer(mutating: ($0 + consumed).assumingMemoryBound(to: UInt8.self))
        }
        stream.pointee.avail_in = UInt32(given)
        stream.pointee.next_out = target + written
        stream.pointee.avail_out = UInt32(size)
        let status = inflate(stream, Z_NO_FLUSH)
        let (read, made) = (given - Int(stream.pointee.avail_in), size - Int(stream.pointee.avail_out))
        consumed += read
        written += made
        isAtEnd = status == Z_STREAM_END
        failure = !isAtEnd && (status != Z_OK || (read == 0 && made == 0))
      }
    }
    if failure {
      throw Malformation(
        "the compressed data are damaged or end after \(consumed) of \(source.count) bytes",
        remedy: "copy or download the file again: it is damaged or incomplete", place: "gzip data")
    }
    return bytes
  }

  /// Whether all members were expanded; goes on with the next one where there is one.
  private func isFinished() -> Bool {
    guard isAtEnd else { return false }
    if consumed == source.count { return true }
    isAtEnd = inflateReset(stream) != Z_OK
    return isAtEnd
  }
}
