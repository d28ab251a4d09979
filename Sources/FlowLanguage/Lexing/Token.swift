/// A word of a line: what it is, where it stands, what was written.
struct Token: Sendable {
  enum Kind: Equatable, Sendable {
    case name
    case number
    /// Text between quotes; `text` has no quotes.
    case string
    case symbol(Symbol)
    /// What no word may be; the parser refuses it where it meets it.
    case invalid(message: String, hint: String?)
    case lineEnd
  }

  let kind: Kind
  let span: Span
  let text: String

  func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }

  /// Whether it is this name.
  func isWord(_ word: String) -> Bool { kind == .name && text == word }

  /// The word as a message quotes it.
  var quoted: String {
    switch kind {
    case .lineEnd: "the end of the line"
    case .string: "\"\(printable(text))\""
    default: "'\(printable(text))'"
    }
  }
}

/// Signs, by what is written.
enum Symbol: String, CaseIterable, Sendable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case entrywiseTimes = ".*"
  case over = "/"
  case entrywiseOver = "./"
  case power = "^"
  case entrywisePower = ".^"
  case prime = "'"
  case open = "("
  case close = ")"
  case openBracket = "["
  case closeBracket = "]"
  case comma = ","
  case semicolon = ";"
  case colon = ":"
  case equal = "="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case arrow = "->"
}
