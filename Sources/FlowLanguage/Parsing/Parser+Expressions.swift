/// expr = term {("+"|"-") term}; term = unary {("*"|".*"|"/"|"./") unary}; unary = "-" unary | power;
/// power = post [("^"|".^") unary]; post = atom {"'" | "[" subscript {"," subscript} "]"}.
extension Parser {
  mutating func expression() throws(Problem) -> Expression {
    let first = try product()
    var rest: [Expression.Addend] = []
    while token.isSymbol(.plus) || token.isSymbol(.minus) {
      let (isSubtracted, span) = (token.isSymbol(.minus), token.span)
      advance()
      rest.append(.init(isSubtracted: isSubtracted, signSpan: span, operand: try product()))
    }
    guard let last = rest.last else { return first }
    return try node(.sum(first, rest), first.span.joined(to: last.operand.span))
  }

  private mutating func product() throws(Problem) -> Expression {
    let first = try unary()
    var rest: [Expression.Factor] = []
    while case .symbol(let symbol) = token.kind, let joint = Expression.Joint(rawValue: symbol.rawValue) {
      let span = token.span
      advance()
      rest.append(.init(joint: joint, jointSpan: span, operand: try unary()))
    }
    guard let last = rest.last else { return first }
    return try node(.product(first, rest), first.span.joined(to: last.operand.span))
  }

  private mutating func unary() throws(Problem) -> Expression {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit else { throw tooDeep(token.span, Self.nestingLimit) }
    let span = token.span
    if take(.minus) {
      let operand = try unary()
      return try node(.negative(operand), span.joined(to: operand.span))
    }
    let base = try post()
    guard token.isSymbol(.power) || token.isSymbol(.entrywisePower) else { return base }
    let isEntrywise = token.isSymbol(.entrywisePower)
    advance()
    let exponent = try unary()
    return try node(.power(base, isEntrywise: isEntrywise, exponent), span.joined(to: exponent.span))
  }

  private mutating func post() throws(Problem) -> Expression {
    var result = try atom()
    while true {
      if take(.prime) {
        result = try node(.transpose(result), result.span.joined(to: previousSpan))
      } else if take(.openBracket) {
        let subscripts = try list { (parser) throws(Problem) in try parser.oneSubscript() }
        try expect(.closeBracket)
        result = try node(.entry(result, subscripts), result.span.joined(to: previousSpan))
      } else {
        return result
      }
    }
  }

  private mutating func oneSubscript() throws(Problem) -> Expression.Subscript {
    take(.colon) ? .whole : .at(try expression())
  }

  private mutating func atom() throws(Problem) -> Expression {
    let start = token.span
    switch token.kind {
    case .number: return try node(.number(try number()), start)
    case .string:
      let text = token.text
      advance()
      return try node(.text(text), start)
    case .symbol(.open):
      advance()
      let inner = try expression()
      try expect(.close)
      // What is said of it is said from the parenthesis on.
      return Expression(inner, between: start.joined(to: previousSpan))
    case .symbol(.openBracket): return try rows()
    case .name: return try named()
    default: throw expected("an expression")
    }
  }

  /// A name, a function of something, a sum over indices.
  private mutating func named() throws(Problem) -> Expression {
    if ahead(1).isSymbol(.open) {
      let function = anyName()
      advance()
      if function.text == "sum", let indices = try sumIndices() {
        let body = try expression()
        try expect(.close)
        return try node(.indexSum(indices, body), function.span.joined(to: previousSpan))
      }
      let arguments = try list { (parser) throws(Problem) in try parser.expression() }
      try expect(.close)
      if function.text == "sum", token.kind == .name || token.isSymbol(.open) || token.kind == .number {
        throw Problem(
          token.span, "\(token.quoted) follows the indices of a sum", hint: "write sum(i, j: expression)")
      }
      return try node(.call(function, arguments), function.span.joined(to: previousSpan))
    }
    if token.isWord("loss") {
      let loss = anyName()
      return try node(.name(loss.text), loss.span)
    }
    if FunctionRow.named(token.text) != nil {
      throw Problem(token.span, "\(token.quoted) is a function", hint: "write \(token.text)(...)")
    }
    if Words.reserved.contains(token.text) { throw expected("an expression") }
    let name = anyName()
    return try node(.name(name.text), name.span)
  }

  /// The indices of `sum(i, j: x)`, read up to the colon; nil where no colon follows.
  private mutating func sumIndices() throws(Problem) -> [Name]? {
    var count = 0
    while ahead(count).kind == .name, ahead(count + 1).isSymbol(.comma) { count += 2 }
    guard ahead(count).kind == .name, ahead(count + 1).isSymbol(.colon) else { return nil }
    let indices = try list { (parser) throws(Problem) in try parser.name("an index") }
    advance()
    return indices
  }

  private mutating func rows() throws(Problem) -> Expression {
    let start = token.span
    advance()
    var rows: [[Expression]] = []
    repeat {
      rows.append(try list { (parser) throws(Problem) in try parser.expression() })
    } while take(.semicolon)
    try expect(.closeBracket)
    for row in rows where row.count != rows[0].count {
      throw Problem(row[0].span, "a row of \(row.count) numbers below one of \(rows[0].count)")
    }
    return try node(.rows(rows), start.joined(to: previousSpan))
  }

  private func node(_ kind: Expression.Kind, _ span: Span) throws(Problem) -> Expression {
    let expression = Expression(kind, span)
    guard expression.height <= Self.heightLimit else { throw tooDeep(span, Self.heightLimit) }
    return expression
  }

  private func tooDeep(_ span: Span, _ limit: Int) -> Problem {
    Problem(span, "nested more than \(limit) deep", hint: "give a part a name with let")
  }
}
