#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file being written under a temporary identity; it gets its name in ``commit()`` and vanishes without.
struct AtomicOutput: ~Copyable {
  private let path: String
  /// Where the file goes: `path` with a symbolic link at its end resolved.
  private let target: String
  private var temporary: TemporaryFile
  private(set) var byteCount = 0

  init(_ path: String) throws(FileError) {
    let target = try AtomicOutput.resolve(path)
    let temporary = try TemporaryFile(for: target, reportedAs: path)
    self.path = path
    self.target = target
    self.temporary = temporary
  }

  private static func resolve(_ path: String) throws(FileError) -> String {
    try checkPath(path, kind: .unwritable)
    if PathParts(path).name.isEmpty {
      throw FileError(
        .unwritable, path: path, problem: "it names a folder, not a file", remedy: "give the path of a file inside it")
    }
    switch FileNode(path: path) {
    case .regular:
      guard let resolved = realpath(path, nil) else { throw TemporaryFile.unwritable(path, errno) }
      defer { free(resolved) }
      return String(cString: resolved)
    case .missing: return path
    case .directory:
      throw FileError(
        .unwritable, path: path, problem: "it is a directory", remedy: "give the path of a file inside it")
    case .other(let what):
      throw FileError(
        .unwritable, path: path, problem: "it is \(what), not a regular file", remedy: "give the path of a file")
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    let code = writeFully(temporary.descriptor, bytes)
    if code != 0 { throw TemporaryFile.unwritable(path, code) }
    byteCount += bytes.count
  }

  mutating func append(_ bytes: [UInt8]) throws(FileError) {
    let code = bytes.withUnsafeBytes { writeFully(temporary.descriptor, $0) }
    if code != 0 { throw TemporaryFile.unwritable(path, code) }
    byteCount += bytes.count
  }

  /// Forces the bytes to disk and gives the file its name. Nothing can be appended afterwards.
  mutating func commit() throws(FileError) {
    if fsync(temporary.descriptor) != 0 { throw TemporaryFile.unwritable(path, errno) }
    let code = temporary.publish(as: target)
    if code != 0 { throw TemporaryFile.unwritable(path, code) }
    // The name itself is durable once the folder is; file systems that cannot sync a folder are left alone.
    let directory = open(PathParts(target).directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }
}
