import Models

/// A program with its arguments as somebody wrote them, split into words. No shell has a part in it: nothing is expanded.
///
/// Words are separated by blanks. What stands between single quotes is taken as it is; between double quotes `\"` and `\\` are a
/// quote and a backslash. Everything else means itself.
public struct ProgramWords: Equatable, Sendable {
  /// As it was written.
  public let text: String
  /// The program, and its arguments behind it.
  public let words: [String]

  /// The longest text that is taken.
  static let longest = 4096

  /// - Throws: ``Refusal`` for no word at all, a quote without its partner, and what no word of a program can hold.
  public init(_ text: String) throws(Refusal) {
    guard text.utf8.count <= Self.longest, !text.unicodeScalars.contains(where: { $0.value == 0 }) else {
      throw Refusal("a program has more than \(Self.longest) bytes or a zero byte among them", remedy: "write a script")
    }
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if open == "\"", character == "\\", let next = rest.first, next == "\"" || next == "\\" {
          word?.append(next)
          rest.removeFirst()
        } else {
          word?.append(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let quote {
      throw Refusal(
        "the program \(text) opens a quote \(quote) and does not close it", remedy: "close it", settings: [])
    }
    if let whole = word { words.append(whole) }
    guard let program = words.first, !program.isEmpty else {
      throw Refusal("no program is named", remedy: "give problem.program, such as \"python3 model.py\"")
    }
    self.text = text
    self.words = words
  }
}
