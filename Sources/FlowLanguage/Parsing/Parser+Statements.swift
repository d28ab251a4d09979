extension Parser {
  /// The statement that begins here, up to its end.
  mutating func statement() throws(Problem) -> Statement {
    let start = token.span
    let kind = try statementKind()
    return Statement(kind: kind, span: start.joined(to: previousSpan))
  }

  private mutating func statementKind() throws(Problem) -> Statement.Kind {
    guard token.kind == .name, Words.statements.contains(token.text) else { throw noStatement() }
    let word = anyName().text
    let kind: Statement.Kind
    switch word {
    case "dim": kind = .sizes(try list { (parser) throws(Problem) in try parser.sizeEntry() })
    case "model", "let": kind = .definition(try definition(isModel: word == "model"))
    case "observe": kind = .observe(try list { (parser) throws(Problem) in try parser.observation() })
    case "loss":
      if take("any") {
        kind = .anyLoss
      } else if let program = programLoss() {
        kind = program
      } else {
        kind = .loss(try expression())
      }
    case "flow": return try flow()
    case "init": kind = .starts(try starts())
    case "claim": return .claim(try claim())
    default:
      let role = ArrayRole(rawValue: word) ?? .data
      kind = .arrays(role, try list { (parser) throws(Problem) in try parser.arrayEntry(role) })
    }
    try endStatement("the statement", words: ["from"])
    return kind
  }

  /// The program behind `loss`, if words in quotes follow its name.
  private mutating func programLoss() -> Statement.Kind? {
    guard token.kind == .name, token.text == "program", ahead(1).kind == .string else { return nil }
    advance()
    defer { advance() }
    return .programLoss(token.text)
  }

  private mutating func observation() throws(Problem) -> ObservationEntry {
    guard token.kind == .name, ahead(1).isSymbol(.equal) else {
      return ObservationEntry(name: nil, value: try expression())
    }
    let name = try name("the name of an observation")
    advance()
    return ObservationEntry(name: name, value: try expression())
  }

  private mutating func noStatement() -> Problem {
    let what = "a statement (dim, param, ...)"
    guard token.kind == .name else { return expected(what) }
    if let hint = speller.hint(token.text, among: Words.statements) { return expected(what, hint: hint) }
    if ahead(1).isSymbol(.equal) || ahead(1).isSymbol(.openBracket) {
      return expected(what, hint: "write let \(printable(token.text)) = ... or model \(printable(token.text)) = ...")
    }
    return expected(what)
  }

  private mutating func sizeEntry() throws(Problem) -> SizeEntry {
    let name = try name("the name of a size")
    return SizeEntry(name: name, value: take(.equal) ? try integer("an integer", atLeast: 1) : nil)
  }

  private mutating func arrayEntry(_ role: ArrayRole) throws(Problem) -> ArrayEntry {
    let name = try name("a name")
    var extents: [Extent] = []
    if take(.openBracket) {
      extents = try list { (parser) throws(Problem) in try parser.extent() }
      try expect(.closeBracket)
    }
    if take(.equal) { return ArrayEntry(name: name, extents: extents, contents: .formula(try expression())) }
    guard take("from") else { return ArrayEntry(name: name, extents: extents, contents: .open) }
    guard token.kind == .string else { throw expected("the name of a file between quotes") }
    let file = try DataFile(token.text, token.span)
    advance()
    return ArrayEntry(name: name, extents: extents, contents: .file(file))
  }

  private mutating func extent() throws(Problem) -> Extent {
    let what = "a size (a number or a name)"
    if token.kind == .number { return .number(try integer(what, atLeast: 1)) }
    return .name(try name(what))
  }

  private mutating func definition(isModel: Bool) throws(Problem) -> DefinitionEntry {
    let name = try name("a name")
    var indices: [Name] = []
    if take(.openBracket) {
      indices = try list { (parser) throws(Problem) in try parser.name("an index") }
      try expect(.closeBracket)
    }
    try expect(.equal)
    return DefinitionEntry(isModel: isModel, name: name, indices: indices, body: try expression())
  }

  private mutating func starts() throws(Problem) -> [StartEntry] {
    if take(.equal) { return [StartEntry(name: nil, value: try expression())] }
    return try list { (parser) throws(Problem) in
      let name = try parser.name("a name")
      try parser.expect(.equal)
      return StartEntry(name: name, value: try parser.expression())
    }
  }

  // MARK: Flow

  private mutating func flow() throws(Problem) -> Statement.Kind {
    if token.kind == .number {
      let span = token.span
      let version = try integer("an integer", atLeast: 1)
      guard statements.isEmpty else {
        throw Problem(span, "the version of the language stands on the first line")
      }
      guard version == 1 else {
        throw Problem(span, "version \(version) of the language is not known", hint: "write flow 1")
      }
      try endStatement("the version")
      return .version(version)
    }
    guard token.kind == .name else { throw expected("a flow", hint: "gradient, momentum(tau), mirror or x' = ...") }
    if ahead(1).isSymbol(.prime) { return .flow(.field(try field())) }
    let form: FlowForm<Expression>
    switch token.text {
    case "gradient":
      advance()
      form = .gradient(decay: take("decay") ? try coefficient() : nil)
    case "momentum":
      advance()
      try expect(.open, hint: "write momentum(tau)")
      form = .momentum(friction: try coefficient())
      try expect(.close)
    case "mirror":
      advance()
      form = .mirror
    default:
      let hint = ahead(1).isSymbol(.equal) ? "an own field is written \(printable(token.text))' = ..." : nil
      throw Problem(
        token.span, "unknown flow \(token.quoted)",
        hint: hint ?? speller.hint(token.text, among: Words.flows) ?? "gradient, momentum(tau), mirror or x' = ...")
    }
    try endStatement("the flow", words: ["decay"])
    return .flow(form)
  }

  /// A name or a number.
  private mutating func coefficient() throws(Problem) -> Expression {
    let span = token.span
    if token.kind == .number { return Expression(.number(try number()), span) }
    return Expression(.name(try name("a name or a number").text), span)
  }

  private mutating func field() throws(Problem) -> [Rate<Expression>] {
    let rates = try list { (parser) throws(Problem) in
      let name = try parser.name("a name")
      try parser.expect(.prime, hint: "an own field is written x' = ..., y' = ...")
      try parser.expect(.equal)
      return Rate(name: name, value: try parser.expression())
    }
    try endStatement("the flow")
    return rates
  }
}
