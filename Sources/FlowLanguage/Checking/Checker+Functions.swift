extension Checker {
  /// A function of arguments.
  mutating func call(_ name: Name, _ arguments: [Expression], _ span: Span) -> Term? {
    guard let row = FunctionRow.named(name.text) else { return unknownFunction(name, arguments) }
    guard mayStand(row, name.span) else { return nil }
    guard row.arity.contains(arguments.count) else {
      let (least, most) = (row.arity.lowerBound, row.arity.upperBound)
      let takes = least == most ? "\(least)" : most - least == 1 ? "\(least) or \(most)" : "\(least) to \(most)"
      return refuse(
        name.span,
        "\(row.name.rawValue) takes \(takes) argument\(least == 1 && most == 1 ? "" : "s"), found \(arguments.count)",
        hint: "write \(row.usage)")
    }
    switch row.rule {
    case .labels: return einsum(arguments, span)
    case .identity: return identity(arguments[0], span)
    case .gradient: return gradient(arguments[0], span)
    case .start:
      return refuse(
        name.span, "\(row.name.rawValue) stands only where parameters start", hint: "write init = \(row.usage)")
    default: break
    }
    guard let terms = terms(arguments), let shape = shape(of: row, terms) else { return nil }
    return Term(
      kind: row.name == .derivative ? .derivative(terms[0]) : .call(row.name, terms), shape: shape, of: terms,
      span: span)
  }

  private mutating func unknownFunction(_ name: Name, _ arguments: [Expression]) -> Term? {
    _ = terms(arguments)
    let quoted = printable(name.text)
    if positions[name.text] != nil || sizePositions[name.text] != nil || scope[name.text] != nil {
      return refuse(name.span, "'\(quoted)' is not a function", hint: "write \(quoted)*(...) or \(quoted)[...]")
    }
    if broken.contains(name.text) { return nil }
    return refuse(
      name.span, "unknown function '\(quoted)'",
      hint: speller.hint(name.text, among: FunctionRow.all.map(\.name.rawValue)))
  }

  /// Whether the function may stand here; says so where it may not.
  private mutating func mayStand(_ row: FunctionRow, _ span: Span) -> Bool {
    guard row.place == .claims else { return true }
    context.moves = true
    switch context.place {
    case .claim: return true
    case .preparation:
      context.claimsOnly = context.claimsOnly ?? row.name.rawValue
      return true
    case .definition, .start:
      report(span, "\(row.name.rawValue) stands only in claims and observe")
      return false
    }
  }

  /// The shape of a function's value, if its arguments have the shapes it takes.
  private mutating func shape(of row: FunctionRow, _ terms: [Term]) -> Shape? {
    let (name, first) = (row.name.rawValue, terms[0])
    switch row.rule {
    case .square:
      guard first.shape.isSquare else {
        return refuse(first.span, "\(name) of \(first.shape), a square matrix was expected")
      }
      if row.name == .determinant, first.shape.sizes[0].number == nil {
        return refuse(
          first.span, "\(name) of \(first.shape)", hint: "give the sizes numbers: dim \(first.shape.sizes[0]) = 3")
      }
      return .number
    case .total: return .number
    case .matrix, .matrixEntry:
      guard first.shape.sizes.count == 2 else {
        return refuse(first.span, "\(name) of \(first.shape), a matrix was expected")
      }
      return row.name == .singular && !isPosition(terms[1], of: first.shape) ? nil : .number
    case .pair:
      return areAlike(name, terms) ? .number : nil
    case .diagonal: return diagonal(first)
    case .entrywise, .lastAxis:
      if case .lastAxis = row.rule, first.shape.isNumber {
        return refuse(first.span, "\(name) of a number, an array was expected")
      }
      if terms.count > 1, Constant(terms[1]) == nil || !terms[1].shape.isNumber {
        return refuse(terms[1].span, "the second argument of \(name) is a constant", hint: "write \(row.usage)")
      }
      return first.shape
    case .extremum:
      if terms.count == 1 { return .number }
      if first.shape.isNumber { return terms[1].shape }
      return terms[1].shape.isNumber || areAlike(name, terms) ? first.shape : nil
    case .derivative: return first.shape
    case .labels, .identity, .gradient, .start: return nil
    }
  }

  private mutating func areAlike(_ name: String, _ terms: [Term]) -> Bool {
    guard let difference = terms[0].shape.difference(from: terms[1].shape) else { return true }
    report(terms[1].span, "\(name) of \(difference)")
    return false
  }

  private mutating func isPosition(_ term: Term, of shape: Shape) -> Bool {
    let limit = shape.sizes.compactMap(\.number).min()
    if case .number(let number) = term.kind, let value = number.integer, value >= 1, value <= limit ?? value {
      return true
    }
    report(
      term.span, "the second argument of singular is a position",
      hint: "write a number from 1 to \(limit?.description ?? "the rank")")
    return false
  }

  private mutating func diagonal(_ term: Term) -> Shape? {
    if term.shape.sizes.count == 1 { return Shape(term.shape.sizes + term.shape.sizes) }
    if term.shape.isSquare { return Shape([term.shape.sizes[0]]) }
    return refuse(term.span, "diag of \(term.shape), a vector or a square matrix was expected")
  }

  private mutating func identity(_ argument: Expression, _ span: Span) -> Term? {
    let size: Size?
    switch argument.kind {
    case .number(let number):
      guard let value = number.integer, (1...Parser.largestSize).contains(value) else {
        return refuse(argument.span, "I takes a size, found \(printable(number.text))")
      }
      size = .number(value)
    case .name(let name): size = self.size(named: Name(name, argument.span))
    default: return refuse(argument.span, "I takes a size", hint: "write I(n) or I(3)")
    }
    return size.map { Term(kind: .identity, shape: Shape([$0, $0]), span: span) }
  }

  private mutating func gradient(_ argument: Expression, _ span: Span) -> Term? {
    let hint = "write grad(X) of a model, a let or a param"
    guard case .name(let name) = argument.kind else {
      return refuse(argument.span, "grad takes a name", hint: hint)
    }
    guard let term = term(argument) else { return nil }
    guard case .declared(let position) = term.kind,
      [.parameter, .model, .definition].contains(declarations[position].role)
    else { return refuse(argument.span, "the loss has no gradient in '\(printable(name))'", hint: hint) }
    return Term(kind: .gradient(of: position), shape: term.shape, of: [term], span: span)
  }
}
