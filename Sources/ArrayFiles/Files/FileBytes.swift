#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The default bound on what a reader takes in and on what it hands out, each.
public let defaultFileMemoryLimit = 4 << 30

/// Reading a whole file.
public enum FileBytes {
  /// The contents of the regular file at `path`; of standard input for `-`, which may be asked for again.
  ///
  /// Pipes, devices and directories are refused without waiting for them. A file that grows while it is read gives
  /// the bytes it had when it was opened.
  ///
  /// - Throws: ``FileError`` of kind `unreadable`, or `malformed` if the file is larger than `memoryLimit` bytes.
  public static func read(
    _ path: String, memoryLimit: Int = defaultFileMemoryLimit
  ) throws(FileError) -> [UInt8] {
    try checkPath(path, kind: .unreadable)
    if path == "-" { return try StandardInput.read(limit: memoryLimit) }
    // Looking before opening keeps devices untouched; O_NONBLOCK keeps a pipe put there in between from blocking.
    _ = try regularSize(FileNode(path: path), path)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 { throw unreadable(path, errno) }
    defer { close(descriptor) }
    let size = try regularSize(FileNode(descriptor: descriptor), path)
    if size > memoryLimit {
      throw FileError(
        .malformed, path: path, problem: "the file has \(size) bytes, above the memory limit of \(memoryLimit)",
        remedy: "use a smaller file")
    }
    // All empty arrays share one storage, which the initializer below would write to.
    if size == 0 { return [] }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      (count, failure) = readFully(descriptor, UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: size))
    }
    if failure != 0 { throw unreadable(path, failure) }
    return bytes
  }

  private static func regularSize(_ node: FileNode, _ path: String) throws(FileError) -> Int {
    switch node {
    case .regular(let size): return size
    case .missing(let code): throw unreadable(path, code)
    case .directory:
      throw FileError(
        .unreadable, path: path, problem: "it is a directory", remedy: "give the path of a file inside it")
    case .other(let what):
      throw FileError(
        .unreadable, path: path, problem: "it is \(what), not a regular file",
        remedy: "write the data to a file first and give its path, or '-' for standard input")
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> FileError {
    let remedy =
      switch code {
      case ENOENT, ENOTDIR: "check the spelling of the path and the folder it is relative to"
      case EACCES, EPERM: "give yourself permission to read it (chmod u+r) and to enter its folder"
      default: "check that the file can be read, for example with cat"
      }
    return FileError(.unreadable, path: path, problem: "it cannot be read (\(systemMessage(code)))", remedy: remedy)
  }
}

/// Refuses paths the operating system would misread: the empty one and those with a NUL inside.
func checkPath(_ path: String, kind: FileError.Kind) throws(FileError) {
  if path.isEmpty {
    throw FileError(kind, path: "''", problem: "the path is empty", remedy: "give the path of a file")
  }
  if path.utf8.contains(0) {
    throw FileError(
      kind, path: quoted(path.utf8), problem: "the path contains a NUL character", remedy: "remove it from the path")
  }
}

/// `bytes.withUnsafeBytes` that keeps the error's type.
func withRawBytes<Value, Failure: Error>(
  _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
) throws(Failure) -> Value {
  let result = bytes.withUnsafeBytes { raw -> Result<Value, Failure> in
    do throws(Failure) { return .success(try body(raw)) } catch { return .failure(error) }
  }
  return try result.get()
}
