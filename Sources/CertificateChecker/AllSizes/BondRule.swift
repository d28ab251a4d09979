import FlowLanguage

/// The derivatives of a loss in the parameters, whatever functions the loss is made of.
///
/// *Theorem.* Let L = F(X₁, …, X_m) with Xᵢ at places of the formula of L that hold every use of a parameter, and F any function that
/// has a derivative there. Then dL = Σ ⟨Gᵢ, dXᵢ⟩ with the matrices Gᵢ = ∂F/∂Xᵢ (the chain rule), so that ∂L/∂P is the sum over the
/// places of the derivative of ⟨Gᵢ, Xᵢ⟩ in P with Gᵢ held: G B' for A and A' G for B where Xᵢ = A B. What is 0 for every value of the
/// Gᵢ is therefore 0 for this L. (EXACT-2 section 4: the bond rule; the same block laws as in Marcotte, Gribonval and Peyre,
/// Transformative or Conservative? (2025), Theorem 4.6.)
///
/// From the loss downwards every formula is given the derivative of the loss in it, a sum of words. Sums, products, transposes,
/// traces, `norm2`, `dot`, whole powers and entries (products with unit vectors) pass it on by the product rule; everything else gives
/// each of its parts a derivative that is a letter of its own. A definition has the sum over its uses. A parameter inside a function
/// that is no product thus moves by a letter that nothing else has, and nothing can be proved of it but with that letter.
///
/// A part under an index, and one that depends on a data point, has such a letter for every value of the index and every point: what
/// is found is the summand of one of them, and every word has one letter that says over what it is summed. Sums of summands that are
/// 0 as words are 0; products of two sums are not products of summands, so that only what is linear in the derivatives follows:
/// ``isSummed`` says that this is so.
package final class BondRule {
  private let file: CheckedFile
  private let table: Letters
  private let budget: Budget
  private let parts: LossParts
  /// The derivative of the loss in what is declared, as far as its uses have been met.
  private var slopes: [Int: MatrixSum] = [:]
  /// What was met, matrices or not.
  private var met: Set<Int> = []
  /// The definition that is being looked at: its formula names only what is declared before it.
  private var current = Int.max

  /// Whether the derivatives are summands over the values of an index.
  package var isSummed: Bool { parts.isIndexed }

  /// - Parameter cotangent: The derivative of the loss in the model, where the text states no loss.
  /// - Throws: ``Rejection`` for a loss that a program computes, or where there is nothing to derive.
  package init(
    _ file: CheckedFile, _ table: Letters, _ budget: Budget, cotangent: (Int) throws(Rejection) -> MatrixSum
  ) throws(Rejection) {
    (self.file, self.table, self.budget) = (file, table, budget)
    parts = LossParts(file, table, budget)
    guard file.program == nil else { throw Rejection("the loss is a program's") }
    let roots: [Int]
    if let loss = file.loss {
      roots = try file.named(in: loss, budget)
    } else if let model = file.model {
      roots = [model]
    } else {
      throw Rejection("the text has neither a model nor a loss: nothing moves")
    }
    for position in try file.needed(for: roots, budget) { try parts.define(position) }
    if let loss = file.loss {
      guard loss.shape.isNumber, loss.indices.isEmpty else { throw Rejection("the loss is no number") }
      try pull(loss, MatrixSum(.one))
    } else if let model = file.model {
      met.insert(model)
      if file.declarations[model].shape.sizes.count <= 2 { slopes[model] = try cotangent(model) }
    }
    for position in file.declarations.indices.reversed() where met.contains(position) {
      let declaration = file.declarations[position]
      guard let value = declaration.value else {
        guard declaration.role != .model, declaration.role != .definition else {
          throw Rejection("'\(shortened(declaration.name))' has no formula")
        }
        continue
      }
      current = position
      // An array that is stated by its entries, or filled by a number, has another formula than its own.
      let isWhole = declaration.indices.isEmpty && value.shape == declaration.shape
      try pull(value, isWhole ? slopes[position] : nil)
    }
  }

  /// ∂loss/∂P for a parameter P that is a number, a vector or a matrix.
  package func gradient(in position: Int) throws(Rejection) -> MatrixSum {
    if let slope = slopes[position] { return slope }
    return MatrixSum(try Letters.Sides.of(file.declarations[position].shape))
  }

  // MARK: The product rule

  /// Passes on the derivative of the loss in a formula; nil is one that nothing is known of.
  private func pull(_ term: Term, _ known: MatrixSum?) throws(Rejection) {
    try parts.visit(term)
    let short = known.flatMap { $0.terms.count <= LossParts.mostWords ? $0 : nil }
    guard let slope = if let short { short } else { try parts.letter(term.shape) } else {
      if case .declared(let position) = term.kind { return try meet(position, nil) }
      return try pullParts(term)
    }
    switch term.kind {
    case .declared(let position): try meet(position, slope)
    case .transpose(let operand): try pull(operand, slope.transposed())
    case .negative(let operand): try pull(operand, slope.scaled(by: Fraction(-1)))
    case .sum(let first, let addends):
      for (operand, sign) in [(first, 1)] + addends.map({ ($0.operand, $0.isSubtracted ? -1 : 1) }) {
        try pull(operand, operand.shape == term.shape ? slope.scaled(by: Fraction(sign)) : nil)
      }
    case .product(let first, let factors): try pull(term, first, factors, slope)
    case .power(let base, _, _): try pullPower(term, base, slope)
    case .call(let function, let arguments): try pull(term, function, arguments, slope)
    case .entry(let operand, let places): try pullEntry(term, operand, places, slope)
    case .einsum, .indexSum, .rows, .blocks: try pullParts(term)
    case .number, .size, .identity: break
    case .velocity, .loss, .derivative, .gradient:
      throw Rejection("the loss depends on how the parameters move")
    }
  }

  private func meet(_ position: Int, _ slope: MatrixSum?) throws(Rejection) {
    guard position < current else { throw Rejection("a definition is used before it is stated") }
    met.insert(position)
    guard let slope else { return }
    var total = slopes[position] ?? MatrixSum(slope.sides)
    try total.add(slope, budget)
    slopes[position] = total
  }

  /// What is no word: the derivative in each of its parts is a letter.
  private func pullParts(_ term: Term) throws(Rejection) {
    for part in term.kind.parts { try pull(part, nil) }
  }

  private func pull(
    _ term: Term, _ first: Term, _ factors: [Term.Factor], _ slope: MatrixSum
  ) throws(Rejection) {
    let products = try parts.products(of: term)
    var whole: MatrixSum? = slope
    for place in factors.indices.reversed() {
      let factor = factors[place]
      let leftShape = place == 0 ? first.shape : factors[place - 1].shape
      var (left, right): (MatrixSum?, MatrixSum?)
      if let whole, let before = products[place] { (left, right) = try passed(whole, before, factor) }
      // Too many words, or nothing that is known.
      if left == nil { left = try parts.letter(leftShape) }
      try pull(factor.operand, right)
      whole = left
    }
    try pull(first, whole)
  }

  /// The derivatives in what stands before a factor, and in the factor; nil where a letter has to stand for it.
  private func passed(
    _ slope: MatrixSum, _ before: MatrixSum, _ factor: Term.Factor
  ) throws(Rejection) -> (left: MatrixSum?, right: MatrixSum?) {
    switch factor.joint {
    case .entrywise, .entrywiseQuotient: return (nil, nil)
    case .quotient: return (try parts.product(slope, parts.inverse(of: factor.operand)), nil)
    case .matrix, .outer, .scaled:
      guard let operand = try parts.value(of: factor.operand) else { return (nil, nil) }
      // ⟨G, A B⟩ = ⟨G B', A⟩ = ⟨A' G, B⟩; the derivative in a number is the trace of that.
      var left = try parts.product(slope, operand.transposed())
      var right = try parts.product(before.transposed(), slope)
      if factor.joint == .scaled {
        if before.sides == nil, operand.sides != nil {
          left = try parts.product(operand.transposed(), slope)?.trace(table, budget)
        }
        if operand.sides == nil, before.sides != nil { right = try right?.trace(table, budget) }
      }
      return (left, right)
    }
  }

  /// ⟨G, Aᵏ⟩ moves with ⟨Σ (Aᵃ)' G (Aᵇ)', dA⟩ over a + b = k − 1.
  private func pullPower(_ term: Term, _ base: Term, _ slope: MatrixSum) throws(Rejection) {
    guard let count = try parts.exponentOfWords(term), let value = try parts.value(of: base),
      let powers = try parts.powers(of: value, upTo: count - 1)
    else { return try pullParts(term) }
    var total = MatrixSum(value.sides)
    for k in 0..<count {
      guard let left = try parts.product(powers[k].transposed(), slope),
        let whole = try parts.product(left, powers[count - 1 - k].transposed())
      else { return try pullParts(term) }
      try total.add(whole, budget)
    }
    try pull(base, total)
  }

  private func pull(
    _ term: Term, _ function: FunctionName, _ arguments: [Term], _ slope: MatrixSum
  ) throws(Rejection) {
    switch (function, arguments.count) {
    case (.trace, 1) where arguments[0].shape.isSquare:
      try pull(arguments[0], parts.product(.identity(arguments[0].shape.sizes[0]), slope))
    case (.norm2, 1):
      let value = try parts.value(of: arguments[0])
      try pull(
        arguments[0],
        value.flatMap { (value) throws(Rejection) in try parts.product(value, slope) }?
          .scaled(by: Fraction(2)))
    case (.dot, 2) where arguments[0].shape == arguments[1].shape:
      for (own, other) in [(0, 1), (1, 0)] {
        let value = try parts.value(of: arguments[other])
        try pull(arguments[own], value.flatMap { (value) throws(Rejection) in try parts.product(value, slope) })
      }
    default: try pullParts(term)
    }
  }

  /// The entry e' A f moves with ⟨e G f', dA⟩, and so do rows and columns.
  private func pullEntry(
    _ term: Term, _ operand: Term, _ places: [Term.Place], _ slope: MatrixSum
  ) throws(Rejection) {
    guard let units = try parts.units(term, operand, places) else { return try pullParts(term) }
    let isMatrix = units.count == 2
    let (row, column) = isMatrix ? (units[0], units[1]) : operand.shape.isRow ? (nil, units[0]) : (units[0], nil)
    // A row of a matrix was read as a vector.
    var result: MatrixSum? = isMatrix && row != nil && column == nil ? slope.transposed() : slope
    if let row { result = try result.flatMap { (sum) throws(Rejection) in try parts.product(row, sum) } }
    if let column {
      result = try result.flatMap { (sum) throws(Rejection) in try parts.product(sum, column.transposed()) }
    }
    try pull(operand, result)
  }
}
