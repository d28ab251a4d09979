#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Folders that hold files and no further folders, made aside and put in place whole.
public enum Folder {
  /// The names of what a folder holds, hidden ones too, sorted; empty if there is none.
  public static func names(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether the path is that of a folder; a symbolic link to one is one.
  public static func exists(_ path: String) -> Bool {
    if case .directory = FileNode(path: path) { true } else { false }
  }

  /// Makes a folder, unless it is there.
  ///
  /// - Parameter remedy: what to do where that cannot be.
  /// - Returns: whether it was made.
  /// - Throws: ``FileError`` if it cannot be made, is something else, or cannot be written.
  @discardableResult
  public static func make(_ path: String, remedy: String = "choose another") throws(FileError) -> Bool {
    try checkPath(path, kind: .unwritable)
    let isNew = mkdir(path, 0o777) == 0
    if !isNew, errno != EEXIST {
      throw FileError(
        .unwritable, path: path, problem: "the directory cannot be made: \(systemMessage(errno))",
        remedy: "make its parent first, or \(remedy)")
    }
    guard exists(path) else {
      throw FileError(.unwritable, path: path, problem: "it is not a directory", remedy: remedy)
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw FileError(.unwritable, path: path, problem: "the directory is not writable", remedy: remedy)
    }
    return isNew
  }

  /// Writes a new file of a folder that nobody reads yet. It becomes durable when the system writes it.
  ///
  /// - Throws: ``FileError`` if it is there already or cannot be written.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a new file in the same way.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw TemporaryFile.unwritable(path, errno) }
    defer { close(descriptor) }
    let code = bytes.withUnsafeBytes { writeFully(descriptor, $0) }
    if code != 0 { throw TemporaryFile.unwritable(path, code) }
  }

  /// Gives a finished folder its name in one step, unless a folder that is not empty has it already.
  ///
  /// - Returns: false if one has; the finished one is then as it was.
  /// - Throws: ``FileError`` if it cannot be renamed.
  public static func publish(_ finished: String, as path: String) throws(FileError) -> Bool {
    if rename(finished, path) != 0 {
      if errno == ENOTEMPTY || errno == EEXIST { return false }
      throw FileError(
        .unwritable, path: path, problem: systemMessage(errno), remedy: "check permissions and the space left")
    }
    return true
  }

  /// Whether a folder holds these files, none of them empty: what a file system that lost its power can leave of files that were
  /// written before.
  public static func holds(_ names: [String], in path: String) -> Bool {
    names.allSatisfy { name in
      if case .regular(let size) = FileNode(path: "\(path)/\(name)") { size > 0 } else { false }
    }
  }

  /// Removes the files of a folder and the folder; folders in it stay, and then it does. Harmless if there is none.
  public static func remove(_ path: String) {
    for name in names(path) { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
