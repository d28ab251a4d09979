import ArrayFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output and standard error, unbuffered, so that nothing is lost and nothing fails unseen.
enum Console {
  /// The longest message written; the middle of a longer one is left out.
  private static let longestMessage = 2000

  /// Makes the three standard streams safe to use; call it before anything is opened.
  static func prepare() {
    // A reader that goes away (head, less) must not end the program with a signal.
    signal(SIGPIPE, SIG_IGN)
    // A stream the caller closed would lend its number to the next file opened, and messages would end up in results.
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // Of the wrong direction, so that using it still fails.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// The position (from 1) of the first argument that is not UTF-8, whose repaired text would name another file.
  static var firstMalformedArgument: Int? {
    (0..<Int(CommandLine.argc)).first { k in
      guard let argument = CommandLine.unsafeArgv[k] else { return false }
      return String(validatingCString: argument) == nil
    }
  }

  /// This program's path, as whatever starts it again may name it.
  static var program: String {
    if let path = realpath("/proc/self/exe", nil) ?? realpath(CommandLine.arguments.first ?? "", nil) {
      defer { free(path) }
      return String(cString: path)
    }
    return CommandLine.arguments.first ?? "flowcheck"
  }

  /// The text without control characters, and of bounded length, for a message that quotes what a user gave.
  static func presentable(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
    let half = longestMessage / 2
    if scalars.count <= longestMessage { return String(String.UnicodeScalarView(scalars)) }
    return String(String.UnicodeScalarView(scalars.prefix(half))) + " … "
      + String(String.UnicodeScalarView(scalars.suffix(half)))
  }

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
