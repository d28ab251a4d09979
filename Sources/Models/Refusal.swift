/// What cannot be done: what is wrong, what to do instead, and which settings it is about.
///
/// The libraries name settings by their dotted paths (`init.scale`); whoever speaks to a user turns paths into words of their
/// own, such as flags.
public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// One reference, as every function that may throw hands it on.
  private let content: Content

  private final class Content: Sendable {
    let problem: String
    let remedy: String
    let settings: [String]

    init(_ problem: String, _ remedy: String, _ settings: [String]) {
      self.problem = problem
      self.remedy = remedy
      self.settings = settings
    }
  }

  /// What is wrong, naming the value.
  public var problem: String { content.problem }
  /// What to try instead.
  public var remedy: String { content.remedy }
  /// The paths of the settings it is about.
  public var settings: [String] { content.settings }

  /// - Parameter settings: nil for those that the sentences name.
  @inline(never)
  public init(_ problem: String, remedy: String, settings: [String]? = nil) {
    content = Content(
      problem, remedy,
      settings ?? [problem, remedy].flatMap { text in dottedPaths(in: text).map { String(text[$0]) } })
  }

  public static func == (a: Refusal, b: Refusal) -> Bool {
    a.problem == b.problem && a.remedy == b.remedy && a.settings == b.settings
  }

  public var description: String { remedy.isEmpty ? problem : "\(problem); \(remedy)" }
}

/// Where a sentence has what could be a setting's path: words of small letters and dashes, joined by dots, on their own. Part of
/// a name with other characters (`a/b.csv`, `2.5e-3`) or of an assignment (`init.scale=1`) is none.
package func dottedPaths(in text: String) -> [Range<String.Index>] {
  func isPathCharacter(_ character: Character) -> Bool {
    ("a"..."z").contains(character) || character == "." || character == "-"
  }
  var found: [Range<String.Index>] = []
  var start = text.startIndex
  while start < text.endIndex {
    guard isPathCharacter(text[start]) else {
      start = text.index(after: start)
      continue
    }
    let next = text[start...].firstIndex { !isPathCharacter($0) } ?? text.endIndex
    var end = next
    // A sentence may end right after a path.
    while end > start, !text[text.index(before: end)].isLetter { end = text.index(before: end) }
    let before = start == text.startIndex ? nil : text[text.index(before: start)]
    let after = next == text.endIndex ? nil : text[next]
    let joins: (Character?) -> Bool = { $0.map { $0.isLetter || $0.isNumber || "_/=\\".contains($0) } ?? false }
    if text[start..<end].contains("."), text[start].isLetter, !joins(before), !(end == next && joins(after)) {
      found.append(start..<end)
    }
    start = next
  }
  return found
}
