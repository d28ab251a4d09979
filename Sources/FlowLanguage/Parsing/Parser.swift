/// Reads a text line by line. A line with an error is left out and remembered; reading goes on with the next one.
struct Parser {
  /// The most formulas that may stand inside each other.
  static let nestingLimit = 64
  /// The most levels a formula may have.
  static let heightLimit = 100
  /// The largest size.
  static let largestSize = Int(Int32.max)

  private var lexer: Lexer
  /// Words of the line; the last one is its end.
  private var tokens: [Token] = []
  private var next = 0
  var nesting = 0
  var speller = Speller()

  private(set) var statements: [Statement] = []
  private(set) var problems: [Problem] = []
  private(set) var unread = UnreadNames()

  /// What lines that could not be read may have declared: it is not reported as unknown.
  struct UnreadNames: Hashable, Sendable {
    /// Whether there is such a line.
    var hasLines = false
    /// Names.
    var names: Set<String> = []
    /// Whether one of the lines is about the flow.
    var hasFlow = false
  }

  init(_ source: SourceText) { lexer = Lexer(source) }

  /// Characters and words looked at so far.
  var steps: Int { lexer.steps + passed }
  private var passed = 0

  /// Reads the whole text.
  mutating func parse() {
    while lexer.nextLine(into: &tokens) {
      next = 0
      while token.kind != .lineEnd {
        let start = next
        nesting = 0
        do throws(Problem) {
          statements.append(try statement())
          if !token.isSymbol(.semicolon) { break }
          advance()
        } catch {
          problems.append(error)
          remember(from: start)
          break
        }
      }
    }
  }

  /// Notes what the words from there to the end of the line may have declared.
  private mutating func remember(from start: Int) {
    let isKnown = Words.statements.contains(tokens[start].text)
    var declares = !isKnown || Words.declaring.contains(tokens[start].text)
    unread.hasLines = true
    unread.hasFlow = unread.hasFlow || tokens[start].isWord("flow")
    for position in start..<tokens.count where tokens[position].kind == .name {
      let text = tokens[position].text
      if Words.declaring.contains(text) || text == "flow" { declares = true }
      guard declares, !Words.reserved.contains(text), position > 0 else { continue }
      let before = tokens[position - 1]
      switch before.kind {
      case .name, .invalid, .symbol(.comma), .symbol(.open): unread.names.insert(text)
      default: break
      }
    }
  }

  // MARK: Words

  /// The word at which reading stands.
  var token: Token { tokens[next] }

  /// The word so many places ahead, or the line's end.
  func ahead(_ count: Int) -> Token { tokens[min(next + count, tokens.count - 1)] }

  /// The span of the word before.
  var previousSpan: Span { tokens[max(0, next - 1)].span }

  mutating func advance() {
    passed += 1
    if next < tokens.count - 1 { next += 1 }
  }

  /// Passes a sign if it stands here.
  mutating func take(_ symbol: Symbol) -> Bool {
    guard token.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  /// Passes a word if it stands here.
  mutating func take(_ word: String) -> Bool {
    guard token.isWord(word) else { return false }
    advance()
    return true
  }

  /// What to say where `what` was expected and something else stands.
  func expected(_ what: String, hint: String? = nil) -> Problem {
    switch token.kind {
    case .invalid(let message, let hint): Problem(token.span, message, hint: hint)
    case .lineEnd: Problem(token.span, "line ended early: \(what) was expected", hint: hint)
    default: Problem(token.span, "expected \(what), found \(token.quoted)", hint: hint)
    }
  }

  mutating func expect(_ symbol: Symbol, hint: String? = nil) throws(Problem) {
    if !take(symbol) { throw expected("'\(symbol.rawValue)'", hint: hint) }
  }

  /// A word that stands between the parts of a statement. `what` is the statement: "the claim".
  mutating func expect(_ word: String, after what: String) throws(Problem) {
    if take(word) { return }
    if token.kind == .name, let hint = speller.hint(token.text, among: [word]) {
      throw Problem(token.span, "unexpected \(token.quoted) after \(what)", hint: hint)
    }
    throw expected("'\(word)'")
  }

  /// Makes sure that the statement ends here; `words` could have stood here too.
  mutating func endStatement(_ what: String, words: [String] = []) throws(Problem) {
    switch token.kind {
    case .lineEnd, .symbol(.semicolon): return
    case .invalid(let message, let hint): throw Problem(token.span, message, hint: hint)
    case .name:
      throw Problem(
        token.span, "unexpected \(token.quoted) after \(what)", hint: speller.hint(token.text, among: words))
    default: throw Problem(token.span, "unexpected \(token.quoted) after \(what)")
    }
  }

  /// A name that is none of the language's words.
  mutating func name(_ what: String) throws(Problem) -> Name {
    guard token.kind == .name else { throw expected(what) }
    guard !Words.reserved.contains(token.text) else {
      throw Problem(token.span, "\(token.quoted) is a word of the language", hint: "choose another name")
    }
    return anyName()
  }

  /// The name that stands here, whatever it is.
  mutating func anyName() -> Name {
    let name = Name(token.text, token.span)
    advance()
    return name
  }

  /// A number without point and exponent, from `least` on.
  mutating func integer(_ what: String, atLeast least: Int) throws(Problem) -> Int {
    guard token.kind == .number else { throw expected(what) }
    guard token.text.utf8.allSatisfy({ (48...57).contains($0) }) else { throw expected(what) }
    guard let value = Int(token.text), value <= Self.largestSize else {
      throw Problem(token.span, "\(printable(token.text)) is larger than \(Self.largestSize)")
    }
    guard value >= least else { throw Problem(token.span, "\(value) is less than \(least)") }
    advance()
    return value
  }

  /// A number as it was written, with an optional minus where it may be negative.
  mutating func number(allowsMinus: Bool = false) throws(Problem) -> ExactNumber {
    let span = token.span
    let isNegative = allowsMinus && take(.minus)
    guard token.kind == .number else { throw expected("a number") }
    guard let number = ExactNumber((isNegative ? "-" : "") + token.text) else {
      throw Problem(
        span.joined(to: token.span),
        "the number \(printable(token.text)) does not fit: numbers are exact fractions of 64-bit integers",
        hint: "use fewer digits or a smaller exponent")
    }
    advance()
    return number
  }

  /// One or more of something, separated by commas.
  mutating func list<Item>(
    _ item: (inout Parser) throws(Problem) -> Item
  ) throws(Problem) -> [Item] {
    var items = [try item(&self)]
    while take(.comma) { items.append(try item(&self)) }
    return items
  }
}
