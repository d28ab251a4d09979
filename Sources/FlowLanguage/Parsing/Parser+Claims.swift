extension Parser {
  private static let claim = "the claim"

  /// What stands behind `claim`.
  mutating func claim() throws(Problem) -> ClaimEntry {
    var label: Name?
    if token.kind == .name, ahead(1).isSymbol(.colon) {
      label = anyName()
      advance()
    }
    var isScaleLimit = false
    if take("as") {
      try expect("scale", after: "'as'")
      try expect(.arrow)
      guard token.kind == .number, ExactNumber(token.text)?.numerator == 0 else { throw expected("0") }
      advance()
      try expect(.colon)
      isScaleLimit = true
    }
    return ClaimEntry(label: label, isScaleLimit: isScaleLimit, form: try claimForm())
  }

  private mutating func claimForm() throws(Problem) -> ClaimForm<Expression> {
    guard token.kind == .name else { throw expected("a claim (conserved, invariant, ...)") }
    let word = token
    advance()
    let form: ClaimForm<Expression>
    switch word.text {
    case "conserved":
      let value = try expression()
      form = .conserved(value, given: try given())
    case "decays":
      let value = try expression()
      try expect("rate", after: Self.claim)
      let rate = try expression()
      form = .decays(value, rate: rate, given: try given())
    case "identity":
      let sides = try equation()
      form = .identity(sides, given: try given())
    case "nonincreasing":
      let value = try expression()
      let roots = take("by") ? try list { (parser) throws(Problem) in try parser.expression() } : []
      try endStatement(Self.claim, words: Words.clauses)
      return .nonincreasing(value, by: roots)
    case "invariant":
      let sides = try comparison()
      let cofactor = take("cofactor") ? try expression() : nil
      form = .invariant(sides, cofactor: cofactor, given: try given())
    case "laws":
      var (degree, count): (Int?, Int?) = (nil, nil)
      while degree == nil && token.isWord("degree") || count == nil && token.isWord("count") {
        if take("degree") { degree = try integer("an integer", atLeast: 1) }
        if count == nil, take("count") { count = try integer("an integer", atLeast: 0) }
      }
      try endStatement(Self.claim, words: ["degree", "count"])
      return .laws(degree: degree, count: count)
    case "always": return try always()
    case "reaches":
      let sides = try comparison()
      try expect("at", after: Self.claim)
      let time = try number(allowsMinus: true)
      try expect("within", after: Self.claim)
      let tolerance = try number()
      try endStatement(Self.claim)
      return .reaches(sides, at: time, within: tolerance)
    case "grows":
      let value = try expression()
      try expect("like", after: Self.claim)
      let base = try expression()
      try expect("exponent", after: Self.claim)
      let exponent = try expression()
      try endStatement(Self.claim)
      return .grows(value, like: base, exponent: exponent)
    default:
      throw Problem(
        word.span, "unknown claim \(word.quoted)",
        hint: speller.hint(word.text, among: Words.claims) ?? Words.claims.joined(separator: ", "))
    }
    return form
  }

  private mutating func always() throws(Problem) -> ClaimForm<Expression> {
    let sides = try comparison()
    try expect("on", after: Self.claim)
    let span = token.span
    try expect(.openBracket, hint: "write on [0, 100]")
    let from = try number(allowsMinus: true)
    try expect(.comma, hint: "write on [0, 100]")
    let to = try number(allowsMinus: true)
    try expect(.closeBracket)
    let interval = span.joined(to: previousSpan)
    try endStatement(Self.claim)
    guard from.numerator >= 0 else { throw Problem(interval, "an interval of time begins at 0 or later") }
    guard from.value < to.value else {
      throw Problem(interval, "the interval [\(from.text), \(to.text)] is empty", hint: "write on [0, 100]")
    }
    return .always(sides, from: from, to: to)
  }

  /// {"given" expr "=" expr}, which ends a claim.
  private mutating func given() throws(Problem) -> [Equation<Expression>] {
    var equations: [Equation<Expression>] = []
    while take("given") { equations.append(try equation()) }
    try endStatement(Self.claim, words: Words.clauses)
    return equations
  }

  private mutating func equation() throws(Problem) -> Equation<Expression> {
    let left = try expression()
    try expect(.equal)
    return Equation(left: left, right: try expression())
  }

  private mutating func comparison() throws(Problem) -> Comparison<Expression> {
    let left = try expression()
    guard case .symbol(let symbol) = token.kind, let relation = Relation(rawValue: symbol.rawValue) else {
      throw expected("<, <=, >, >= or =")
    }
    advance()
    return Comparison(left: left, relation: relation, right: try expression())
  }
}
