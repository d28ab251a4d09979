#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file for reading and writing in the folder of another one, gone when this value is, unless published.
struct TemporaryFile: ~Copyable {
  let descriptor: Int32
  private let destination: PathParts
  /// The path of the temporary file; nil if it has no name.
  private var name: String?

  /// - Parameter mayBeNameless: use a file without a name where the system can name it later (Linux, `O_TMPFILE`).
  init(for path: String, mayBeNameless: Bool, reportedAs shown: String) throws(FileError) {
    self.destination = PathParts(path)
    #if os(Linux)
      // Naming it later goes through /proc.
      if mayBeNameless, access("/proc/self/fd", X_OK) == 0 {
        let descriptor = open(destination.directory, 0o20000000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o666)
        if descriptor >= 0 {
          self.descriptor = descriptor
          self.name = nil
          return
        }
      }
    #endif
    for _ in 0..<100 {
      let name = TemporaryFile.hiddenName(destination)
      let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.descriptor = descriptor
        self.name = name
        return
      }
      if errno != EEXIST { break }
    }
    throw TemporaryFile.unwritable(shown, errno)
  }

  deinit {
    close(descriptor)
    if let name { unlink(name) }
  }

  /// Takes the name away: the file stays usable and vanishes with the process, however that ends.
  mutating func forgetName() {
    if let name, unlink(name) == 0 { self.name = nil }
  }

  /// Gives the file the name `path`, replacing a file of that name in one step.
  ///
  /// - Returns: zero, or the system's error number.
  mutating func publish(as path: String) -> Int32 {
    if name == nil {
      let source = "/proc/self/fd/\(descriptor)"
      if linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return 0 }
      if errno != EEXIST { return errno }
      // A link cannot replace a file, a renamed file can.
      let hidden = TemporaryFile.hiddenName(destination)
      if linkat(AT_FDCWD, source, AT_FDCWD, hidden, AT_SYMLINK_FOLLOW) != 0 { return errno }
      name = hidden
    }
    guard let name else { return EINVAL }
    if rename(name, path) != 0 { return errno }
    self.name = nil
    return 0
  }

  private static func hiddenName(_ destination: PathParts) -> String {
    let tag = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(destination.directory)/.\(destination.name.prefix(100)).\(tag).tmp"
  }

  static func unwritable(_ path: String, _ code: Int32) -> FileError {
    let remedy =
      switch code {
      case ENOENT: "create the folder '\(PathParts(path).directory)' first, or choose another"
      case ENOTDIR: "choose a path whose folders exist"
      case EACCES, EPERM, EROFS: "choose a folder in which you may create files"
      case ENOSPC, EDQUOT, EFBIG: "free some space or choose another disk"
      case ENAMETOOLONG: "choose a shorter name"
      default: "choose another path"
      }
    return FileError(
      .unwritable, path: path, problem: "it cannot be written (\(systemMessage(code)))", remedy: remedy)
  }
}
