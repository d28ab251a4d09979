extension Checker {
  /// A product from left to right.
  mutating func product(_ first: Expression, _ factors: [Expression.Factor], _ span: Span) -> Term? {
    let start = term(first)
    // Unknown once a factor's is: what follows is then left alone.
    var shape = start?.shape
    var found: [Term.Factor] = []
    for factor in factors {
      guard let operand = term(factor.operand) else {
        shape = nil
        continue
      }
      guard let left = shape else { continue }
      guard let (joint, result) = join(left, factor.joint, operand.shape, factor.jointSpan) else {
        shape = nil
        continue
      }
      shape = result
      found.append(.init(joint: joint, operand: operand, shape: result))
    }
    guard let start, let shape, found.count == factors.count else { return nil }
    return Term(kind: .product(start, found), shape: shape, of: [start] + found.map(\.operand), span: span)
  }

  private mutating func join(
    _ left: Shape, _ joint: Expression.Joint, _ right: Shape, _ span: Span
  ) -> (Term.Joint, Shape)? {
    switch joint {
    case .times:
      if left.isNumber || right.isNumber { return (.scaled, left.isNumber ? right : left) }
      return matrixProduct(left, right, span)
    case .entrywiseTimes, .entrywiseOver:
      let isQuotient = joint == .entrywiseOver
      if left.isNumber || right.isNumber {
        let joint: Term.Joint = !isQuotient ? .scaled : right.isNumber ? .quotient : .entrywiseQuotient
        return (joint, left.isNumber ? right : left)
      }
      if let difference = left.difference(from: right) {
        return refuse(
          span, "entrywise \(isQuotient ? "quotient" : "product") of \(difference)",
          hint: left.isRow != right.isRow && left.sizes == right.sizes ? "transpose one of them" : nil)
      }
      return (isQuotient ? .entrywiseQuotient : .entrywise, left)
    case .over:
      guard right.isNumber else {
        return refuse(span, "division by \(right)", hint: "divide by a number, or use ./ for entries")
      }
      return (.quotient, left)
    }
  }

  /// Vectors are columns, their transposes rows.
  private mutating func matrixProduct(_ left: Shape, _ right: Shape, _ span: Span) -> (Term.Joint, Shape)? {
    let shapes = "matrix product of shapes \(left.tuple) and \(right.tuple)"
    guard left.sizes.count <= 2, right.sizes.count <= 2 else {
      return refuse(span, shapes, hint: "use einsum or sum(i: ...)")
    }
    switch (left.sizes.count == 1, right.sizes.count == 1) {
    case (true, true):
      if !left.isRow, right.isRow { return (.outer, Shape(left.sizes + right.sizes)) }
      guard left.isRow, !right.isRow else {
        return refuse(span, shapes, hint: "use .* for entries, x'*y or dot(x, y) for a number, x*y' for a matrix")
      }
    case (true, false) where !left.isRow:
      return refuse(span, shapes, hint: "a vector in front of a matrix is a row: x'*A")
    case (false, true) where right.isRow:
      return refuse(span, shapes, hint: "a row behind a matrix is a vector: A*x")
    default: break
    }
    let (inner, outer) = (left.sizes[left.sizes.count - 1], right.sizes[0])
    guard inner == outer else {
      let areNumbers = (left.sizes + right.sizes).allSatisfy { $0.number != nil }
      return refuse(span, "\(areNumbers ? shapes : "matrix product"): inner sizes \(inner) and \(outer) differ")
    }
    return (
      .matrix, Shape(left.sizes.dropLast() + right.sizes.dropFirst(), isRow: left.isRow && right.sizes.count == 2)
    )
  }
}
