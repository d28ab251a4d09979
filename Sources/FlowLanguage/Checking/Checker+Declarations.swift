extension Checker {
  mutating func declare(_ entry: SizeEntry) {
    guard mayDeclare(entry.name) else { return }
    sizePositions[entry.name.text] = sizes.count
    sizes.append((entry.name.text, entry.value ?? givenSizes[entry.name.text]))
  }

  mutating func declare(_ entry: ArrayEntry, _ role: ArrayRole) {
    guard mayDeclare(entry.name) else { return }
    guard let shape = shape(entry.extents, of: entry.name) else {
      broken.insert(entry.name.text)
      return
    }
    let role: Declaration.Role = role == .param ? .parameter : role == .input ? .input : .data
    func declaration(_ shape: Shape, value: Term? = nil, file: DataFile? = nil) -> Declaration {
      Declaration(
        name: entry.name.text, role: role, shape: shape, indices: [], value: value, file: file,
        isBatched: role == .input, span: entry.name.span)
    }
    switch entry.contents {
    case .open: add(declaration(shape))
    case .file(let file):
      if entry.extents.isEmpty {
        report(
          entry.name.span, "'\(printable(entry.name.text))' comes from a file and has no sizes",
          hint: "write \(printable(entry.name.text))[n] from ... or [n, m]")
        broken.insert(entry.name.text)
      }
      add(declaration(shape, file: file))
    case .formula(let expression):
      if role == .input {
        report(
          entry.name.span, "input '\(printable(entry.name.text))' has a value",
          hint: "write data for constants; an input is any point, or read from a file")
      }
      // The value is no use of the name itself.
      context = Context(place: .start)
      guard let value = start(expression, shape: entry.extents.isEmpty ? nil : shape, draws: role == .parameter) else {
        broken.insert(entry.name.text)
        return
      }
      let position = add(
        declaration(entry.extents.isEmpty ? value.shape : shape, value: role == .data ? value : nil))
      if role == .parameter {
        startedNames[entry.name.text] = entry.name.span
        starts.append(Start(parameter: position, isVelocity: false, value: value))
      }
    }
  }

  private mutating func shape(_ extents: [Extent], of name: Name) -> Shape? {
    guard extents.count <= Self.axisLimit else {
      return refuse(
        name.span, "'\(printable(name.text))' has \(extents.count) axes, allowed are \(Self.axisLimit)")
    }
    let sizes = extents.map { size($0) }
    let known = sizes.compactMap { $0 }
    return known.count == sizes.count ? Shape(known) : nil
  }

  private mutating func size(_ extent: Extent) -> Size? {
    switch extent {
    case .number(let value): return .number(value)
    case .name(let name): return size(named: name)
    }
  }

  /// A size by its name.
  mutating func size(named name: Name) -> Size? {
    if let position = sizePositions[name.text] { return size(position) }
    if broken.contains(name.text) { return nil }
    let quoted = printable(name.text)
    if positions[name.text] != nil || scope[name.text] != nil {
      return refuse(name.span, "'\(quoted)' is not a size", hint: "declare sizes with dim")
    }
    if let place = places[name.text] {
      return refuse(
        name.span, "unknown size '\(quoted)'",
        hint: "it is declared on line \(line(place)): declare it before it is used")
    }
    let near = speller.isSpent ? nil : speller.hint(name.text, among: sizes.map(\.name))
    return refuse(
      name.span, "unknown size '\(quoted)'",
      hint: near ?? "declare it: dim \(quoted) = 3 (or: dim \(quoted) for all sizes)")
  }

  mutating func declare(_ entry: DefinitionEntry) {
    guard mayDeclare(entry.name) else { return }
    if entry.isModel, let model {
      report(entry.name.span, "the model is already given on line \(line(declarations[model].span))")
    }
    context = Context(place: entry.isModel ? .definition : .preparation)
    guard let heads = enter(entry.indices) else {
      broken.insert(entry.name.text)
      return
    }
    var term = term(entry.body)
    if let found = term, !entry.indices.isEmpty, !found.shape.isNumber {
      report(found.span, "the right side is \(found.shape), a number was expected for every entry of the left")
      term = nil
    }
    let ranges = leave(heads, reports: term != nil)
    guard let term, let ranges else {
      broken.insert(entry.name.text)
      return
    }
    let position = add(
      Declaration(
        name: entry.name.text, role: entry.isModel ? .model : .definition,
        shape: heads.isEmpty ? term.shape : Shape(ranges), indices: heads, value: term, file: nil,
        isBatched: term.isBatched, span: entry.name.span))
    if entry.isModel { model = model ?? position }
    if let function = context.claimsOnly { claimsOnly[position] = function }
    if !context.moves { constants.insert(position) }
  }

  // MARK: Indices

  /// Makes indices usable and returns their positions; nil, and none is usable, where one may not be.
  mutating func enter(_ names: [Name]) -> [Int]? {
    var entered: [String: Int] = [:]
    for name in names {
      let quoted = printable(name.text)
      if scope[name.text] != nil || entered[name.text] != nil {
        return refuse(name.span, "index '\(quoted)' is already in use here", hint: "choose another letter")
      }
      if let place = places[name.text], place.start < name.span.start {
        return refuse(
          name.span, "index '\(quoted)' is already declared on line \(line(place))", hint: "choose another letter")
      }
      if scope.count + entered.count == Self.indexLimit {
        return refuse(
          name.span, "a formula has more than \(Self.indexLimit) indices", hint: "give a part a name with let")
      }
      entered[name.text] = indices.count + entered.count
    }
    scope.merge(entered) { $1 }
    let first = indices.count
    indices += names.map { ($0, nil) }
    return Array(first..<indices.count)
  }

  /// Ends the use of indices and returns how far they run; nil where that is not known.
  mutating func leave(_ entered: [Int], reports: Bool) -> [Size]? {
    if reports { settle(entered) }
    var ranges: [Size] = []
    for position in entered {
      let (name, size) = indices[position]
      scope[name.text] = nil
      if let size {
        ranges.append(size)
      } else if reports {
        report(
          name.span, "index \(printable(name.text)) has no range", hint: "use it between [ and ] of an array")
      }
    }
    return ranges.count == entered.count ? ranges : nil
  }
}
