extension Checker {
  /// x[i, 2, :].
  mutating func entry(_ base: Expression, _ subscripts: [Expression.Subscript], _ span: Span) -> Term? {
    guard let array = term(base) else {
      for case .at(let index) in subscripts { _ = place(index, 0, nil) }
      return nil
    }
    guard subscripts.count == array.shape.sizes.count else {
      let count = array.shape.sizes.count
      let takes = count == 0 ? "no index" : count == 1 ? "1 index" : "\(count) indices"
      return refuse(span, "\(array.shape) takes \(takes), found \(subscripts.count)")
    }
    var places: [Term.Place] = []
    var rest: [Size] = []
    var used: [Int] = array.indices
    for (axis, item) in subscripts.enumerated() {
      let extent = array.shape.sizes[axis]
      switch item {
      case .whole:
        places.append(.whole)
        rest.append(extent)
      case .at(let index):
        guard let place = place(index, axis, extent) else { continue }
        for position in place.indices where !used.contains(position) { used.append(position) }
        places.append(place)
      }
    }
    guard places.count == subscripts.count else { return nil }
    return Term(
      kind: .entry(array, places), shape: Shape(rest, isRow: array.shape.isRow && rest.count == 1),
      indices: used.sorted(), isBatched: array.isBatched, span: span)
  }

  /// What an index reads of an axis; of an unknown extent nothing is checked but names.
  private mutating func place(_ expression: Expression, _ axis: Int, _ extent: Size?) -> Term.Place? {
    steps += 1
    let span = expression.core
    switch expression.kind {
    case .name(let name):
      if let position = scope[name] { return index(position, span, extent) }
      if let position = sizePositions[name] { return constant(size(position), axis, extent, span) }
      if positions[name] == nil {
        reportUnknown(Name(name, span))
        return nil
      }
    case .number(let number):
      guard let value = number.integer else {
        return refuse(span, "index \(axis + 1) is \(printable(number.text)), an integer was expected")
      }
      return constant(.number(value), axis, extent, span)
    case .negative(let operand):
      if case .number(let number) = operand.kind, let value = number.integer {
        return constant(.number(-value), axis, extent, span)
      }
    default: break
    }
    if let place = sum(expression, axis, extent) { return place }
    if reportUnknownNames(in: expression) { return nil }
    return refuse(span, "an index is a number, a size, an index of a sum or ':'", hint: Self.arithmeticHint(expression))
  }

  private static func arithmeticHint(_ expression: Expression) -> String? {
    switch expression.kind {
    case .sum, .product: "sums of indices with integer factors are indices too: x[2*i+t-1]"
    default: nil
    }
  }

  /// Reports names in index arithmetic that mean nothing, and says whether there are any.
  private mutating func reportUnknownNames(in expression: Expression) -> Bool {
    var found = false
    func visit(_ expression: Expression, _ checker: inout Checker) {
      if case .name(let name) = expression.kind {
        if checker.scope[name] == nil, checker.sizePositions[name] == nil, checker.positions[name] == nil {
          checker.reportUnknown(Name(name, expression.core))
          found = true
        }
      }
      switch expression.kind {
      case .sum, .product, .negative: for part in expression.kind.parts { visit(part, &checker) }
      default: break
      }
    }
    visit(expression, &self)
    return found
  }

  mutating func constant(_ value: Size, _ axis: Int, _ extent: Size?, _ span: Span) -> Term.Place? {
    guard let extent else { return nil }
    switch (value, extent) {
    case (.open(let name), .open(let other)) where name == other: return .last(name)
    case (.number(let value), .number(let count)) where (1...count).contains(value): return .at(value)
    case (.number(let value), .open) where value >= 1: return .at(value)
    default: return refuse(span, "index \(axis + 1) is \(value), allowed 1..\(extent)")
    }
  }

  /// Notes how far an index runs.
  private mutating func index(_ position: Int, _ span: Span, _ extent: Size?) -> Term.Place? {
    guard let extent else { return nil }
    guard let known = indices[position].size else {
      indices[position].size = extent
      return .index(position)
    }
    guard known == extent else {
      return refuse(span, "index \(printable(indices[position].name.text)) runs to \(known) and to \(extent)")
    }
    return .index(position)
  }
}
