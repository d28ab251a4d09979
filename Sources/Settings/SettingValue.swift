/// A value before or after it was checked against its setting's kind.
public enum SettingValue: Sendable, Equatable {
  /// A text.
  case text(String)
  /// An integer.
  case integer(Int)
  /// A number.
  case number(Double)
  /// `true` or `false`.
  case boolean(Bool)
  /// A list of values. Those of a setting are no lists themselves; only alternatives of a list are.
  case list([SettingValue])

  /// The value in words for a message: `the integer 3`, `the text "abc"`.
  var inWords: String {
    switch self {
    case .text(let text): "the text \(quotedForMessage(text))"
    case .integer(let value): "the integer \(value)"
    case .number(let value): "the number \(value)"
    case .boolean(let value): "the truth value \(value)"
    case .list(let items): items.count == 1 ? "a list of 1 item" : "a list of \(items.count) items"
    }
  }

  /// The value as reports echo it: texts bare, list items separated by commas.
  public var text: String {
    switch self {
    case .text(let text): text
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .boolean(let boolean): "\(boolean)"
    case .list(let items): items.map(\.text).joined(separator: ",")
    }
  }

  /// The value with brackets around lists: what tells alternatives of a setting apart.
  public var exactText: String {
    switch self {
    case .list(let items): "[\(items.map(\.exactText).joined(separator: ", "))]"
    default: flagText
    }
  }

  /// The value as someone would type it after a flag: as ``text``, but numbers without what can be left out.
  var flagText: String {
    switch self {
    case .number(let number):
      "\(number)".replacing("e-0", with: "e-").replacing("e+0", with: "e").replacing("e+", with: "e")
        .withoutSuffix(".0")
    case .list(let items): items.map(\.flagText).joined(separator: ",")
    default: text
    }
  }
}

/// Why a value does not suit a kind, before the place is known.
struct Misfit: Error {
  let problem: String
  let remedy: String
}

extension Setting.Kind {
  /// `value` as this kind stores it: an integer where a number is wanted becomes a number, a single value where a list is
  /// wanted becomes a list of one, a literal becomes text. Throws for any other kind, for NaN and infinities, and for a
  /// word that is not among the choices.
  func conform(_ value: SettingValue) throws(Misfit) -> SettingValue {
    if let element {
      guard case .list(let items) = value else { return .list([try conformItem(value, element)]) }
      var conformed: [SettingValue] = []
      conformed.reserveCapacity(items.count)
      for (index, item) in items.enumerated() {
        do throws(Misfit) {
          conformed.append(try element.conform(item))
        } catch {
          throw Misfit(problem: "item \(index + 1): \(error.problem)", remedy: error.remedy)
        }
      }
      return .list(conformed)
    }
    switch (self, value) {
    case (.text, .text), (.words, .text), (.literal, .text), (.integer, .integer), (.boolean, .boolean): return value
    case (.literal, .integer(let number)): return .text(String(number))
    case (.numberOr(let word), .text(let text)) where text == word: return value
    case (.number, .integer(let number)), (.numberOr, .integer(let number)): return .number(Double(number))
    case (.number, .number(let number)), (.numberOr, .number(let number)), (.literal, .number(let number)):
      guard number.isFinite else {
        throw Misfit(problem: "\(number) is not a finite number", remedy: "give a finite one, such as 1e-2")
      }
      return self == .literal ? .text(String(number)) : value
    case (.choiceOrFile(_, let ending), .text(let path)) where path.hasSuffix(ending): return value
    case (.choice(let words), .text(let word)), (.choiceOrFile(let words, _), .text(let word)):
      guard words.contains(word) else {
        let nearest = nearestName(to: word, among: words) ?? ""
        throw Misfit(
          problem: "\(quotedForMessage(word)) is not \(expectation)", remedy: "did you mean \"\(nearest)\"?")
      }
      return value
    case (.integer, .number(let number)):
      throw Misfit(problem: "expected an integer, found the number \(number)", remedy: wholeNumberRemedy(number))
    default:
      throw Misfit(problem: "expected \(expectation), found \(value.inWords)", remedy: remedy(for: value))
    }
  }

  private func conformItem(_ value: SettingValue, _ element: Setting.Kind) throws(Misfit) -> SettingValue {
    do throws(Misfit) {
      return try element.conform(value)
    } catch {
      switch (value, element) {
      case (.text, .integer), (.text, .number), (.integer, .text), (.number, .text), (.boolean, _):
        throw Misfit(problem: "expected \(expectation), found \(value.inWords)", remedy: "write \(sample)")
      default: throw error
      }
    }
  }

  private func wholeNumberRemedy(_ number: Double) -> String {
    guard let whole = Int(exactly: number.rounded()) else { return "write a whole number, such as 10" }
    return Double(whole) == number
      ? "write it without point or exponent: \(whole)" : "write a whole number, such as \(whole)"
  }

  private func remedy(for value: SettingValue) -> String {
    switch (self, value) {
    case (_, .list): "give one value: only 'flowcheck sweep' takes several"
    case (.number, .text(let text)) where Double(text)?.isFinite == true,
      (.numberOr, .text(let text)) where Double(text)?.isFinite == true:
      "write it without quotes: \(text)"
    case (.integer, .text(let text)) where Int(text) != nil: "write it without quotes: \(text)"
    case (.boolean, .text(let text)) where text == "true" || text == "false": "write it without quotes: \(text)"
    default: "write a value such as \(sample)"
    }
  }
}

extension String {
  /// The text without this ending, where it has it.
  package func withoutSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
