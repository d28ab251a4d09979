/// What moves the parameters, and from where: loss, flow, starts.
extension Checker {
  mutating func setLoss(_ expression: Expression?, _ span: Span) {
    if let loss {
      report(span, "the loss is already given on line \(line(loss.span))")
    }
    let term = expression.flatMap { self.term($0) }
    if let term, !term.shape.isNumber {
      report(term.span, "the loss is \(term.shape), a number was expected", hint: "norm2 of it is one")
    }
    loss = loss ?? (term, span)
  }

  mutating func setFlow(_ form: FlowForm<Expression>, _ span: Span) {
    if let flow {
      report(span, "the flow is already given on line \(line(flow.span))")
    }
    let checked: FlowForm<Term>?
    switch form {
    case .gradient(nil): checked = .gradient(decay: nil)
    case .gradient(let decay?): checked = coefficient(decay, "a rate of decay").map { .gradient(decay: $0) }
    case .momentum(let friction): checked = coefficient(friction, "a friction").map { .momentum(friction: $0) }
    case .mirror: checked = .mirror
    case .field(let rates): checked = field(rates)
    }
    flow = flow ?? (checked, span)
  }

  private mutating func coefficient(_ expression: Expression, _ what: String) -> Term? {
    guard let term = term(expression) else { return nil }
    guard term.shape.isNumber, !context.moves else {
      return refuse(term.span, "\(what) is a constant number, '\(printable(source.text(term.span)))' is none")
    }
    return term
  }

  private mutating func field(_ rates: [Rate<Expression>]) -> FlowForm<Term>? {
    var found: [Rate<Term>] = []
    var seen: Set<String> = []
    for rate in rates {
      let value = term(rate.value)
      if !seen.insert(rate.name.text).inserted {
        report(rate.name.span, "'\(printable(rate.name.text))' has two derivatives")
        continue
      }
      guard let position = parameter(rate.name), let value else { continue }
      let shape = declarations[position].shape
      if shape != value.shape, !isZero(value) {
        report(
          value.span, "the derivative of '\(printable(rate.name.text))' is \(value.shape), \(shape) was expected")
        continue
      }
      found.append(Rate(name: rate.name, value: value))
    }
    return found.count == rates.count ? .field(found) : nil
  }

  /// A parameter by its name.
  private mutating func parameter(_ name: Name) -> Int? {
    if let position = positions[name.text] {
      if declarations[position].role == .parameter { return position }
      return refuse(name.span, "'\(printable(name.text))' is not a param")
    }
    if sizePositions[name.text] != nil {
      return refuse(name.span, "'\(printable(name.text))' is not a param")
    }
    reportUnknown(name)
    return nil
  }

  // MARK: Starts

  mutating func setStart(_ entry: StartEntry, _ span: Span) {
    context = Context(place: .start)
    guard let name = entry.name else {
      noteStart("", span)
      guard case .call(let function, let arguments) = entry.value.kind, arguments.count == 1,
        FunctionRow.named(function.text)?.place == .starts
      else {
        report(
          entry.value.span, "a start of all parameters is a draw", hint: "write init = gaussian(0.05) or balanced(0.05)"
        )
        return
      }
      if let value = draw(function, arguments[0], .number, entry.value.span) {
        starts.append(Start(parameter: nil, isVelocity: false, value: value))
      }
      return
    }
    noteStart(name.text, name.span)
    let velocity = isMomentum && positions[name.text] == nil ? parameter(ofVelocity: name.text) : nil
    guard let position = velocity ?? parameter(name) else { return }
    if let value = start(entry.value, shape: declarations[position].shape, draws: true) {
      starts.append(Start(parameter: position, isVelocity: velocity != nil, value: value))
    }
  }

  private mutating func noteStart(_ name: String, _ span: Span) {
    if let first = startedNames[name] {
      let what = name.isEmpty ? "the start" : "the start of '\(printable(name))'"
      report(span, "\(what) is already given on line \(line(first))")
    }
    startedNames[name] = startedNames[name] ?? span
  }

  /// A value that begins somewhere: of that shape, a number that fills it, or a draw; without a shape anything.
  mutating func start(_ expression: Expression, shape: Shape?, draws: Bool) -> Term? {
    if draws, case .call(let function, let arguments) = expression.kind, arguments.count == 1,
      FunctionRow.named(function.text)?.place == .starts
    {
      guard function.text != FunctionName.balanced.rawValue else {
        return refuse(
          function.span, "balanced draws all parameters together", hint: "write init = balanced(0.05)")
      }
      return draw(function, arguments[0], shape ?? .number, expression.span)
    }
    guard let term = term(expression) else { return nil }
    guard !term.shape.isNumber, let shape, shape != term.shape else { return term }
    return refuse(term.span, "the value is \(term.shape), \(shape) was expected")
  }

  private mutating func draw(_ name: Name, _ scale: Expression, _ shape: Shape, _ span: Span) -> Term? {
    guard let row = FunctionRow.named(name.text), let term = term(scale) else { return nil }
    var isPositive = true
    if case .fraction(let numerator, _)? = Constant(term) { isPositive = numerator > 0 }
    guard isPositive, term.shape.isNumber else {
      return refuse(term.span, "the scale of \(name.text) is a positive number", hint: "write \(row.usage)")
    }
    return Term(kind: .call(row.name, [term]), shape: shape, span: span)
  }

  // MARK: The whole

  /// Checks that it is said what moves the parameters.
  mutating func checkMotion() {
    if case .field(let rates)? = flow?.form, let span = flow?.span {
      let moved = Set(rates.map(\.name.text))
      for declaration in declarations where declaration.role == .parameter && !moved.contains(declaration.name) {
        report(
          span, "the flow does not say how '\(printable(declaration.name))' moves",
          hint: "add \(printable(declaration.name))' = 0 if it rests")
      }
      return
    }
    // Any loss without a model is a program's, which may be named elsewhere.
    var isGradient = flow == nil
    if case .gradient(nil)? = flow?.form { isGradient = true }
    if let firstClaim, model == nil, loss?.term == nil, loss == nil || !isGradient, problems.isEmpty, !unread.hasLines {
      report(
        firstClaim, "neither model nor loss nor field: nothing moves the parameters",
        hint: "write model X = ..., loss ... or flow x' = ...")
    }
  }
}
