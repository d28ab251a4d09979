import Models

extension CheckedFile {
  /// The arrays whose entries must be given: data without a value, and inputs. The constants that a flow names are among them;
  /// they may stay without a value as long as no term asks for it.
  ///
  /// Extents of open sizes are 0.
  public var neededArrays: [NeededArray] {
    declarations.compactMap { declaration in
      switch declaration.role {
      case .input, .data, .constant:
        guard declaration.value == nil else { return nil }
        return NeededArray(
          name: declaration.name, shape: declaration.shape.sizes.map { $0.number ?? 0 },
          isInput: declaration.role == .input, file: declaration.file,
          position: source.position(of: declaration.span.start))
      case .parameter, .model, .definition: return nil
      }
    }
  }

  /// Refuses sizes without a value.
  func checkSizes() throws(Refusal) {
    let open = openSizes
    guard let first = open.first else { return }
    let names = open.map { printable($0) }.joined(separator: ", ")
    let place = declarations.first { $0.shape.sizes.contains(.open(first)) }?.span ?? Span(0, 0)
    throw refusal(
      place, "the size\(open.count == 1 ? "" : "s") \(names) \(open.count == 1 ? "has" : "have") no value",
      remedy:
        "give \(open.count == 1 ? "it" : "them") one: --size \(open.map { "\(printable($0))=3" }.joined(separator: ","))"
    )
  }

  /// Checks names, lengths and entries of what is given.
  func check(_ data: [String: [Double]], _ points: DataPoints?) throws(Refusal) {
    let needed = neededArrays
    let named = Dictionary(uniqueKeysWithValues: needed.map { ($0.name, $0) })
    let given = data.keys.sorted().map { ($0, false) } + (points?.values.keys.sorted() ?? []).map { ($0, true) }
    for (name, isInput) in given where named[name]?.isInput != isInput {
      let known = needed.filter { $0.isInput == isInput }.map { printable($0.name) }.joined(separator: ", ")
      throw refusal(
        Span(0, 0), "there is no \(isInput ? "input" : "data") '\(printable(name))' without a value",
        remedy: known.isEmpty ? "leave it out" : "give \(known)")
    }
    for declaration in declarations {
      guard let array = named[declaration.name] else { continue }
      let quoted = "'\(printable(array.name))'"
      if array.isInput, points == nil {
        throw refusal(declaration.span, "the input \(quoted) has no data points", remedy: "give at least one point")
      }
      let count = points?.count ?? 1
      if array.isInput, count < 1 {
        throw refusal(declaration.span, "the input \(quoted) has \(count) data points", remedy: "give at least one")
      }
      guard let values = array.isInput ? points?.values[array.name] : data[array.name] else {
        if declaration.role == .constant { continue }
        throw refusal(
          declaration.span, "\(array.isInput ? "the input" : "the data") \(quoted) has no value",
          remedy: "give its \(declaration.shape) entries")
      }
      let shape = (array.isInput ? [count] : []) + array.shape
      let expected = try placed(declaration.span) { () throws(Refusal) -> Int in
        try MemoryLimit.check(shape, what: quoted, remedy: "use smaller sizes")
      }
      guard values.count == expected else {
        throw refusal(
          declaration.span, "\(quoted) is \(declaration.shape) and was given \(values.count) numbers",
          remedy: "give \(expected)\(array.isInput ? ", one point after the other" : ", row by row")")
      }
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw refusal(
          declaration.span, "number \(place + 1) of \(quoted) is \(values[place])", remedy: "give finite numbers")
      }
    }
  }

  // MARK: Refusals

  /// A refusal with the place it is about.
  package func refusal(_ span: Span, _ problem: String, remedy: String) -> Refusal {
    let place = source.position(of: span.start)
    return Refusal("\(placePrefix)\(place.line):\(place.column): \(problem)", remedy: remedy, settings: [])
  }

  /// Runs something, and adds the place to a refusal that has none.
  func placed<Value>(_ span: Span, _ body: () throws(Refusal) -> Value) throws(Refusal) -> Value {
    do { return try body() } catch { throw placed(error, span) }
  }

  /// A refusal with the place, unless it has one.
  func placed(_ error: Refusal, _ span: Span) -> Refusal {
    error.problem.hasPrefix(placePrefix) ? error : refusal(span, error.problem, remedy: error.remedy)
  }

  private var placePrefix: String { printable(source.name, atMost: 200) + ":" }
}
