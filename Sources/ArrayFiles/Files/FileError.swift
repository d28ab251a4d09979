/// A file that cannot be read, written or understood: which one, where in it, what is wrong and what to try.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What failed.
  public enum Kind: Sendable {
    /// The operating system does not let the file be read: it is missing, a directory, a pipe, without permission.
    case unreadable
    /// The operating system does not let the file be written.
    case unwritable
    /// The file was read but its contents are not what they should be.
    case malformed
  }

  /// What could not be done with the file.
  public let kind: Kind
  /// The path as the caller gave it.
  public let path: String
  /// Where in the file: "line 3", "header", "member W1".
  public let place: String?
  /// What is wrong, naming the offending value.
  public let problem: String
  /// What to try instead.
  public let remedy: String

  /// The parts of the sentence.
  public init(_ kind: Kind, path: String, place: String? = nil, problem: String, remedy: String) {
    self.kind = kind
    self.path = path
    self.place = place
    self.problem = problem
    self.remedy = remedy
  }

  /// Path, place, what is wrong and what to try, as one sentence.
  public var description: String {
    let location = place.map { "\(path), \($0)" } ?? path
    return remedy.isEmpty ? "\(location): \(problem)" : "\(location): \(problem); \(remedy)"
  }
}

/// What a parser of bytes found wrong, before the file's name is known.
struct Malformation: Error {
  var place: String?
  let problem: String
  let remedy: String
  /// Whether nothing is wrong but that the array holds something other than numbers.
  let isForeign: Bool

  init(_ problem: String, remedy: String, place: String? = nil, isForeign: Bool = false) {
    self.place = place
    self.problem = problem
    self.remedy = remedy
    self.isForeign = isForeign
  }

  /// The same finding, put inside `outer` ("member W1").
  func inside(_ outer: String) -> Malformation {
    Malformation(problem, remedy: remedy, place: place.map { "\(outer), \($0)" } ?? outer, isForeign: isForeign)
  }

  func inFile(_ path: String) -> FileError {
    FileError(.malformed, path: path, place: place, problem: problem, remedy: remedy)
  }
}

/// Text from a file as it may be shown in a message: at most 40 characters, without control characters.
func quoted(_ bytes: some Collection<UInt8>) -> String {
  let shown = bytes.prefix(40).map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: "?") : $0 }
  return "'\(String(decoding: shown, as: UTF8.self))\(bytes.count > 40 ? "…" : "")'"
}
