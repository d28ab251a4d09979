extension Setting.Kind {
  /// Reads the text of a command-line value by kind: bare words are text, lists are separated by commas (or written as
  /// a TOML array), numbers are TOML's. Quoted text (`"a b"`, `'a b'`) is TOML's, but for the
  /// words of a program, which are as they were typed.
  func parse(_ raw: String) throws(Misfit) -> SettingValue {
    let text = trimmed(raw)
    if let element {
      if text.hasPrefix("[") { return try conform(try tomlValue(text)) }
      guard !text.isEmpty else {
        throw Misfit(problem: "expected \(expectation), found nothing", remedy: "separate the items by commas")
      }
      var items: [SettingValue] = []
      for item in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard !trimmed(item).isEmpty else {
          throw Misfit(
            problem: "item \(items.count + 1) of \(quotedForMessage(text)) is empty",
            remedy: "separate the items by single commas")
        }
        items.append(try element.parse(String(item)))
      }
      return .list(items)
    }
    switch self {
    case .words: return .text(raw)
    case .numberOr(let word) where text == word: return .text(word)
    case .integer, .number, .numberOr:
      switch TOMLNumber.read(Self.completed(text)) {
      case .value(let value): return try conform(value)
      case .outOfRange(let range):
        throw Misfit(
          problem: "\(quotedForMessage(text)) is outside the range of \(range)", remedy: "give a smaller one")
      case .dateOrTime, .nothing: throw notA(expectation, text, "such as \(sample)")
      }
    case .boolean:
      guard text == "true" || text == "false" else { throw notA("true or false", text, "") }
      return .boolean(text == "true")
    default:
      if text.hasPrefix("\"") || text.hasPrefix("'") { return try conform(try tomlValue(text)) }
      guard !text.isEmpty else {
        throw Misfit(problem: "expected \(expectation), found nothing", remedy: "write \"\" for empty text")
      }
      return try conform(.text(text))
    }
  }

  /// A number as TOML wants it: with a digit on both sides of its point, of which people leave one out.
  private static func completed(_ text: String) -> String {
    guard let point = text.firstIndex(of: "."), text[text.index(after: point)...].firstIndex(of: ".") == nil else {
      return text
    }
    func isDigit(_ character: Character?) -> Bool { character.map { $0.isASCII && $0.isNumber } ?? false }
    let before = point > text.startIndex ? text[text.index(before: point)] : nil
    let after = text.index(after: point) < text.endIndex ? text[text.index(after: point)] : nil
    guard isDigit(before) || isDigit(after) else { return text }
    return text[..<point] + (isDigit(before) ? "" : "0") + "." + (isDigit(after) ? "" : "0")
      + text[text.index(after: point)...]
  }

  private func notA(_ expected: String, _ text: String, _ sample: String) -> Misfit {
    Misfit(
      problem: text.isEmpty ? "expected \(expected), found nothing" : "\(quotedForMessage(text)) is not \(expected)",
      remedy: sample.isEmpty ? "" : "give one, \(sample)")
  }

  /// Reads text written as TOML writes it, between quotes or brackets.
  func tomlValue(_ text: String) throws(Misfit) -> SettingValue {
    do throws(SettingsError) {
      let leaves = try TOMLDocument(Array("value = \(text)".utf8), name: "").leaves
      guard leaves.count == 1, let value = leaves[0].value else {
        throw SettingsError(
          place: "", problem: "\(quotedForMessage(text)) is more than one TOML value", remedy: "")
      }
      return value
    } catch {
      throw Misfit(problem: error.problem, remedy: "write \(sample), in the shell between single quotes")
    }
  }
}

/// `text` without blanks, tabs and line ends around it.
func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while let first = rest.first, first.isWhitespace { rest.removeFirst() }
  while let last = rest.last, last.isWhitespace { rest.removeLast() }
  return String(rest)
}
