import Models

extension ProgramBuilder {
  /// What a term is worth, as far as possible as one product over labels.
  mutating func formula(_ term: Term) throws(Refusal) -> Formula {
    do { return try unplaced(term) } catch { throw file.placed(error, term.span) }
  }

  private mutating func unplaced(_ term: Term) throws(Refusal) -> Formula {
    switch term.kind {
    case .number(let number): return self.number(try Rational(number.numerator, number.denominator))
    case .size(let size): return number(Rational(size.number ?? 1))
    case .declared(let position): return try read(declared: position, term.span)
    case .velocity(let position): return try velocity(of: position)
    case .loss: return try lossValue(term.span)
    case .call(let function, let arguments): return try call(function, arguments, term)
    case .einsum(let operands, let labels, let result): return try einsum(operands, labels, result, term)
    case .identity:
      let extent = term.shape.numbers[0]
      let label = freshLabel(extent)
      return Formula(
        summands: [.init(coefficient: 1, uses: [], axes: [label, label])], shape: [extent, extent], indices: [],
        isBatched: false)
    case .derivative(let operand): return try derivative(of: operand)
    case .gradient(let position): return try gradient(in: position, term.span)
    case .indexSum(let indices, let body):
      var formula = try formula(body)
      for k in formula.summands.indices {
        for index in indices { try close(&formula.summands[k], Self.label(ofIndex: index)) }
      }
      return Formula(
        summands: formula.summands,
        Axes(
          shape: formula.shape, indices: formula.indices.filter { !indices.contains($0) }, isBatched: formula.isBatched)
      )
    case .rows(let rows): return try literal(rows, term)
    case .blocks(let rows): return try blocks(rows, term)
    case .transpose(let operand):
      let formula = try formula(operand)
      return try relabeled(formula, keeping: formula.shape.indices.reversed(), shape: formula.shape.reversed())
    case .entry(let base, let places): return try entry(base, places, term)
    case .negative(let operand):
      var formula = try formula(operand)
      for k in formula.summands.indices { formula.summands[k].coefficient = -formula.summands[k].coefficient }
      return formula
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent, term)
    case .product(let first, let factors): return try product(first, factors)
    case .sum(let first, let addends):
      var summands = try formula(first).summands
      for addend in addends {
        for summand in try formula(addend.operand).summands {
          var summand = summand
          if addend.isSubtracted { summand.coefficient = -summand.coefficient }
          summands.append(summand)
        }
      }
      return Formula(summands: merged(summands), Axes(term))
    }
  }

  /// Numbers that are added are one number.
  private func merged(_ summands: [Formula.Summand]) -> [Formula.Summand] {
    var (total, rest) = (Rational(0), [Formula.Summand]())
    for summand in summands {
      guard summand.uses.isEmpty, summand.axes.isEmpty, let sum = try? total + summand.coefficient else {
        rest.append(summand)
        continue
      }
      total = sum
    }
    return rest + (total == 0 ? [] : [.init(coefficient: total, uses: [], axes: [])])
  }

  // MARK: Products

  private mutating func product(_ first: Term, _ factors: [Term.Factor]) throws(Refusal) -> Formula {
    var result = try formula(first)
    var span = first.span
    for factor in factors {
      let operand = try formula(factor.operand)
      do {
        result = try joined((result, span), factor.joint, (operand, factor.operand.span), factor.shape.numbers)
      } catch { throw file.placed(error, factor.operand.span) }
      span = span.joined(to: factor.operand.span)
    }
    return result
  }

  private mutating func joined(
    _ left: (formula: Formula, span: Span), _ joint: Term.Joint, _ right: (formula: Formula, span: Span), _ shape: [Int]
  ) throws(Refusal) -> Formula {
    let (a, b) = (left.formula.shape.count, right.formula.shape.count)
    switch joint {
    case .scaled, .outer: return try multiplied([left, right], keeping: Array(0..<a + b), shape: shape)
    case .matrix:
      return try multiplied(
        [left, right], binding: [(a - 1, a)], keeping: Array(0..<a - 1) + Array(a + 1..<a + b), shape: shape)
    case .entrywise: return try entrywise(left, right)
    case .quotient, .entrywiseQuotient:
      let inverse = (formula: try reciprocal(right.formula, right.span), span: right.span)
      return b == 0 || a == 0
        ? try multiplied([left, inverse], keeping: Array(0..<a + b), shape: shape) : try entrywise(left, inverse)
    }
  }

  /// The product of two arrays of one shape, entry by entry.
  mutating func entrywise(
    _ left: (formula: Formula, span: Span), _ right: (formula: Formula, span: Span)
  ) throws(Refusal) -> Formula {
    let axes = Array(left.formula.shape.indices)
    return try multiplied(
      [left, right], binding: axes.map { ($0, axes.count + $0) }, keeping: axes, shape: left.formula.shape)
  }

  /// 1 / x, entry by entry; of a number exact.
  mutating func reciprocal(_ formula: Formula, _ span: Span) throws(Refusal) -> Formula {
    if let value = formula.constant, value != 0 {
      return number(try Rational(value.denominator, value.numerator))
    }
    return try mapped(formula, span) { (program, node) throws(Refusal) in try program.map(.reciprocal, node) }
  }

  private mutating func einsum(
    _ operands: [Term], _ labels: [[Int]], _ result: [Int], _ term: Term
  ) throws(Refusal) -> Formula {
    var factors: [(formula: Formula, span: Span)] = []
    for operand in operands { factors.append((try formula(operand), operand.span)) }
    let axes = labels.flatMap { $0 }
    var first: [Int: Int] = [:]
    var pairs: [(Int, Int)] = []
    for (position, label) in axes.enumerated() {
      if let known = first[label] { pairs.append((known, position)) } else { first[label] = position }
    }
    return try multiplied(factors, binding: pairs, keeping: result.compactMap { first[$0] }, shape: term.shape.numbers)
  }
}
