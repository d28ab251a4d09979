import FlowLanguage

/// The `.flow` text as an export carries it: to be read in a remark, and exactly as a number.
///
/// In the remark no character is left that could end a remark, begin one, or open a text of Coq or Lean: every character but
/// ASCII letters, digits, blanks and some signs is replaced.
struct CarriedSource {
  private let bytes: [UInt8]

  init(_ source: SourceText) { bytes = source.allBytes }

  /// SHA-256 of the text.
  var digest: String { SourceDigest.sha256(bytes) }

  /// The bytes as hexadecimal digits; `0` of an empty text.
  var hexadecimal: String {
    if bytes.isEmpty { return "0" }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The lines of the text, every one harmless.
  var lines: [String] {
    var lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Self.harmless(String($0)) }
  }

  /// A text without a character that means anything to a proof assistant: × for `*`, ❨ ❩ for parentheses, ′ ″ for quotes,
  /// ⟨code⟩ for what is no ASCII character.
  static func harmless(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "+", "=", ",", ".", ":", ";", "<", ">", "[", "]", "^", "#":
        result.unicodeScalars.append(scalar)
      case "*": result += "×"
      case "(": result += "❨"
      case ")": result += "❩"
      case "'": result += "′"
      case "\"": result += "″"
      case "-": result += "−"
      case "/": result += "∕"
      case "\t": result += " "
      default: result += "⟨\(String(scalar.value, radix: 16))⟩"
      }
    }
    return result
  }
}
