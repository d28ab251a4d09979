/// Formulas in plain text, as claims state them, set in MathML: `σ_r^(2−2/N)`, `‖w_rⁿ‖² − ‖w_rᵐ‖²`, `W(l+1)ᵀ W(l+1)`.
///
/// A sentence is divided into words, which stay, and runs of what is no word, which are formulas. Nothing is lost: what cannot be set
/// stands there as it is.
package enum MathML {
  /// A sentence as text and formulas.
  package static func sentence(_ text: String) -> [XML] {
    var pieces: [XML] = []
    var formula: [Substring] = []
    func close() {
      guard !formula.isEmpty else { return }
      // Of a single plain number nothing is gained.
      let joined = formula.joined(separator: " ")
      pieces.append(
        joined.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") } ? .text(joined) : math(joined))
      formula = []
    }
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    for (k, word) in words.enumerated() {
      let isLoneLetter =
        (word == "a" || word == "A" || word == "I") && formula.isEmpty && k + 1 < words.count && isProse(words[k + 1])
      if isProse(word) || isLoneLetter {
        if !formula.isEmpty {
          close()
          pieces.append(.text(" "))
        }
        pieces.append(.text(word + (k + 1 < words.count ? " " : "")))
      } else {
        formula.append(word)
      }
    }
    close()
    return pieces
  }

  /// Functions, whose names are no words of a sentence.
  private static let functions: Set<String> = [
    "ln", "log", "exp", "det", "tr", "max", "min", "sup", "inf", "diag", "rank", "sign",
  ]

  /// Whether something between blanks is a word: letters, perhaps with marks around them.
  private static func isProse(_ word: Substring) -> Bool {
    let letters = word.drop { "(\"'".contains($0) }.prefix { $0.isLetter || $0 == "-" || $0 == "'" || $0 == "’" }
    let rest = word.drop { "(\"'".contains($0) }.dropFirst(letters.count)
    guard letters.count > 1, letters.allSatisfy(\.isASCII), !functions.contains(String(letters)) else {
      return word.isEmpty
    }
    return rest.allSatisfy { ",.;:)\"'?!".contains($0) }
  }

  private static func math(_ text: String) -> XML {
    var reader = Reader(Array(text))
    return XML("math", [:], reader.row(until: nil))
  }

  private static let raised: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁺": "+",
    "⁻": "−",
    "⁽": "(", "⁾": ")", "ⁿ": "n", "ᵀ": "⊤", "ᵗ": "t", "ᵐ": "m", "ᵏ": "k", "ᵖ": "p", "ʳ": "r", "ˢ": "s", "ᴺ": "N",
    "ᴸ": "L",
  ]
  private static let lowered: [Character: Character] = [
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "₊": "+",
    "₋": "−",
    "ₙ": "n", "ₘ": "m", "ₖ": "k", "ₛ": "s", "ᵣ": "r", "ᵢ": "i", "ⱼ": "j",
  ]

  private struct Reader {
    private let text: [Character]
    private var k = 0

    init(_ text: [Character]) { self.text = text }

    private var next: Character? { k < text.count ? text[k] : nil }

    /// Everything up to a closing mark at this depth, which is passed.
    mutating func row(until closing: Character?) -> [XML] {
      var row: [XML] = []
      while let character = next {
        if character == closing {
          k += 1
          return row
        }
        switch character {
        case " ":
          k += 1
        case "(", "[":
          // What is between brackets is one thing, of which there may be a power.
          k += 1
          let close: Character = character == "(" ? ")" : "]"
          row.append(XML("mrow", [:], [sign(character)] + self.row(until: close) + [sign(close)]))
        case "_", "^":
          k += 1
          attach(argument(), below: character == "_", to: &row)
        case _ where raised[character] != nil:
          var letters = ""
          while let mark = next, let letter = raised[mark] {
            letters.append(letter)
            k += 1
          }
          attach(Self.atoms(letters), below: false, to: &row)
        case _ where lowered[character] != nil:
          var letters = ""
          while let mark = next, let letter = lowered[mark] {
            letters.append(letter)
            k += 1
          }
          attach(Self.atoms(letters), below: true, to: &row)
        default: row.append(atom())
        }
      }
      return row
    }

    /// What follows `_` or `^`: what stands between brackets, of which round ones are kept where they begin a product, or a run of
    /// letters or digits.
    private mutating func argument() -> XML {
      switch next {
      case "{":
        k += 1
        return XML("mrow", [:], row(until: "}"))
      case "(":
        k += 1
        return XML("mrow", [:], row(until: ")"))
      default: return next == nil ? XML("mrow") : atom()
      }
    }

    /// Puts an index or exponent on what stands last; below and above at once where both are there.
    private mutating func attach(_ script: XML, below: Bool, to row: inout [XML]) {
      let base = row.popLast() ?? XML("mrow")
      if !below, case .element(let name, _, let parts) = base.named, "\(name)" == "msub" {
        row.append(XML("msubsup", [:], parts + [script]))
      } else {
        row.append(XML(below ? "msub" : "msup", [:], [base, script]))
      }
    }

    private mutating func atom() -> XML {
      let character = text[k]
      k += 1
      if character.isNumber {
        var digits = String(character)
        while let more = next, more.isNumber || more == "." && k + 1 < text.count && text[k + 1].isNumber {
          digits.append(more)
          k += 1
        }
        return XML("mn", text: digits)
      }
      if character.isLetter {
        var name = String(character)
        // Names of several letters are functions; otherwise letters stand for themselves.
        var end = k
        while end < text.count, text[end].isLetter, text[end].isASCII, character.isASCII { end += 1 }
        let word = name + String(text[k..<end])
        if functions.contains(word) || word.count > 2 {
          name = word
          k = end
        }
        return XML("mi", text: name)
      }
      return sign(character)
    }

    /// A sign of the size of the text, whatever stands beside it.
    private func sign(_ character: Character) -> XML { XML("mo", ["stretchy": "false"], text: String(character)) }

    private static func atoms(_ letters: String) -> XML {
      XML(
        "mrow", [:],
        letters.map {
          $0.isNumber
            ? XML("mn", text: String($0)) : $0.isLetter ? XML("mi", text: String($0)) : XML("mo", text: String($0))
        })
    }
  }
}
