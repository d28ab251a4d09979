import Models

extension ProgramBuilder {
  /// Largest matrix whose determinant is expanded.
  private static let determinantLimit = 4

  mutating func call(_ function: FunctionName, _ arguments: [Term], _ term: Term) throws(Refusal) -> Formula {
    let span = term.span
    let x = try formula(arguments[0])
    let axes = Array(x.shape.indices)
    func factor(_ formula: Formula) -> (formula: Formula, span: Span) { (formula, arguments[0].span) }
    switch function {
    case .trace: return try relabeled(x, binding: [(0, 1)], keeping: [], shape: [])
    case .determinant: return try determinant(x, term)
    case .norm2: return try squares(x, span)
    case .norm:
      return try mapped(squares(x, span), span) { (program, node) throws(Refusal) in
        try program.map(.squareRoot, node)
      }
    case .norm1:
      let size = try map(.absolute, x, span)
      return try relabeled(size, keeping: [], shape: [])
    case .sum: return try relabeled(x, keeping: [], shape: [])
    case .dot:
      let y = try formula(arguments[1])
      return try multiplied(
        [factor(x), (y, arguments[1].span)], binding: axes.map { ($0, axes.count + $0) }, keeping: [], shape: [])
    case .diagonal:
      return axes.count == 2
        ? try relabeled(x, binding: [(0, 1)], keeping: [0], shape: [x.shape[0]])
        : try relabeled(x, keeping: [0, 0], shape: [x.shape[0], x.shape[0]])
    case .relu: return try map(.relu, x, span)
    case .tanh: return try map(.tanh, x, span)
    case .sigmoid: return try map(.sigmoid, x, span)
    case .exp: return try map(.exp, x, span)
    case .log: return try map(.log, x, span)
    case .squareRoot: return try map(.squareRoot, x, span)
    case .absolute: return try map(.absolute, x, span)
    case .silu:
      let y = try rewritten(x, span)
      return try entrywise(factor(y), factor(map(.sigmoid, y, span)))
    case .gelu: return try gelu(x, span)
    case .leaky: return try leaky(x, arguments, term)
    case .maximum, .minimum: return try extremum(function, x, arguments, term)
    case .softmax:
      return try mapped(x, span) { (program, node) throws(Refusal) in try program.softmax(node) }
    case .layerNorm, .rmsNorm: return try normalized(function, x, arguments, span)
    case .generic:
      throw file.refusal(
        span, "act is a function of which nothing is assumed: it has no values",
        remedy: "name a function, such as tanh(x)")
    case .nuclear, .spectral, .singular, .effectiveRank: return try atom(function, x, arguments, term)
    case .einsum, .identity, .derivative, .gradient, .gaussian, .balanced:
      throw file.refusal(span, "\(function.rawValue) has no value here", remedy: "leave it out")
    }
  }

  /// A function of every entry.
  mutating func map(_ function: Function, _ x: Formula, _ span: Span) throws(Refusal) -> Formula {
    try mapped(x, span) { (program, node) throws(Refusal) in try program.map(function, node) }
  }

  /// Σ x², of all axes.
  private mutating func squares(_ x: Formula, _ span: Span) throws(Refusal) -> Formula {
    let y = x.summands.count == 1 && x.summands[0].uses.count <= 1 ? x : try rewritten(x, span)
    let axes = Array(y.shape.indices)
    return try multiplied(
      [(y, span), (refreshed(y), span)], binding: axes.map { ($0, axes.count + $0) }, keeping: [], shape: [])
  }

  /// Σ over permutations, as the product of the rows with the array of signs.
  private mutating func determinant(_ x: Formula, _ term: Term) throws(Refusal) -> Formula {
    let n = x.shape[0]
    guard n <= Self.determinantLimit else {
      throw file.refusal(
        term.span, "the determinant of a \(n) × \(n) matrix is not expanded",
        remedy: "use matrices of at most \(Self.determinantLimit) rows")
    }
    let matrix = try rewritten(x, term.span)
    guard let summand = matrix.summands.first, let use = summand.uses.first else { return matrix.scalar([]) }
    var factors: [(formula: Formula, span: Span)] = []
    for row in 0..<n {
      let selection = try program.selection(rows: [], of: [n], indices: [Int32(row)])
      let copy = refreshed(
        Formula(
          summands: [
            .init(
              coefficient: summand.coefficient, uses: [use, Program.Use(selection, [summand.axes[0]])],
              axes: summand.axes)
          ], matrix.ownAxes))
      let vector = try relabeled(copy, keeping: [1], shape: [n])
      factors.append((try rewritten(vector, term.span), term.span))
    }
    let signs = try program.data(Self.signs(n), Array(repeating: n, count: n))
    let axes = Array(0..<n)
    factors.append((read(signs, Axes(shape: axes.map { _ in n }, indices: [], isBatched: false)), term.span))
    return try multiplied(factors, binding: axes.map { ($0, n + $0) }, keeping: [], shape: [])
  }

  /// The signs of the permutations of n places, 0 elsewhere, row-major over n axes.
  private static func signs(_ n: Int) -> [Double] {
    let count = (0..<n).reduce(1) { product, _ in product * n }
    return (0..<count).map { number in
      var (rest, places) = (number, [Int]())
      for _ in 0..<n {
        places.append(rest % n)
        rest /= n
      }
      guard Set(places).count == n else { return 0 }
      var sign = 1.0
      for a in 0..<n { for b in 0..<a where (places[a] > places[b]) { sign = -sign } }
      return sign
    }
  }

  // MARK: Entry by entry

