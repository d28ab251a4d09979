#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The operating system's own words for an error number.
func systemMessage(_ code: Int32) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  return String(cString: text)
}

/// A path split into the folder that holds the file and the file's own name.
struct PathParts {
  /// "." for a bare name.
  let directory: String
  let name: String

  init(_ path: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      self.directory = "."
      self.name = path
      return
    }
    self.directory = slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    self.name = String(path[path.utf8.index(after: slash)...])
  }
}

/// What a path refers to, following symbolic links.
enum FileNode {
  case missing(Int32)
  case regular(size: Int)
  case directory
  case other(String)

  init(path: String) {
    var info = stat()
    if stat(path, &info) != 0 {
      self = .missing(errno)
    } else {
      self.init(info)
    }
  }

  init(descriptor: Int32) {
    var info = stat()
    if fstat(descriptor, &info) != 0 {
      self = .missing(errno)
    } else {
      self.init(info)
    }
  }

  private init(_ info: stat) {
    switch info.st_mode & S_IFMT {
    case S_IFREG: self = .regular(size: Int(info.st_size))
    case S_IFDIR: self = .directory
    case S_IFIFO: self = .other("a pipe")
    case S_IFSOCK: self = .other("a socket")
    default: self = .other("a device")
    }
  }
}

/// Writes all of `bytes` to a descriptor, at `offset` if one is given, else at the current position.
///
/// - Returns: zero, or the system's error number.
func writeFully(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int? = nil) -> Int32 {
  guard let base = bytes.baseAddress else { return 0 }
  var done = 0
  while done < bytes.count {
    // Linux moves at most 0x7ffff000 bytes a call, macOS refuses more than 2³¹ − 1.
    let size = min(bytes.count - done, 1 << 30)
    let written =
      if let offset {
        pwrite(descriptor, base + done, size, off_t(offset + done))
      } else {
        write(descriptor, base + done, size)
      }
    if written < 0 {
      if errno == EINTR { continue }
      return errno
    }
    if written == 0 { return EIO }
    done += written
  }
  return 0
}

/// Fills `buffer` from a descriptor, from `offset` if one is given, else from the current position.
///
/// - Returns: the bytes read, fewer than asked only at the end of the file, and zero or the system's error number.
func readFully(
  _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int? = nil
) -> (count: Int, code: Int32) {
  guard let base = buffer.baseAddress else { return (0, 0) }
  var done = 0
  while done < buffer.count {
    let size = min(buffer.count - done, 1 << 30)
    let count =
      if let offset {
        pread(descriptor, base + done, size, off_t(offset + done))
      } else {
        read(descriptor, base + done, size)
      }
    if count < 0 {
      if errno == EINTR { continue }
      return (done, errno)
    }
    if count == 0 { break }
    done += count
  }
  return (done, 0)
}
