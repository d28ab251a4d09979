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

  /// Gives a PDF the same date always, in place, so that the same figure is the same bytes.
  func fixDate(of name: String) throws(FigureError) {
    guard let file = fopen("\(path)/\(name)", "r+") else { throw failure(writing: name) }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    guard size > 0, size < 1 << 28 else { return }
    rewind(file)
    var bytes = [UInt8](repeating: 0, count: size)
    guard fread(&bytes, 1, size, file) == size else { throw failure(writing: name) }
    let mark = Array("(D:".utf8)
    let date = Array("20000101000000".utf8)
    for k in bytes.indices where bytes[k] == mark[0] && bytes[k...].starts(with: mark) {
      let digits = bytes[(k + 3)...].prefix(14)
      guard digits.count == 14, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
      bytes.replaceSubrange((k + 3)..<(k + 17), with: date)
    }
    rewind(file)
    guard fwrite(bytes, 1, size, file) == size else { throw failure(writing: name) }
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
