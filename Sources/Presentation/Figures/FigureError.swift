/// A figure that could not be written: which, why, and what to do instead.
public struct FigureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The figure's path.
  public let path: String
  /// What is wrong.
  public let problem: String
  /// What to do instead.
  public let remedy: String
  /// Whether a file or program failed (input/output), as against a request that makes no sense (usage).
  public let isFileAccess: Bool

  init(_ path: String, _ problem: String, remedy: String, isFileAccess: Bool = false) {
    self.path = plainText(path)
    self.problem = problem
    self.remedy = remedy
    self.isFileAccess = isFileAccess
  }

  /// `path: problem; remedy`, on one line.
  public var description: String { remedy.isEmpty ? "\(path): \(problem)" : "\(path): \(problem); \(remedy)" }
}

/// `text` as one line: control characters become blanks, and what exceeds 240 characters is cut.
func plainText(_ text: String) -> String {
  let cut = text.count > 240 ? text.prefix(239) + "…" : text[...]
  return String(
    String.UnicodeScalarView(
      cut.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: " "
        default: scalar
        }
      }))
}
