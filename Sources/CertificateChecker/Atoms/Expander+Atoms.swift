import FlowLanguage

/// Functions that are no polynomials.
extension Expander {
  /// The value of a function in atoms.
  func call(
    _ function: FunctionName, _ arguments: [Term], _ shape: [Int], in atoms: Atoms
  ) throws(Rejection) -> Entries {
    guard let first = arguments.first else { throw Rejection("a function has no argument") }
    let entries = try value(of: first)
    func map(_ function: (Polynomial) throws(Rejection) -> Polynomial) throws(Rejection) -> Entries {
      var values: [Quotient] = []
      for value in entries.values { values.append(Quotient(try function(value.numerator))) }
      return Entries(shape, values)
    }
    switch function {
    case .relu, .leaky, .absolute, .norm1, .maximum, .minimum: atoms.note(gated: function)
    default: break
    }
    switch function {
    case .relu: return try map(atoms.positivePart)
    case .absolute: return try map(atoms.absolute)
    case .leaky:
      // The slope that is any is one and the same everywhere.
      let slope =
        arguments.count == 2
        ? try value(of: arguments[1]).values[0] : try symbols("#slope of leaky", [], .constant).values[0]
      return try map { (z) throws(Rejection) in
        // a z + (1 − a) max(z, 0)
        let bent = try atoms.positivePart(z).plus(z.scaled(by: Fraction(-1)), budget)
        return try z.plus(bent, budget).plus(slope.numerator.times(bent, budget).scaled(by: Fraction(-1)), budget)
      }
    case .norm1:
      var total = Polynomial.zero
      for value in entries.values { try total.add(atoms.absolute(value.numerator), budget) }
      return Entries(Quotient(total))
    case .maximum, .minimum: return try extremum(function == .maximum, entries, arguments, shape, atoms)
    case .norm: return Entries(Quotient(try atoms.root(sumOfSquares(entries.values[...]))))
    case .squareRoot: return try map(atoms.root)
    case .exp: return try map(atoms.exponential)
    case .log: return try map(atoms.logarithm)
    case .sigmoid: return try map(atoms.sigmoid)
    case .tanh: return try map(atoms.hyperbolicTangent)
    case .silu: return try map { (z) throws(Rejection) in try z.times(atoms.sigmoid(z), budget) }
    case .gelu: return try map { (z) throws(Rejection) in try z.times(atoms.distribution(z), budget) }
    case .generic: return try map { (z) throws(Rejection) in try atoms.generic(z) }
    case .softmax: return try alongLastAxis(entries, shape) { (row) throws(Rejection) in try self.softmax(row, atoms) }
    case .rmsNorm, .layerNorm:
      let shift = arguments.count == 2 ? try value(of: arguments[1]).values[0].numerator : .zero
      return try alongLastAxis(entries, shape) { (row) throws(Rejection) in
        try self.normalized(row, isCentred: function == .layerNorm, shift, atoms)
      }
    default: throw Rejection("\(function.rawValue) is no polynomial, and nothing is known of it here")
    }
  }

  /// max(x, y) = y + max(x − y, 0), min(x, y) = x − max(x − y, 0); of one array entry after entry.
  private func extremum(
    _ isMaximum: Bool, _ entries: Entries, _ arguments: [Term], _ shape: [Int], _ atoms: Atoms
  ) throws(Rejection) -> Entries {
    func joined(_ x: Quotient, _ y: Quotient) throws(Rejection) -> Quotient {
      let part = Quotient(try atoms.positivePart(x.minus(y, budget).numerator))
      return try isMaximum ? y.plus(part, budget) : x.minus(part, budget)
    }
    guard arguments.count == 2 else {
      guard var result = entries.values.first else { throw Rejection("an array is empty") }
      for value in entries.values.dropFirst() { result = try joined(result, value) }
      return Entries(result)
    }
    let (left, right) = (try filled(entries, shape), try filled(value(of: arguments[1]), shape))
    guard left.values.count == right.values.count else { throw Rejection("two arrays differ in their sizes") }
    var values: [Quotient] = []
    for (x, y) in zip(left.values, right.values) { values.append(try joined(x, y)) }
    return Entries(shape, values)
  }

