/// A setting that cannot be used: where it stands, what is wrong with it, and what to write instead.
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where: `exp.toml:7`, `--init-scale`, `--set init.scale=1e-2`, or the file's name alone when it has no line.
  public let place: String
  /// What is wrong, naming the value.
  public let problem: String
  /// What to do instead.
  public let remedy: String
  /// Whether the file itself could not be read (input/output), as against being wrong inside (configuration).
  public let isFileAccess: Bool

  /// Describes an error; control characters in the texts are shown escaped.
  public init(place: String, problem: String, remedy: String, isFileAccess: Bool = false) {
    self.place = printable(place)
    self.problem = printable(problem)
    self.remedy = printable(remedy)
    self.isFileAccess = isFileAccess
  }

  /// `place: problem; remedy`, on one line.
  public var description: String { remedy.isEmpty ? "\(place): \(problem)" : "\(place): \(problem); \(remedy)" }
}

/// `text` with control characters escaped, so that no file can send escape sequences to a terminal through a message.
func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
  return text.unicodeScalars.map { scalar in
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    default:
      scalar.properties.generalCategory == .control ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
  }.joined()
}

/// `text` quoted and cut to at most 60 characters for a message.
func quotedForMessage(_ text: some StringProtocol) -> String {
  text.count > 60 ? "\"\(text.prefix(57))…\"" : "\"\(text)\""
}
