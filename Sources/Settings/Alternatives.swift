// Several values of one setting, where settings stand for many experiments.

extension Setting.Kind {
  /// The most values one setting may have.
  static let alternativeLimit = 100_000

  /// The values that a TOML value stands for: a list in place of one value, a list of lists in place of a list, a range such as
  /// `"1..20"` in place of a whole number; otherwise the value itself. Each value may stand there once.
  func alternatives(_ value: SettingValue) throws(Misfit) -> [SettingValue] {
    if case .text(let text) = value, let range = try range(text) { return range }
    guard case .list(let items) = value else { return [try conform(value)] }
    if element != nil, !items.contains(where: \.isList) { return [try conform(value)] }
    guard !items.isEmpty else { throw Misfit(problem: "an empty list", remedy: "give one value or more") }
    var values: [SettingValue] = []
    for (k, item) in items.enumerated() {
      do throws(Misfit) {
        if case .text(let text) = item, let range = try range(text) {
          values += range
        } else {
          values.append(try conform(item))
        }
      } catch {
        throw Misfit(problem: "item \(k + 1): \(error.problem)", remedy: error.remedy)
      }
    }
    return try distinct(values)
  }

  /// The same for the text of a command line, which has commas between numbers or words: `1e-1,1e-2`, `1..20`. Texts, and lists
  /// in place of a list, stand between brackets as in TOML.
  func parseAlternatives(_ raw: String) throws(Misfit) -> [SettingValue] {
    let text = trimmed(raw)
    if text.hasPrefix("[") { return try alternatives(try tomlValue(text)) }
    if let range = try range(text) { return range }
    switch self {
    case .integer, .number, .numberOr, .literal, .choice, .boolean:
      guard text.contains(",") else { break }
      var values: [SettingValue] = []
      for item in text.split(separator: ",", omittingEmptySubsequences: false) {
        if let range = try range(trimmed(item)) {
          values += range
        } else {
          values.append(try parse(String(item)))
        }
      }
      return try distinct(values)
    default: break
    }
    return [try parse(raw)]
  }

  /// The whole numbers of `first..last` where this kind takes any; nil for another text, or another kind.
  private func range(_ text: String) throws(Misfit) -> [SettingValue]? {
    let takesRanges =
      switch self {
      case .integer, .number, .integers, .numbers: true
      default: false
      }
    let ends = text.split(separator: "..", omittingEmptySubsequences: false)
    guard takesRanges, ends.count == 2 else { return nil }
    guard let first = Int(trimmed(ends[0])), let last = Int(trimmed(ends[1])) else {
      throw Misfit(
        problem: "\(quotedForMessage(text)) is no range of whole numbers",
        remedy: "write a range such as \"1..20\", or a list of values")
    }
    guard first <= last, last.subtractingReportingOverflow(first).partialValue < Self.alternativeLimit,
      !last.subtractingReportingOverflow(first).overflow
    else {
      throw Misfit(
        problem: "the range \(quotedForMessage(text)) \(first > last ? "descends" : "has too many values")",
        remedy: first > last ? "write \"\(last)..\(first)\"" : "give at most \(Self.alternativeLimit)")
    }
    var values: [SettingValue] = []
    for number in first...last { values.append(try conform(.integer(number))) }
    return values
  }

  private func distinct(_ values: [SettingValue]) throws(Misfit) -> [SettingValue] {
    guard values.count <= Self.alternativeLimit else {
      throw Misfit(problem: "\(values.count) values", remedy: "give at most \(Self.alternativeLimit)")
    }
    var seen: Set<String> = []
    if let twice = values.first(where: { !seen.insert($0.exactText).inserted }) {
      throw Misfit(problem: "\(quotedForMessage(twice.exactText)) stands there twice", remedy: "name each value once")
    }
    return values
  }
}

extension SettingValue {
  fileprivate var isList: Bool {
    if case .list = self { true } else { false }
  }
}