  /// x Φ(x) = x (1 + erf(x/√2)) / 2: the exact form, not the one with tanh.
  private mutating func gelu(_ x: Formula, _ span: Span) throws(Refusal) -> Formula {
    let y = try rewritten(x, span)
    let root = read(try program.data([(0.5).squareRoot()], []), Axes(shape: [], indices: [], isBatched: false))
    let scaled = try multiplied([(y, span), (root, span)], keeping: Array(y.shape.indices), shape: y.shape)
    let half = number(try Rational(1, 2))
    let error = try entrywise((y, span), (map(.erf, scaled, span), span))
    let sum = Formula(summands: refreshed(y).summands + error.summands, y.ownAxes)
    return try multiplied([(sum, span), (half, span)], keeping: Array(y.shape.indices), shape: y.shape)
  }

  /// s x + (1 − s) max(x, 0).
  private mutating func leaky(_ x: Formula, _ arguments: [Term], _ term: Term) throws(Refusal) -> Formula {
    guard arguments.count == 2 else {
      throw file.refusal(
        term.span, "the slope of leaky is any: it has no values", remedy: "give one, such as leaky(x, 0.1)")
    }
    let slope = try formula(arguments[1])
    let y = try rewritten(x, term.span)
    let rest = Formula(
      summands: number(1).summands + negated(slope).summands, Axes(shape: [], indices: [], isBatched: false))
    let axes = Array(y.shape.indices)
    let left = try multiplied([(slope, term.span), (y, term.span)], keeping: axes, shape: y.shape)
    let right = try multiplied(
      [(summed(rest), term.span), (map(.relu, y, term.span), term.span)], keeping: axes, shape: y.shape)
    return Formula(summands: left.summands + right.summands, y.ownAxes)
  }

  /// (a + b ± |a − b|) / 2; of one array the extreme entry, which only claims have.
  private mutating func extremum(
    _ function: FunctionName, _ x: Formula, _ arguments: [Term], _ term: Term
  ) throws(Refusal) -> Formula {
    guard arguments.count == 2 else {
      return x.shape.isEmpty ? x : try atom(function, x, arguments, term)
    }
    let axes = Axes(term)
    let a = try read(written(x, axes, arguments[0].span), axes)
    let b = try read(written(formula(arguments[1]), axes, arguments[1].span), axes)
    let difference = Formula(summands: a.summands + negated(b).summands, axes)
    let size = try map(.absolute, difference, term.span)
    let signed = function == .maximum ? size : negated(size)
    let sum = Formula(summands: refreshed(a).summands + refreshed(b).summands + signed.summands, axes)
    return try multiplied(
      [(sum, term.span), (number(Rational(1, 2)), term.span)], keeping: Array(axes.shape.indices), shape: axes.shape)
  }

  // MARK: Along the last axis

  /// (x − mean) / √(mean square + ε), and the same without the mean; ε is 0 unless it is given.
  private mutating func normalized(
    _ function: FunctionName, _ x: Formula, _ arguments: [Term], _ span: Span
  ) throws(Refusal) -> Formula {
    let y = try rewritten(x, span)
    let (width, last) = (x.shape[x.shape.count - 1], x.shape.count - 1)
    let (axes, rows) = (Array(0...last), Array(0..<last))
    let share = number(try Rational(1, width))
    var centred = y
    if function == .layerNorm {
      // Every entry less the mean of its row: I − 1/n.
      let label = freshLabel(width)
      let (row, column) = (freshLabel(width), freshLabel(width))
      let projection = Formula(
        summands: [
          .init(coefficient: 1, uses: [], axes: [label, label]),
          .init(coefficient: -(try Rational(1, width)), uses: [], axes: [row, column]),
        ], shape: [width, width], indices: [], isBatched: false)
      var summands: [Formula.Summand] = []
      for part in projection.summands {
        summands += try multiplied(
          [(refreshed(y), span), (Formula(summands: [part], projection.ownAxes), span)], binding: [(last, last + 1)],
          keeping: rows + [last + 2], shape: y.shape
        ).summands
      }
      centred = try rewritten(Formula(summands: summands, y.ownAxes), span)
    }
    let squares = try multiplied(
      [(centred, span), (refreshed(centred), span), (share, span)], binding: axes.map { ($0, axes.count + $0) },
      keeping: rows, shape: Array(y.shape.dropLast()))
    var square = squares
    if arguments.count == 2 {
      let shift = try written(
        formula(arguments[1]), Axes(shape: square.shape, indices: [], isBatched: false), arguments[1].span)
      let constant = read(shift, Axes(shape: square.shape, indices: [], isBatched: false))
      square = Formula(summands: square.summands + constant.summands, square.ownAxes)
    }
    let scale = try map(.reciprocal, map(.squareRoot, square, span), span)
    return try multiplied(
      [(refreshed(centred), span), (scale, span)], binding: rows.map { ($0, axes.count + $0) }, keeping: axes,
      shape: y.shape)
  }

  // MARK: Small things

  private func negated(_ formula: Formula) -> Formula {
    var result = formula
    for k in result.summands.indices { result.summands[k].coefficient = -result.summands[k].coefficient }
    return result
  }

  /// A sum of numbers as one number, if they are.
  private func summed(_ formula: Formula) throws(Refusal) -> Formula {
    var total = Rational(0)
    for summand in formula.summands {
      guard summand.uses.isEmpty else { return formula }
      total = try total + summand.coefficient
    }
    return number(total)
  }
}

extension Formula {
  /// A number that depends on what this does.
  func scalar(_ summands: [Summand]) -> Formula {
    Formula(summands: summands, Axes(shape: [], indices: indices, isBatched: isBatched))
  }
}
