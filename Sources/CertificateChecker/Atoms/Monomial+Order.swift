extension Monomial {
  /// Whether it comes before another in the order in which the variable with the greatest number decides: an order that products
  /// respect and in which there is no endless descent. What replaces a power of an atom is below it, for its variables were there before.
  package func precedes(_ other: Monomial) -> Bool {
    for (own, its) in zip(powers.reversed(), other.powers.reversed()) where own != its { return own < its }
    return powers.count < other.powers.count
  }

  /// The exponent of a variable.
  package func exponent(of variable: Int) -> Int {
    for power in powers where Self.variable(power) == variable { return Self.exponent(power) }
    return 0
  }

  /// What is left when a variable stands with another exponent; 0 leaves it out.
  package func setting(_ variable: Int, to exponent: Int) -> Monomial {
    var left = powers.filter { Self.variable($0) < variable }
    if exponent > 0 { left.append(UInt64(variable) << 32 | UInt64(exponent)) }
    return Monomial(powers: left + powers.filter { Self.variable($0) > variable })
  }

  /// The quotient of two monomials; nil where it is none.
  package func divided(by divisor: Monomial) -> Monomial? {
    var result: [UInt64] = []
    var place = 0
    for power in powers {
      guard place < divisor.powers.count, Self.variable(power) == Self.variable(divisor.powers[place]) else {
        result.append(power)
        continue
      }
      let left = Self.exponent(power) - Self.exponent(divisor.powers[place])
      guard left >= 0 else { return nil }
      if left > 0 { result.append(power & ~0xFFFF_FFFF | UInt64(left)) }
      place += 1
    }
    return place == divisor.powers.count ? Monomial(powers: result) : nil
  }
}

extension Polynomial {
  /// The greatest monomial and its coefficient; nil of 0.
  package var leadingTerm: (monomial: Monomial, coefficient: Fraction)? {
    terms.max { $0.key.precedes($1.key) }.map { ($0.key, $0.value) }
  }

  /// The same polynomial times a number so that the greatest monomial has the factor 1, and that factor before; nil of 0.
  package var monic: (polynomial: Polynomial, factor: Fraction)? {
    guard let (_, factor) = leadingTerm, let inverse = factor.inverse else { return nil }
    return (scaled(by: inverse), factor)
  }

  /// The product with a monomial.
  package func times(_ factor: Monomial, _ coefficient: Fraction, _ budget: Budget) throws(Rejection) -> Polynomial {
    try budget.spend(terms.count)
    var result = Polynomial.zero
    for (monomial, own) in terms { try result.add(own * coefficient, monomial.times(factor)) }
    return result
  }

  /// The sum of two.
  package func plus(_ other: Polynomial, _ budget: Budget) throws(Rejection) -> Polynomial {
    var sum = self
    try sum.add(other, budget)
    return sum
  }
}
