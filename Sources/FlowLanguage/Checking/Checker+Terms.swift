extension Checker {
  /// A formula with its names resolved and its shape; nil where something is wrong, which has been reported.
  mutating func term(_ expression: Expression) -> Term? {
    steps += 1
    let span = expression.span
    switch expression.kind {
    case .number(let number): return Term(kind: .number(number), shape: .number, span: expression.core)
    case .text: return refuse(span, "a text stands only in einsum(\"...\", ...) and behind from")
    case .name("loss"): return lossTerm(expression.core)
    case .name(let name): return named(Name(name, expression.core))
    case .call(let function, let arguments): return call(function, arguments, span)
    case .indexSum(let names, let body): return indexSum(names, body, span)
    case .rows(let rows): return self.rows(rows, span)
    case .transpose(let operand): return term(operand).flatMap { transpose($0, span) }
    case .entry(let base, let subscripts): return entry(base, subscripts, span)
    case .negative(let operand):
      return term(operand).map { Term(kind: .negative($0), shape: $0.shape, of: [$0], span: span) }
    case .power(let base, let isEntrywise, let exponent): return power(base, isEntrywise, exponent, span)
    case .product(let first, let factors): return product(first, factors, span)
    case .sum(let first, let addends): return sum(first, addends, span)
    }
  }

  /// Terms of all formulas; nil if one has none.
  mutating func terms(_ expressions: [Expression]) -> [Term]? {
    var found: [Term] = []
    for expression in expressions {
      if let term = term(expression) { found.append(term) }
    }
    return found.count == expressions.count ? found : nil
  }

  private mutating func lossTerm(_ span: Span) -> Term? {
    context.moves = true
    switch context.place {
    case .claim: break
    case .preparation: context.claimsOnly = context.claimsOnly ?? "loss"
    case .definition, .start: return refuse(span, "'loss' stands only in claims and observe")
    }
    return Term(kind: .loss, shape: .number, span: span)
  }

  private mutating func indexSum(_ names: [Name], _ body: Expression, _ span: Span) -> Term? {
    guard let entered = enter(names) else { return nil }
    let term = term(body)
    guard leave(entered, reports: term != nil) != nil, let term else { return nil }
    return Term(
      kind: .indexSum(entered, term), shape: term.shape, indices: term.indices.filter { !entered.contains($0) },
      isBatched: term.isBatched, span: span)
  }

  private mutating func transpose(_ operand: Term, _ span: Span) -> Term? {
    let shape = operand.shape
    let transposed: Shape
    switch shape.sizes.count {
    case 0: transposed = shape
    case 1: transposed = Shape(shape.sizes, isRow: !shape.isRow)
    case 2: transposed = Shape([shape.sizes[1], shape.sizes[0]])
    default:
      return refuse(span, "the transpose of \(shape): only a matrix has one", hint: "use einsum")
    }
    return Term(kind: .transpose(operand), shape: transposed, of: [operand], span: span)
  }

  private mutating func sum(_ first: Expression, _ addends: [Expression.Addend], _ span: Span) -> Term? {
    var total = term(first)
    let start = total
    var terms: [Term.Addend] = []
    for addend in addends {
      guard let operand = term(addend.operand) else {
        total = nil
        continue
      }
      if let left = start, let difference = left.shape.difference(from: operand.shape) {
        report(
          addend.signSpan, "\(addend.isSubtracted ? "difference" : "sum") of \(difference)",
          hint: numberHint(left.shape, operand.shape))
        total = nil
      }
      terms.append(.init(isSubtracted: addend.isSubtracted, operand: operand))
    }
    guard let total, terms.count == addends.count else { return nil }
    return Term(kind: .sum(total, terms), shape: total.shape, of: [total] + terms.map(\.operand), span: span)
  }

  /// How a number is meant beside an array.
  private func numberHint(_ left: Shape, _ right: Shape) -> String? {
    let array = left.isNumber ? right : left
    guard left.isNumber != right.isNumber else { return nil }
    if array.isSquare { return "a multiple of the identity is written 2*I(\(array.sizes[0]))" }
    let sizes = array.sizes.map { "\($0)" }.joined(separator: ",")
    return "an array with 2 in every entry is declared as data c[\(sizes)] = 2"
  }

  // MARK: Powers

  /// Largest absolute value of an exponent.
  private static let exponentLimit = 1000

  private mutating func power(
    _ base: Expression, _ isEntrywise: Bool, _ exponent: Expression, _ span: Span
  ) -> Term? {
    let (left, right) = (term(base), self.exponent(exponent))
    guard let left, let right, let value = Constant(right) else { return nil }
    if !isEntrywise, !left.shape.isNumber {
      guard left.shape.isSquare else {
        return refuse(
          span, "a power of \(left.shape): only a number or a square matrix has one", hint: "use .^ for entries")
      }
      var isWhole = value == .open
      if case .fraction(let numerator, 1) = value { isWhole = numerator >= 0 }
      guard isWhole else {
        return refuse(
          right.span, "a matrix takes whole powers from 0 on", hint: "use .^ for powers of the entries")
      }
    }
    return Term(
      kind: .power(left, isEntrywise: isEntrywise, right), shape: left.shape, of: [left, right], span: span)
  }

  /// A constant number that is small enough for a power.
  mutating func exponent(_ expression: Expression) -> Term? {
    guard let term = term(expression) else { return nil }
    guard let value = Constant(term) else {
      return refuse(
        term.span, "an exponent is a constant: numbers and sizes", hint: "x to the power of y is exp(y*log(x))")
    }
    if case .fraction(let numerator, let denominator) = value,
      numerator / denominator > Self.exponentLimit || numerator / denominator < -Self.exponentLimit
    {
      return refuse(
        term.span, "the exponent \(printable(source.text(term.span))) is too large",
        hint: "allowed are -\(Self.exponentLimit) to \(Self.exponentLimit)")
    }
    return term
  }
}

extension Term {
  /// A term that depends on what its parts depend on.
  init(kind: Kind, shape: Shape, of parts: [Term] = [], span: Span) {
    var indices: [Int] = []
    for part in parts where !part.indices.isEmpty && part.indices != indices {
      indices = indices.isEmpty ? part.indices : Array(Set(indices).union(part.indices)).sorted()
    }
    self.init(
      kind: kind, shape: shape, indices: indices, isBatched: parts.contains { $0.isBatched }, span: span)
  }
}
