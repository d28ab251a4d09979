import ArrayFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output and standard error, unbuffered, so that nothing is lost and nothing fails unseen.
enum Console {
  /// Writes the text and a line end to standard output.
  ///
  /// - Throws: ``FileError`` if the output cannot take it. A reader that went away is no error of ours.
  static func print(_ text: String) throws(FileError) {
    guard let code = write(text + "\n", to: STDOUT_FILENO), code != EPIPE else { return }
    throw FileError(
      .unwritable, path: "standard output", problem: String(cString: strerror(code)), remedy: "redirect it elsewhere")
  }

  /// Writes the text and a line end to standard error.
  static func complain(_ text: String) {
    _ = write(text + "\n", to: STDERR_FILENO)
  }

  /// Returns the error number, nil on success.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { bytes in
        #if canImport(Glibc)
          Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
          Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0, errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
