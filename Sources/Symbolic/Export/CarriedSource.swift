import ArrayFiles
import FlowLanguage

/// The `.flow` text as an export carries it: to be read in a remark, and exactly as a number.
///
/// In the remark no character is left that could end a remark, begin one, or open a text of Coq or Lean: every character but
/// ASCII letters, digits, blanks and some signs is replaced.
package struct CarriedSource {
  private let bytes: [UInt8]

  package init(_ source: SourceText) { bytes = source.allBytes }

  /// SHA-256 of the text.
  package var digest: String { bytes.withUnsafeBytes(SHA256.digest) }

  /// How many bytes stand in one number: Coq reads a number's digits by recursion.
  private static let chunk = 500

  /// The bytes as Coq numbers, one definition for every 500 of them.
  package var definitions: String {
    let digits = Array("0123456789abcdef".utf8)
    return stride(from: 0, to: bytes.count, by: Self.chunk).map { start in
      let part = bytes[start..<min(start + Self.chunk, bytes.count)]
      let text = String(decoding: part.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
      return "Definition source_text_\(start / Self.chunk + 1) : N := 0x\(text)%N.\n"
    }.joined()
  }

  /// The lines of the text, every one harmless.
  package var lines: [String] {
    var lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Self.harmless(String($0)) }
  }

  /// A text without a character that means anything to a proof assistant: × for `*`, ❨ ❩ for parentheses, ′ ″ for quotes,
  /// ⟨code⟩ for what is no ASCII character.
  package static func harmless(_ text: String) -> String {
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
