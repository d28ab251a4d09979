import ArrayFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder of its own in `TMPDIR`, or `/tmp`, that is removed with all that is in it.
struct TemporaryFolder {
  let path: String

  /// - Parameter name: what it is for, in its name.
  /// - Throws: ``FileError`` if it cannot be made.
  init(_ name: String) throws(FileError) {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(parent)/flowcheck-\(name)-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw FileError(
        .unwritable, path: parent, problem: String(cString: strerror(errno)),
        remedy: "set TMPDIR to a folder that can be written")
    }
    path = String(cString: made)
  }

  func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    for name in Folder.names(path) {
      let inner = "\(path)/\(name)"
      var status = stat()
      if lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(inner) } else { unlink(inner) }
    }
    rmdir(path)
  }
}
