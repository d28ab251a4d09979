#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file for reading and writing in the folder of another one, gone when this value is, unless published.
///
/// A process that is killed may leave one behind where files need names. Every live one is locked, so that the next
/// write to the same path recognizes and removes those that nobody will finish.
struct TemporaryFile: ~Copyable {
  let descriptor: Int32
  private let destination: PathParts
  /// The path of the temporary file; nil if it has no name.
  private var name: String?

  init(for path: String, reportedAs shown: String) throws(FileError) {
    self.destination = PathParts(path)
    TemporaryFile.removeAbandoned(destination)
    if let descriptor = TemporaryFile.openNameless(destination) {
      self.descriptor = descriptor
      self.name = nil
      return
    }
    for _ in 0..<100 {
      let name = TemporaryFile.hiddenName(destination)
      let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0 {
        if errno == EEXIST { continue }
        break
      }
      // Another process may have found it before it was locked.
      var info = stat()
      let isLost = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isLost, fstat(descriptor, &info) == 0, info.st_nlink > 0 {
        self.descriptor = descriptor
        self.name = name
        return
      }
      close(descriptor)
      unlink(name)
    }
    throw TemporaryFile.unwritable(shown, errno)
  }

  /// A file without a name where the system can name it later: Linux, most file systems.
  private static func openNameless(_ destination: PathParts) -> Int32? {
    #if os(Linux)
      // Naming it goes through /proc. Glibc's O_TMPFILE is a compound macro that Swift does not see.
      guard access("/proc/self/fd", X_OK) == 0 else { return nil }
      let descriptor = open(destination.directory, 0o20000000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o666)
      if descriptor < 0 { return nil }
      flock(descriptor, LOCK_EX | LOCK_NB)
      return descriptor
    #else
      return nil
    #endif
  }

  /// Removes temporary files for `destination` that no process holds locked.
  private static func removeAbandoned(_ destination: PathParts) {
    guard let folder = opendir(destination.directory) else { return }
    defer { closedir(folder) }
    let prefix = hiddenPrefix(destination)
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      guard name.hasPrefix(prefix), name.hasSuffix(".tmp"), name.utf8.count == prefix.utf8.count + 17 else { continue }
      let path = "\(destination.directory)/\(name)"
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      if descriptor < 0 { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
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

  /// Short enough for file systems that bound names to 255 bytes.
  private static func hiddenPrefix(_ destination: PathParts) -> String {
    ".\(String(decoding: destination.name.utf8.prefix(60), as: UTF8.self))."
  }

  /// The prefix, 13 random letters and digits, `.tmp`.
  private static func hiddenName(_ destination: PathParts) -> String {
    let tag = (0..<13).map { _ in String(Int.random(in: 0..<36), radix: 36) }.joined()
    return "\(destination.directory)/\(hiddenPrefix(destination))\(tag).tmp"
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
