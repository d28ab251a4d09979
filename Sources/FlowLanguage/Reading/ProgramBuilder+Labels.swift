import Models

/// What is done to labels: the linear operations of formulas, and products of them.
extension ProgramBuilder {
  /// A product of more factors is written out in parts.
  private static let factorLimit = 24
  /// A product of more labels is written out in parts.
  private static let labelLimit = 40

  /// Two labels become one: entries where they differ do not count.
  mutating func bind(
    _ summand: inout Formula.Summand, _ first: Program.Label, _ second: Program.Label
  ) throws(Refusal) {
    if first == second { return }
    if !isReserved(second) {
      summand.rename(second, to: first)
    } else if !isReserved(first) {
      summand.rename(first, to: second)
    } else {
      let extent = extents[first]
      let identity = try program.sum([Program.Product(1, [], out: [0, 0])], shape: [extent, extent])
      summand.uses.append(Program.Use(identity, [first, second]))
    }
  }

  /// Keeps these axes in this order and sums over the others.
  func keep(_ summand: inout Formula.Summand, _ positions: [Int]) throws(Refusal) {
    let axes = positions.map { summand.axes[$0] }
    for label in Set(summand.axes).subtracting(axes) where !isReserved(label) && !summand.reads(label) {
      summand.coefficient = try summand.coefficient * Rational(extents[label])
    }
    summand.axes = axes
  }

  /// Σ over an index or the data points, which other formulas may go on using.
  mutating func close(_ summand: inout Formula.Summand, _ label: Program.Label) throws(Refusal) {
    if summand.reads(label) || summand.axes.contains(label) {
      summand.rename(label, to: freshLabel(extents[label]))
    } else {
      summand.coefficient = try summand.coefficient * Rational(extents[label])
    }
  }

  /// The same formula with labels of its own.
  mutating func refreshed(_ formula: Formula) -> Formula {
    var result = formula
    for k in result.summands.indices {
      for label in result.summands[k].labels.sorted() where !isReserved(label) {
        result.summands[k].rename(label, to: freshLabel(extents[label]))
      }
    }
    return result
  }

  /// The same done to every product of a formula: some axes are made one, then some are kept.
  mutating func relabeled(
    _ formula: Formula, binding pairs: [(Int, Int)] = [], keeping positions: [Int], shape: [Int]
  ) throws(Refusal) -> Formula {
    var summands = formula.summands
    for k in summands.indices {
      for (first, second) in pairs { try bind(&summands[k], summands[k].axes[first], summands[k].axes[second]) }
      try keep(&summands[k], positions)
    }
    return Formula(summands: summands, shape: shape, indices: formula.indices, isBatched: formula.isBatched)
  }

  /// The product of formulas with all of their axes one behind the other, some made one, some kept.
  ///
  /// A factor that is a sum is written out, so that one product stays one; a number in front of a sum is multiplied into it.
  mutating func multiplied(
    _ factors: [(formula: Formula, span: Span)], binding pairs: [(Int, Int)] = [], keeping positions: [Int],
    shape: [Int]
  ) throws(Refusal) -> Formula {
    let axes = product(factors.map(\.formula.ownAxes), shape: shape)
    if factors.contains(where: { $0.formula.summands.isEmpty }) { return Formula(summands: [], axes) }
    let arrays = factors.filter { $0.formula.constant == nil }
    if arrays.count == 1, arrays[0].formula.summands.count > 1 {
      var formula = arrays[0].formula
      for k in formula.summands.indices {
        for factor in factors {
          if let value = factor.formula.constant {
            formula.summands[k].coefficient = try formula.summands[k].coefficient * value
          }
        }
      }
      return try relabeled(
        Formula(
          summands: formula.summands, Axes(shape: formula.shape, indices: axes.indices, isBatched: axes.isBatched)),
        binding: pairs, keeping: positions, shape: shape)
    }
    var result = Formula.Summand(coefficient: 1, uses: [], axes: [])
    var parts = factors.map(\.formula)
    for k in parts.indices where parts[k].summands.count > 1 { parts[k] = try rewritten(parts[k], factors[k].span) }
    // Terms may have cancelled.
    if parts.contains(where: { $0.summands.isEmpty }) { return Formula(summands: [], axes) }
    // Too long a product: its longest factors are written out.
    while let longest = parts.indices.max(by: { parts[$0].summands[0].uses.count < parts[$1].summands[0].uses.count }),
      parts[longest].summands[0].uses.count > 1,
      parts.reduce(0, { $0 + $1.summands[0].uses.count }) > Self.factorLimit
        || parts.reduce(Set(), { $0.union($1.summands[0].labels) }).count > Self.labelLimit
    {
      parts[longest] = try rewritten(parts[longest], factors[longest].span)
      if parts[longest].summands.isEmpty { return Formula(summands: [], axes) }
    }
    for part in parts {
      guard let summand = part.summands.first else { return Formula(summands: [], axes) }
      result.coefficient = try result.coefficient * summand.coefficient
      result.uses += summand.uses
      result.axes += summand.axes
    }
    for (first, second) in pairs { try bind(&result, result.axes[first], result.axes[second]) }
    try keep(&result, positions)
    return Formula(summands: [result], axes)
  }

  /// The same formula, written out and read again.
  mutating func rewritten(_ formula: Formula, _ span: Span) throws(Refusal) -> Formula {
    read(try written(formula, span), formula.ownAxes)
  }

  /// What a combination of formulas depends on.
  func product(_ parts: [Axes], shape: [Int]) -> Axes {
    Axes(
      shape: shape, indices: Set(parts.flatMap(\.indices)).sorted(), isBatched: parts.contains { $0.isBatched })
  }
}

extension Formula {
  init(summands: [Summand], _ axes: Axes) {
    self.init(summands: summands, shape: axes.shape, indices: axes.indices, isBatched: axes.isBatched)
  }
}
