import Models

extension AtomAlgebra {
  /// Numerators of more terms are not divided by factors on trial.
  private static let mostTerms = 5_000
  /// Products of terms of one multiplication, where a term is short.
  private static let mostProducts = 3_000_000

  package func constant(_ value: Rational) throws(EntryFault) -> AtomQuotient {
    AtomQuotient(try refusing { () throws(Refusal) in try Polynomial.constant(value, in: ring) })
  }

  package func variable(_ position: Int) throws(EntryFault) -> AtomQuotient {
    AtomQuotient(try refusing { () throws(Refusal) in try Polynomial.variable(position, in: ring) })
  }

  package func isZero(_ value: AtomQuotient) -> Bool { value.numerator.isZero }

  package func constantValue(_ value: AtomQuotient) throws(EntryFault) -> Rational? {
    guard value.denominator.isEmpty else { return nil }
    return try refusing { () throws(Refusal) in try value.numerator.constantValue() }
  }

  package func plus(_ a: AtomQuotient, _ b: AtomQuotient) throws(EntryFault) -> AtomQuotient { try sum([a, b]) }

  package func minus(_ a: AtomQuotient, _ b: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    try sum([a, negative(b)])
  }

  package func negative(_ value: AtomQuotient) throws(EntryFault) -> AtomQuotient { try scaled(value, by: -1) }

  func scaled(_ value: AtomQuotient, by factor: Rational) throws(EntryFault) -> AtomQuotient {
    AtomQuotient(
      try refusing { () throws(Refusal) in try value.numerator.scaled(by: factor) }, over: value.denominator)
  }

  package func times(_ a: AtomQuotient, _ b: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    if a.numerator.isZero { return a }
    if b.numerator.isZero { return b }
    let numerator = try product(a.numerator, b.numerator)
    let product = AtomQuotient(numerator, over: a.denominator.merging(b.denominator) { $0 + $1 })
    return product.denominator.isEmpty ? product : try cancelled(product)
  }

  package func sum(_ values: [AtomQuotient]) throws(EntryFault) -> AtomQuotient {
    let values = values.filter { !$0.numerator.isZero }
    guard let first = values.first else { return AtomQuotient(zero) }
    if values.count == 1 { return first }
    let common = values.dropFirst().reduce(first.denominator) { $0.merging($1.denominator) { max($0, $1) } }
    var numerators: [Polynomial] = []
    for value in values { numerators.append(try over(value, common)) }
    let total = try refusing { () throws(Refusal) in try Polynomial.sum(of: numerators, in: ring) }
    return AtomQuotient(total, over: total.isZero ? [:] : common)
  }

  /// 1 / value; nil where the value is shown to be 0.
  package func inverse(_ value: AtomQuotient) throws(EntryFault) -> AtomQuotient? {
    if try vanishes(value) { return nil }
    let above = try over(AtomQuotient(one), value.denominator)
    let (factor, below) = try factored(value.numerator)
    if !below.isEmpty, try !isPositive(value.numerator) { conditions.hasDenominators = true }
    return try cancelled(
      AtomQuotient(
        refusing { () throws(Refusal) in try above.scaled(by: Rational(factor.denominator, factor.numerator)) },
        over: below))
  }

  /// Whether it is seen to be positive: terms with positive coefficients of exponentials alone.
  func isPositive(_ polynomial: Polynomial) throws(EntryFault) -> Bool {
    guard polynomial.count <= Self.mostTerms else { return false }
    return try refusing { () throws(Refusal) in
      for k in 0..<polynomial.count {
        let (coefficient, factors) = try polynomial.term(k)
        if coefficient.hasPrefix("-") { return false }
        for factor in factors {
          guard factor.variable >= firstAtom, atoms[factor.variable - firstAtom].kind == .exponential else {
            return false
          }
        }
      }
      return true
    }
  }

  /// The numerator over another denominator, a multiple of its own.
  func over(_ value: AtomQuotient, _ common: [Int: Int]) throws(EntryFault) -> Polynomial {
    var result = value.numerator
    for (factor, exponent) in common.sorted(by: { $0.key < $1.key }) {
      let missing = exponent - (value.denominator[factor] ?? 0)
      for _ in 0..<max(0, missing) {
        result = try product(result, factors[factor])
      }
    }
    return result
  }

  /// The product of polynomials, unless it would be too large: a term is as long as there are variables and places for atoms.
  func product(_ a: Polynomial, _ b: Polynomial) throws(EntryFault) -> Polynomial {
    let length = 1 + ring.names.count / 64
    let (products, overflows) = a.count.multipliedReportingOverflow(by: b.count)
    guard !overflows, products <= Self.mostProducts / length else {
      throw .refusal(
        Refusal(
          "quotients of \(a.count) and \(b.count) terms are to be multiplied", remedy: "use smaller sizes or powers",
          settings: []))
    }
    return try refusing { () throws(Refusal) in try a.times(b) }
  }

  // MARK: Factors

  /// Without the factors of the denominator that divide the numerator.
  private func cancelled(_ value: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    guard value.numerator.count <= Self.mostTerms else { return value }
    var (numerator, denominator) = (value.numerator, value.denominator)
    for (factor, exponent) in value.denominator {
      var left = exponent
      let divisor = factors[factor]
      guard divisor.count <= max(1, numerator.count) else { continue }
      while left > 0 {
        let whole = numerator
        guard let quotient = try refusing({ () throws(Refusal) in try whole.divided(by: divisor) }) else { break }
        numerator = quotient
        left -= 1
      }
      denominator[factor] = left == 0 ? nil : left
    }
    return AtomQuotient(numerator, over: denominator)
  }

  /// A number and the exponents of the factors that a polynomial, which is not 0, is the product of: those that are known, variables,
  /// and what is left as one more.
  private func factored(_ polynomial: Polynomial) throws(EntryFault) -> (number: Rational, factors: [Int: Int]) {
    var rest = polynomial
    var found: [Int: Int] = [:]
    if rest.count <= Self.mostTerms {
      try refusing { () throws(Refusal) in
        for variable in try rest.variables() {
          let divisor = try Polynomial.variable(variable, in: ring)
          while let quotient = try rest.divided(by: divisor) {
            rest = quotient
            found[try position(of: divisor), default: 0] += 1
          }
        }
        for (position, divisor) in factors.enumerated() where divisor.count > 1 {
          while rest.count >= divisor.count, let quotient = try rest.divided(by: divisor) {
            rest = quotient
            found[position, default: 0] += 1
          }
        }
      }
    }
    let whole = rest
    return try refusing { () throws(Refusal) in
      if let number = try whole.constantValue() { return (number, found) }
      // The first coefficient becomes 1, so that multiples by numbers are one factor.
      var number = Rational(1)
      var monic = whole
      if let first = Polynomial.fraction(try whole.term(0).coefficient) {
        number = first
        monic = try whole.scaled(by: Rational(first.denominator, first.numerator))
      }
      found[try position(of: monic), default: 0] += 1
      return (number, found)
    }
  }

  private func position(of factor: Polynomial) throws(Refusal) -> Int {
    for (position, known) in factors.enumerated() where known.count == factor.count {
      if try known.minus(factor).isZero { return position }
    }
    factors.append(factor)
    return factors.count - 1
  }
}
