#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A hidden folder beside a figure in which its files are made before they are renamed into place.
struct ScratchFolder {
  let path: String
  private let target: FigurePath

  /// Makes the folder. Throws when the figure's folder does not exist or may not be written.
  init(for target: FigurePath) throws(FigureError) {
    self.target = target
    var template = Array("\(target.folder)/.figure-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw FigureError(
        target.path, "its folder cannot be written: \(String(cString: strerror(errno)))",
        remedy: "create the folder or choose another", isFileAccess: true)
    }
    path = String(cString: made)
  }

  /// Writes a file into the folder and its bytes to the disk.
  func write(_ text: String, to name: String) throws(FigureError) {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(writing: name) }
    defer { close(descriptor) }
    guard writeAll(Array(text.utf8), to: descriptor), fsync(descriptor) == 0 else { throw failure(writing: name) }
  }

  /// Whether the folder holds a file of that name that is not empty.
  func holds(_ name: String) -> Bool {
    var status = stat()
    return stat("\(path)/\(name)", &status) == 0 && status.st_size > 0
  }

  /// Moves a finished file to the figure's folder, in place of an older one.
  func move(_ name: String) throws(FigureError) {
    let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
    guard rename("\(path)/\(name)", "\(target.folder)/\(name)") == 0 else { throw failure(writing: name) }
  }

  /// What the program wrote first, on one line, for messages: gnuplot stops at its first error.
  var programOutput: String {
    let text = String(decoding: startOfFile("\(path)/.log", count: 4000), as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? "it said nothing" : plainText(words)
  }

  /// Removes the folder and whatever is left in it.
  func remove() {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  private func failure(writing name: String) -> FigureError {
    FigureError(
      target.path, "\(name) cannot be written: \(String(cString: strerror(errno)))",
      remedy: "check the folder's permissions and the space left", isFileAccess: true)
  }
}