  private func sumOfSquares(_ values: ArraySlice<Quotient>) throws(Rejection) -> Polynomial {
    var total = Polynomial.zero
    for value in values { try total.add(value.numerator.power(2, budget), budget) }
    return total
  }

  private func alongLastAxis(
    _ entries: Entries, _ shape: [Int], _ function: (ArraySlice<Quotient>) throws(Rejection) -> [Polynomial]
  ) throws(Rejection) -> Entries {
    guard let width = shape.last, width > 0 else { throw Rejection("a function along the last axis of a number") }
    var values: [Quotient] = []
    for start in stride(from: 0, to: entries.values.count, by: width) {
      for value in try function(entries.values[start..<start + width]) { values.append(Quotient(value)) }
    }
    return Entries(shape, values)
  }

  /// exp(xᵢ) / Σ exp(xⱼ).
  private func softmax(_ row: ArraySlice<Quotient>, _ atoms: Atoms) throws(Rejection) -> [Polynomial] {
    var powers: [Polynomial] = []
    var total = Polynomial.zero
    for value in row {
      let power = try atoms.exponential(value.numerator)
      powers.append(power)
      try total.add(power, budget)
    }
    let below = try atoms.inverse(total)
    var values: [Polynomial] = []
    for power in powers { values.append(try atoms.reduced(power.times(below, budget))) }
    return values
  }

  /// x / √(mean of squares + shift), of x less its mean where it is centred.
  private func normalized(
    _ row: ArraySlice<Quotient>, isCentred: Bool, _ shift: Polynomial, _ atoms: Atoms
  ) throws(Rejection) -> [Polynomial] {
    let share = Fraction(row.count).inverse ?? .one
    var centred = Array(row)
    if isCentred {
      var mean = Quotient.zero
      for value in row { try mean.add(value, budget) }
      mean = Quotient(mean.numerator.scaled(by: share))
      for place in centred.indices { centred[place] = try centred[place].minus(mean, budget) }
    }
    let square = try sumOfSquares(centred[...]).scaled(by: share).plus(shift, budget)
    let scale = try atoms.inverse(atoms.root(square))
    var values: [Polynomial] = []
    for value in centred { values.append(try atoms.reduced(value.numerator.times(scale, budget))) }
    return values
  }

  /// x^(p/q): powers of √x, and exp(p/q ln x) of x > 0 where q is neither 1 nor 2.
  func power(_ base: Polynomial, _ exponent: Fraction, in atoms: Atoms) throws(Rejection) -> Polynomial {
    guard exponent.length <= 32 else { throw Rejection("an exponent is more than 1000") }
    let (above, below) = (Int(exponent.numerator), Int(exponent.denominator))
    guard abs(above) <= 1000 else { throw Rejection("an exponent is more than 1000") }
    switch below {
    case 1: return try atoms.power(of: base, above)
    case 2: return try atoms.power(of: atoms.root(base), above)
    default: return try atoms.exponential(atoms.logarithm(base).scaled(by: exponent))
    }
  }

  /// The quotient of two values.
  func ratio(_ a: Quotient, _ b: Quotient) throws(Rejection) -> Quotient {
    guard let atoms else { return try a.over(b, budget) }
    if let divisor = b.constant?.inverse { return Quotient(a.numerator.scaled(by: divisor)) }
    return Quotient(try atoms.reduced(a.numerator.times(atoms.inverse(b.numerator), budget)))
  }

  /// The value with what is known of atoms used.
  func reduced(_ value: Quotient) throws(Rejection) -> Quotient {
    guard let atoms else { return value }
    return Quotient(try atoms.reduced(value.numerator))
  }

  /// Whether a value is 0: the zero polynomial, or so by what is known of its atoms.
  package func isZero(_ value: Quotient) throws(Rejection) -> Bool {
    guard let atoms else { return value.isZero }
    return try atoms.isZero(value.numerator)
  }

  /// Whether a value depends on a data point, within functions as well.
  package func dependsOnInputs(_ value: Quotient) -> Bool {
    value.variables.contains { variables.roles[$0] == .input || atoms?.items[$0]?.roles.contains(.input) == true }
  }

  /// The variables of the text that a value depends on, within functions as well.
  package func variables(of value: Quotient) -> Set<Int> {
    atoms?.closure(of: value.variables) ?? value.variables
  }
}
