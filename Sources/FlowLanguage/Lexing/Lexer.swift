/// Cuts a text into words, a line at a time. A `#` outside quotes begins a remark that ends with the line.
struct Lexer {
  private let source: SourceText
  private var line = 0
  private var cursor = 0
  private var end = 0
  /// Scalars looked at so far: the work done.
  private(set) var steps = 0

  init(_ source: SourceText) { self.source = source }

  /// Replaces `tokens` by the words of the next line and a line end; false when there is no line left.
  mutating func nextLine(into tokens: inout [Token]) -> Bool {
    guard line < source.lineCount else { return false }
    line += 1
    tokens.removeAll(keepingCapacity: true)
    (cursor, end) = (source.lineSpan(line).start, source.lineSpan(line).end)
    while let token = nextToken() { tokens.append(token) }
    tokens.append(Token(kind: .lineEnd, span: Span(end, end), text: ""))
    return true
  }

  /// The next word of the line.
  private mutating func nextToken() -> Token? {
    while cursor < end {
      let (scalar, length) = peek()
      guard let scalar, scalar != "\0" else { return invalidByte(cursor) }
      if scalar == "#" { return remark() }
      if scalar == " " || scalar == "\t" || scalar.properties.generalCategory == .spaceSeparator {
        cursor += length
        continue
      }
      let start = cursor
      if ("0"..."9").contains(scalar) { return number(start) }
      if scalar == "\"" { return string(start) }
      if CharacterHints.table[scalar] == nil, scalar == "_" || scalar.properties.isXIDStart { return name(start) }
      return symbol(scalar, length)
    }
    return nil
  }

  private mutating func peek() -> (scalar: Unicode.Scalar?, length: Int) {
    steps += 1
    return source.scalar(at: cursor)
  }

  private func token(_ kind: Token.Kind, from start: Int) -> Token {
    let span = Span(start, cursor)
    return Token(kind: kind, span: span, text: source.text(span))
  }

  /// Skips to the end of the line; a byte that no text has is found in remarks too.
  private mutating func remark() -> Token? {
    while cursor < end {
      let (scalar, length) = peek()
      guard let scalar, scalar != "\0" else {
        defer { cursor = end }
        return invalidByte(cursor)
      }
      cursor += length
    }
    return nil
  }

  /// A byte as a word that no line may have.
  private mutating func invalidByte(_ start: Int) -> Token {
    let isNUL = source.bytes[start] == 0
    cursor = start + 1
    return Token(
      kind: isNUL
        ? .invalid(
          message: "a NUL byte: this is not a text file",
          hint: "check that this is the file you meant, saved as UTF-8")
        : .invalid(message: "bytes that are not UTF-8", hint: "save the file as UTF-8"),
      span: Span(start, start + 1), text: "")
  }

  private mutating func name(_ start: Int) -> Token {
    skipName()
    return token(.name, from: start)
  }

  /// Passes what may stand in a name: letters, digits, `_`, and the small digits ₀ … ₉ below the line.
  private mutating func skipName() {
    while cursor < end {
      let (scalar, length) = peek()
      guard let scalar, CharacterHints.table[scalar] == nil,
        scalar.properties.isXIDContinue || ("\u{2080}"..."\u{2089}").contains(scalar)
      else { return }
      cursor += length
    }
  }

  private mutating func skipDigits() {
    while cursor < end, (48...57).contains(source.bytes[cursor]) {
      steps += 1
      cursor += 1
    }
  }

  private func byte(_ ahead: Int) -> UInt8? { cursor + ahead < end ? source.bytes[cursor + ahead] : nil }

  private func isDigit(_ ahead: Int) -> Bool { byte(ahead).map { (48...57).contains($0) } ?? false }

  /// Digits, a point with digits behind it, an exponent. `2.*x` is 2 and `.*`.
  private mutating func number(_ start: Int) -> Token {
    skipDigits()
    if byte(0) == UInt8(ascii: "."), isDigit(1) {
      cursor += 1
      skipDigits()
    }
    if byte(0) == UInt8(ascii: "e") || byte(0) == UInt8(ascii: "E") {
      let hasSign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
      if isDigit(hasSign ? 2 : 1) {
        cursor += hasSign ? 2 : 1
        skipDigits()
      }
    }
    let digits = token(.number, from: start).text
    let afterDigits = cursor
    skipName()
    if cursor > afterDigits {
      let letters = source.text(Span(afterDigits, cursor))
      return token(
        .invalid(
          message: "'\(printable(digits + letters))' is not a number",
          hint: "a product is written \(printable(digits))*\(printable(letters))"), from: start)
    }
    return token(.number, from: start)
  }

  private mutating func string(_ start: Int) -> Token {
    cursor += 1
    while cursor < end {
      let (scalar, length) = peek()
      guard let scalar, scalar != "\0" else { return invalidByte(cursor) }
      if scalar == "\"" {
        let text = source.text(Span(start + 1, cursor))
        cursor += 1
        return Token(kind: .string, span: Span(start, cursor), text: text)
      }
      guard shown(scalar) == scalar else {
        let span = Span(cursor, cursor + length)
        cursor = end
        return Token(
          kind: .invalid(message: "unexpected character \(CharacterHints.name(scalar)) in a text", hint: nil),
          span: span, text: "")
      }
      cursor += length
    }
    return token(.invalid(message: "the text that begins here has no end", hint: "close it with \""), from: start)
  }

  private mutating func symbol(_ scalar: Unicode.Scalar, _ length: Int) -> Token {
    let start = cursor
    if let next = byte(1), length == 1 {
      let pair = String(decoding: [source.bytes[start], next], as: UTF8.self)
      if let hint = CharacterHints.pairs[pair] {
        cursor += 2
        return token(.invalid(message: "unexpected '\(pair)'", hint: hint), from: start)
      }
      if let symbol = Symbol(rawValue: pair) {
        cursor += 2
        return token(.symbol(symbol), from: start)
      }
    }
    cursor += length
    if let symbol = Symbol(rawValue: String(scalar)) { return token(.symbol(symbol), from: start) }
    return token(
      .invalid(message: "unexpected character \(CharacterHints.name(scalar))", hint: CharacterHints.table[scalar]),
      from: start)
  }
}
