#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The most bytes a settings file may have. A file of settings is a few kilobytes; anything near this is another file.
let configurationByteLimit = 1 << 20

/// The bytes of the settings file at `path`. Throws (`isFileAccess`) when there is no such file, it is a directory, it
/// may not be read, or it is larger than `configurationByteLimit`; throws (not `isFileAccess`) when it is empty.
func readConfiguration(_ path: String) throws(SettingsError) -> [UInt8] {
  func failure(_ problem: String, _ remedy: String) -> SettingsError {
    SettingsError(place: path.isEmpty ? "settings file" : path, problem: problem, remedy: remedy, isFileAccess: true)
  }
  guard !path.isEmpty, !path.utf8.contains(0) else {
    throw failure("the file's name is empty or holds a NUL", "give the path of a TOML file")
  }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw failure("cannot be opened: \(String(cString: strerror(errno)))", "check its path and permissions")
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw failure("cannot be examined: \(String(cString: strerror(errno)))", "check its path and permissions")
  }
  guard status.st_mode & S_IFMT != S_IFDIR else {
    throw failure("is a directory", "give the path of a TOML file inside it")
  }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else {
      throw failure("cannot be read: \(String(cString: strerror(errno)))", "check its path and permissions")
    }
    if count == 0 { break }
    bytes.append(contentsOf: chunk[..<count])
    guard bytes.count <= configurationByteLimit else {
      throw failure("is larger than 1 MiB, which no settings file is", "check that this is the file you meant")
    }
  }
  guard !bytes.isEmpty else {
    throw SettingsError(
      place: path, problem: "is empty", remedy: "write settings into it, such as 'problem.depth = 3', or leave it out")
  }
  return bytes
}
