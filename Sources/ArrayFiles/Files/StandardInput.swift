import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a process is given on its standard input, read once: it may be asked for several times.
enum StandardInput {
  private static let kept = Mutex<[UInt8]?>(nil)

  /// All of it.
  ///
  /// - Throws: ``FileError`` if it cannot be read, or is larger than `limit` bytes.
  static func read(limit: Int) throws(FileError) -> [UInt8] {
    if let bytes = kept.withLock({ $0 }) { return bytes }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let (count, code) = chunk.withUnsafeMutableBytes { readFully(STDIN_FILENO, $0) }
      guard code == 0 else {
        throw FileError(
          .unreadable, path: "standard input", problem: "it cannot be read (\(systemMessage(code)))",
          remedy: "give the path of a file")
      }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw FileError(
          .malformed, path: "standard input", problem: "it has more than the memory limit of \(limit) bytes",
          remedy: "give less")
      }
      if count < chunk.count { break }
    }
    kept.withLock { $0 = bytes }
    return bytes
  }
}
