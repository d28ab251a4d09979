import Models

extension ProgramBuilder {
  /// Up to this exponent a power is a product of so many factors; above it, of squares.
  private static let productLimit = 16

  mutating func power(
    _ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ term: Term
  ) throws(Refusal) -> Formula {
    guard case .fraction(let numerator, let denominator)? = Constant(exponent) else {
      throw file.refusal(
        exponent.span, "the exponent '\(file.text(of: exponent))' is no fraction of 64-bit numbers",
        remedy: "write x to the power of y as exp(y*log(x))")
    }
    let x = try formula(base)
    let span = base.span
    if !isEntrywise, x.shape.count == 2 { return try matrixPower(x, numerator, span) }
    switch denominator {
    case 1: return try wholePower(numerator < 0 ? reciprocal(x, span) : x, abs(numerator), span)
    case 2:
      let root = try map(.squareRoot, x, span)
      return try wholePower(numerator < 0 ? reciprocal(root, span) : root, abs(numerator), span)
    default:
      // x^(p/q) of positive numbers; NaN of negative ones.
      let logarithm = try map(.log, x, span)
      let scaled = try multiplied(
        [(logarithm, span), (number(Rational(numerator, denominator)), span)], keeping: Array(x.shape.indices),
        shape: x.shape)
      return try map(.exp, scaled, span)
    }
  }

  /// xⁿ entry by entry.
  private mutating func wholePower(_ x: Formula, _ exponent: Int, _ span: Span) throws(Refusal) -> Formula {
    if exponent == 0 { return ones(x) }
    if exponent == 1 { return x }
    if x.summands.isEmpty { return x }
    // The power of a coefficient may need more than 64 bits: that of a number is refused, any other is multiplied in before.
    let isSimple =
      x.summands.count == 1 && x.summands[0].uses.count <= 1
      && (exponent <= 4 || x.summands[0].coefficient == 1 || x.constant != nil)
    let base = isSimple ? x : try rewritten(x, span)
    if base.summands.isEmpty { return base }
    if exponent <= Self.productLimit {
      var factors: [(formula: Formula, span: Span)] = [(base, span)]
      while factors.count < exponent { factors.append((refreshed(base), span)) }
      let axes = Array(base.shape.indices)
      let pairs = (1..<exponent).flatMap { k in axes.map { ($0, k * axes.count + $0) } }
      return try multiplied(factors, binding: pairs, keeping: axes, shape: base.shape)
    }
    let half = try rewritten(wholePower(base, exponent / 2, span), span)
    let square = try entrywise((half, span), (refreshed(half), span))
    return exponent % 2 == 0 ? square : try entrywise((square, span), (refreshed(base), span))
  }

  /// 1 in every entry.
  private mutating func ones(_ x: Formula) -> Formula {
    var axes: [Program.Label] = []
    for extent in x.shape { axes.append(freshLabel(extent)) }
    return Formula(summands: [.init(coefficient: 1, uses: [], axes: axes)], x.ownAxes)
  }

  private mutating func matrixPower(_ x: Formula, _ exponent: Int, _ span: Span) throws(Refusal) -> Formula {
    if exponent == 0 {
      let label = freshLabel(x.shape[0])
      return Formula(summands: [.init(coefficient: 1, uses: [], axes: [label, label])], x.ownAxes)
    }
    if exponent == 1 || x.summands.isEmpty { return x }
    let base = x.summands.count == 1 ? x : try rewritten(x, span)
    if exponent <= Self.productLimit {
      var result = base
      for _ in 1..<exponent { result = try matrixProduct(result, refreshed(base), span) }
      return result
    }
    let half = try rewritten(matrixPower(base, exponent / 2, span), span)
    let square = try matrixProduct(half, refreshed(half), span)
    return exponent % 2 == 0 ? square : try matrixProduct(square, refreshed(base), span)
  }

  private mutating func matrixProduct(_ a: Formula, _ b: Formula, _ span: Span) throws(Refusal) -> Formula {
    try multiplied([(a, span), (b, span)], binding: [(1, 2)], keeping: [0, 3], shape: [a.shape[0], b.shape[1]])
  }
}
