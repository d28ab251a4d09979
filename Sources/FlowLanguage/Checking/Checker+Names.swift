extension Checker {
  /// Notes where every name is declared, so that a use before it is told from an unknown name; declares what the flow names.
  mutating func collectNames(_ statements: [Statement]) {
    func note(_ name: Name) { if places[name.text] == nil { places[name.text] = name.span } }
    for statement in statements {
      switch statement.kind {
      case .sizes(let entries): for entry in entries { note(entry.name) }
      case .arrays(_, let entries): for entry in entries { note(entry.name) }
      case .definition(let entry): note(entry.name)
      case .flow(.momentum): isMomentum = true
      default: break
      }
    }
    for statement in statements {
      guard case .flow(let form) = statement.kind else { continue }
      let coefficient: Expression? =
        switch form {
        case .gradient(let decay): decay
        case .momentum(let friction): friction
        case .mirror, .field: nil
        }
      guard let coefficient, case .name(let name) = coefficient.kind, places[name] == nil, !broken.contains(name)
      else { continue }
      places[name] = coefficient.span
      add(
        Declaration(
          name: name, role: .constant, shape: .number, indices: [], value: nil, file: nil, isBatched: false,
          span: coefficient.span))
    }
  }

  /// Takes the values that were given to sizes.
  mutating func setSizes(_ given: [String: Int], in statements: [Statement]) {
    var entries: [String: SizeEntry] = [:]
    for statement in statements {
      guard case .sizes(let declared) = statement.kind else { continue }
      for entry in declared where entries[entry.name.text] == nil { entries[entry.name.text] = entry }
    }
    let start = source.lineSpan(1)
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let entry = entries[name] else {
        if broken.contains(name) { continue }
        report(
          Span(start.start, start.start), "there is no size '\(printable(name))' to give a value",
          hint: speller.hint(name, among: entries.keys.sorted()))
        continue
      }
      if let known = entry.value {
        report(entry.name.span, "size '\(printable(name))' is \(known) in the file and was given the value \(value)")
      } else if !(1...Parser.largestSize).contains(value) {
        report(
          entry.name.span, "size '\(printable(name))' was given the value \(value), allowed 1..\(Parser.largestSize)")
      } else {
        givenSizes[name] = value
      }
    }
  }

  /// Makes a declaration known and returns its position.
  @discardableResult
  mutating func add(_ declaration: Declaration) -> Int {
    let position = declarations.count
    declarations.append(declaration)
    positions[declaration.name] = position
    return position
  }

  /// Whether a name may be declared here; says why where it may not.
  mutating func mayDeclare(_ name: Name) -> Bool {
    if let first = places[name.text], first.start < name.span.start {
      report(name.span, "'\(printable(name.text))' is already declared on line \(line(first))")
      return false
    }
    if isMomentum, name.text.hasPrefix("v_"), places[String(name.text.dropFirst(2))] != nil {
      report(
        name.span, "'\(printable(name.text))' is the velocity of '\(printable(String(name.text.dropFirst(2))))'",
        hint: "choose another name")
      return false
    }
    return true
  }

  /// What a name means, as a value.
  mutating func named(_ name: Name) -> Term? {
    if let index = scope[name.text] {
      return refuse(name.span, "index '\(printable(indices[index].name.text))' may stand only between [ and ]")
    }
    if let position = positions[name.text] { return use(position, name.span) }
    if let position = sizePositions[name.text] {
      return Term(
        kind: .size(size(position)), shape: .number, indices: [], isBatched: false, span: name.span)
    }
    if let velocity = parameter(ofVelocity: name.text), isMomentum { return use(velocityOf: velocity, name.span) }
    reportUnknown(name)
    return nil
  }

  private mutating func use(_ position: Int, _ span: Span) -> Term? {
    let declaration = declarations[position]
    let moves = declaration.role != .data && declaration.role != .constant && !constants.contains(position)
    context.moves = context.moves || moves
    if context.place == .start, moves {
      return refuse(span, "a start may use numbers, sizes and data", hint: nil)
    }
    if let function = claimsOnly[position] {
      guard context.place != .definition else {
        return refuse(
          span, "'\(printable(declaration.name))' uses \(function), which stands only in claims and observe")
      }
      context.claimsOnly = context.claimsOnly ?? function
    }
    return Term(
      kind: .declared(position), shape: declaration.shape, indices: [], isBatched: declaration.isBatched, span: span)
  }

  private mutating func use(velocityOf position: Int, _ span: Span) -> Term? {
    context.moves = true
    if context.place == .start { return refuse(span, "a start may use numbers, sizes and data") }
    return Term(
      kind: .velocity(of: position), shape: declarations[position].shape, indices: [], isBatched: false, span: span)
  }

  /// W of `v_W`.
  func parameter(ofVelocity name: String) -> Int? {
    guard name.hasPrefix("v_"), let position = positions[String(name.dropFirst(2))],
      declarations[position].role == .parameter
    else { return nil }
    return position
  }

  /// Reports a name that means nothing here, unless an earlier error may be the reason.
  mutating func reportUnknown(_ name: Name) {
    if broken.contains(name.text) || isBrokenVelocity(name.text) { return }
    let quoted = "'\(printable(name.text))'"
    if let place = places[name.text], place.start > name.span.start {
      report(
        name.span, "unknown name \(quoted)",
        hint: "it is declared on line \(line(place)): declare it before it is used")
      return
    }
    if places[name.text] != nil {
      report(name.span, "\(quoted) is used in its own declaration")
      return
    }
    if !isMomentum, parameter(ofVelocity: name.text) != nil {
      report(name.span, "unknown name \(quoted)", hint: "velocities need flow momentum(tau)")
      return
    }
    var hint: String?
    if !speller.isSpent {
      let candidates = scope.keys.sorted() + declarations.lazy.map(\.name) + sizes.lazy.map(\.name)
      hint = speller.hint(name.text, among: candidates)
    }
    report(name.span, "unknown name \(quoted)", hint: hint)
  }

  private func isBrokenVelocity(_ name: String) -> Bool {
    guard name.hasPrefix("v_") else { return false }
    let rest = String(name.dropFirst(2))
    return broken.contains(rest) || unread.hasFlow && positions[rest] != nil
  }

  /// A declared size's value, or the size itself.
  func size(_ position: Int) -> Size { sizes[position].value.map(Size.number) ?? .open(sizes[position].name) }
}
