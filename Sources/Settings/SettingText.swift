extension SettingKey.Kind {
  /// Reads the text of a command-line value by kind: bare words are text, lists are separated by commas (or written as
  /// a TOML array), numbers are decimal with optional `_` between digits. Quoted text (`"a b"`, `'a b'`) is TOML's.
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
    case .integer:
      guard let digits = plainNumber(text) else { throw notA("an integer", text, "such as 10") }
      if let value = Int(digits) { return .integer(value) }
      if digits.allSatisfy({ "+-0123456789".contains($0) }) && digits.contains(where: \.isNumber) {
        throw Misfit(
          problem: "\(quotedForMessage(text)) is outside the range of integers",
          remedy: "the largest is \(Int.max)")
      }
      guard let number = Double(digits), number.isFinite else { throw notA("an integer", text, "such as 10") }
      return try conform(.number(number))
    case .number:
      guard let digits = plainNumber(text), let value = Double(digits) else {
        throw notA("a number", text, "such as 1e-2")
      }
      guard value.isFinite else {
        throw Misfit(
          problem: "\(quotedForMessage(text)) is outside the range of doubles", remedy: "the largest is 1.8e308")
      }
      return .number(value)
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

  private func notA(_ expected: String, _ text: String, _ sample: String) -> Misfit {
    Misfit(
      problem: text.isEmpty ? "expected \(expected), found nothing" : "\(quotedForMessage(text)) is not \(expected)",
      remedy: sample.isEmpty ? "" : "give one, \(sample)")
  }

  private func tomlValue(_ text: String) throws(Misfit) -> SettingValue {
    do throws(SettingsError) {
      let document = try TOMLDocument(Array("value = \(text)\n".utf8), name: "")
      guard document.leaves.count == 1, document.leaves[0].keys == ["value"] else {
        throw SettingsError(place: "", problem: "", remedy: "")
      }
      return try document.leaves[0].value.get()
    } catch {
      throw Misfit(
        problem: error.problem.isEmpty ? "\(quotedForMessage(text)) is not one TOML value" : error.problem,
        remedy: "write \(sample), in the shell between single quotes")
    }
  }
}

/// The decimal number `text` with `_` between digits removed; nil when it holds anything else than a decimal number's
/// characters (so `nan`, `inf`, `0x10` and spaces inside are refused).
private func plainNumber(_ text: String) -> String? {
  let bytes = Array(text.utf8)
  func isDigit(_ index: Int) -> Bool { bytes.indices.contains(index) && (48...57).contains(bytes[index]) }
  var kept: [UInt8] = []
  for (index, byte) in bytes.enumerated() {
    if byte == UInt8(ascii: "_") {
      guard isDigit(index - 1), isDigit(index + 1) else { return nil }
    } else {
      guard isDigit(index) || "+-.eE".utf8.contains(byte) else { return nil }
      kept.append(byte)
    }
  }
  return kept.isEmpty ? nil : String(decoding: kept, as: UTF8.self)
}

/// `text` without blanks, tabs and line ends around it.
func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while let first = rest.first, first.isWhitespace { rest.removeFirst() }
  while let last = rest.last, last.isWhitespace { rest.removeLast() }
  return String(rest)
}
