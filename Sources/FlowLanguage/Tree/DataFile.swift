/// A file of numbers beside the file that names it.
public struct DataFile: Equatable, Sendable {
  /// The path, relative to the folder of the `.flow` file; it never begins with `/` and has no `..`.
  public let path: String
  /// How the file is read.
  public let format: Format
  /// Where the text stands.
  public let span: Span

  /// How a file of numbers is read.
  public enum Format: Equatable, Sendable {
    /// Numbers separated by commas.
    case csv
    /// A NumPy array.
    case npy
    /// The array of that name in a NumPy archive.
    case npz(member: String)
  }

  public static func == (a: DataFile, b: DataFile) -> Bool { a.path == b.path && a.format == b.format }

  /// The text between quotes.
  public var text: String {
    if case .npz(let member) = format { "\(path):\(member)" } else { path }
  }

  /// Reads `file.csv`, `file.npy` or `file.npz:NAME`; says what is wrong with other texts.
  init(_ text: String, _ span: Span) throws(Problem) {
    self.span = span
    let forms = "write \"file.csv\", \"file.npy\" or \"file.npz:NAME\""
    let isArchive = text.contains(".npz:")
    let parts = isArchive ? Self.splitArchive(text) : (text, "")
    path = parts.0
    guard !path.isEmpty else { throw Problem(span, "a file has an empty name", hint: forms) }
    let quoted = "\"\(printable(text))\""
    let hint = "name a file in the folder of this file, or below it"
    let isDrive = path.utf8.count > 1 && Array(path.utf8)[1] == UInt8(ascii: ":")
    guard !path.hasPrefix("/"), !path.hasPrefix("~"), !path.contains("\\"), !isDrive else {
      throw Problem(span, "\(quoted) is not a path below this file's folder", hint: hint)
    }
    guard !path.split(separator: "/", omittingEmptySubsequences: false).contains("..") else {
      throw Problem(span, "\(quoted) leaves this file's folder", hint: hint)
    }
    if isArchive {
      guard !parts.1.isEmpty else {
        throw Problem(span, "\(quoted) does not say which array of the archive is meant", hint: forms)
      }
      format = .npz(member: parts.1)
    } else if path.hasSuffix(".csv") {
      format = .csv
    } else if path.hasSuffix(".npy") {
      format = .npy
    } else if path.hasSuffix(".npz") {
      throw Problem(span, "\(quoted) does not say which array of the archive is meant", hint: forms)
    } else {
      throw Problem(span, "\(quoted) is no kind of file that is read", hint: forms)
    }
  }

  /// Path and member of `path.npz:member`, at the first such colon.
  private static func splitArchive(_ text: String) -> (String, String) {
    var rest = text[...]
    var path = ""
    while let colon = rest.firstIndex(of: ":") {
      path += rest[..<colon]
      rest = rest[rest.index(after: colon)...]
      if path.hasSuffix(".npz") { break }
      path += ":"
    }
    return (path, String(rest))
  }
}
