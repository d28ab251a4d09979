import BigInt

/// A power product: variable and exponent in one integer, ascending by variable, every exponent at least 1.
package struct Monomial: Hashable {
  package private(set) var powers: [UInt64]

  package static let one = Monomial(powers: [])

  package init(powers: [UInt64]) { self.powers = powers }
  package init(_ variable: Int, exponent: Int = 1) { powers = [UInt64(variable) << 32 | UInt64(exponent)] }

  package static func variable(_ power: UInt64) -> Int { Int(power >> 32) }
  package static func exponent(_ power: UInt64) -> Int { Int(power & 0xFFFF_FFFF) }

  package var degree: Int { powers.reduce(0) { $0 + Self.exponent($1) } }

  /// Whether every exponent is even.
  package var isSquare: Bool { powers.allSatisfy { $0 & 1 == 0 } }

  package func times(_ other: Monomial) throws(Rejection) -> Monomial {
    if powers.isEmpty { return other }
    if other.powers.isEmpty { return self }
    var result: [UInt64] = []
    result.reserveCapacity(powers.count + other.powers.count)
    var (i, j) = (0, 0)
    while i < powers.count, j < other.powers.count {
      let (a, b) = (powers[i], other.powers[j])
      if a >> 32 == b >> 32 {
        // Both exponents are below 2³¹.
        let exponent = Self.exponent(a) + Self.exponent(b)
        guard exponent <= Budget.exponentLimit else {
          throw Rejection("an exponent is more than \(Budget.exponentLimit)")
        }
        result.append(a & ~0xFFFF_FFFF | UInt64(exponent))
        i += 1
        j += 1
      } else if a < b {
        result.append(a)
        i += 1
      } else {
        result.append(b)
        j += 1
      }
    }
    result += powers[i...]
    result += other.powers[j...]
    return Monomial(powers: result)
  }

  /// The monomial with the exponent at that place one less.
  package func lowered(at place: Int) -> Monomial {
    var lowered = powers
    if Self.exponent(powers[place]) == 1 { lowered.remove(at: place) } else { lowered[place] -= 1 }
    return Monomial(powers: lowered)
  }
}

/// A polynomial with rational coefficients: no coefficient is 0, so that equal polynomials are equal values.
package struct Polynomial: Hashable {
  package private(set) var terms: [Monomial: Fraction]

  package static let zero = Polynomial(terms: [:])
  package static let one = Polynomial(.one)

  private init(terms: [Monomial: Fraction]) { self.terms = terms }
  package init(_ constant: Fraction) { terms = constant.isZero ? [:] : [.one: constant] }
  package init(variable: Int) { terms = [Monomial(variable): .one] }

  package var isZero: Bool { terms.isEmpty }
  /// The value, if it is a constant.
  package var constant: Fraction? { isZero ? .zero : terms.count == 1 ? terms[.one] : nil }
  package var degree: Int { terms.keys.reduce(0) { max($0, $1.degree) } }

  /// The degree in some of the variables.
  package func degree(in isCounted: (Int) -> Bool) -> Int {
    terms.keys.reduce(0) { degree, monomial in
      max(degree, monomial.powers.reduce(0) { isCounted(Monomial.variable($1)) ? $0 + Monomial.exponent($1) : $0 })
    }
  }

  package var variables: Set<Int> {
    terms.keys.reduce(into: []) { found, monomial in
      for power in monomial.powers { found.insert(Monomial.variable(power)) }
    }
  }

  package mutating func add(_ coefficient: Fraction, _ monomial: Monomial) throws(Rejection) {
    if coefficient.isZero { return }
    guard let known = terms[monomial] else {
      guard terms.count < Budget.termLimit else {
        throw Rejection("a polynomial has more than \(Budget.termLimit) terms")
      }
      terms[monomial] = coefficient
      return
    }
    let sum = known + coefficient
    guard sum.length <= Budget.bitLimit else { throw Rejection("a coefficient has more than \(Budget.bitLimit) bits") }
    terms[monomial] = sum.isZero ? nil : sum
  }

  /// Adds factor · other.
  package mutating func add(_ other: Polynomial, times factor: Fraction = .one, _ budget: Budget) throws(Rejection) {
    if terms.isEmpty, factor == .one {
      terms = other.terms
      return
    }
    try budget.spend(other.terms.count)
    for (monomial, coefficient) in other.terms { try add(factor * coefficient, monomial) }
  }

  package func scaled(by factor: Fraction) -> Polynomial {
    factor.isZero ? .zero : factor == .one ? self : Polynomial(terms: terms.mapValues { $0 * factor })
  }

  private func scaled(by factor: Fraction, _ budget: Budget) throws(Rejection) -> Polynomial {
    try budget.spend(terms.count)
    let result = scaled(by: factor)
    guard result.terms.values.allSatisfy({ $0.length <= Budget.bitLimit }) else {
      throw Rejection("a coefficient has more than \(Budget.bitLimit) bits")
    }
    return result
  }

  package func times(_ other: Polynomial, _ budget: Budget) throws(Rejection) -> Polynomial {
    if isZero || other.isZero { return .zero }
    if let factor = other.constant { return try scaled(by: factor, budget) }
    if let factor = constant { return try other.scaled(by: factor, budget) }
    var result = Polynomial.zero
    for (a, x) in terms {
      // Long integers count for the words that they take.
      try budget.spend(other.terms.count * (1 + x.length / 64))
      for (b, y) in other.terms {
        let product = x * y
        guard product.length <= Budget.bitLimit else {
          throw Rejection("a coefficient has more than \(Budget.bitLimit) bits")
        }
        try result.add(product, a.times(b))
      }
    }
    return result
  }

  package func power(_ exponent: Int, _ budget: Budget) throws(Rejection) -> Polynomial {
    var (result, base, left) = (Polynomial.one, self, exponent)
    while left > 0 {
      try budget.spend()
      if left & 1 == 1 { result = try result.times(base, budget) }
      left >>= 1
      if left > 0 { base = try base.times(base, budget) }
    }
    return result
  }

  /// ∂/∂x for every variable that is asked for, in one pass.
  package func gradient(_ isWanted: (Int) -> Bool, _ budget: Budget) throws(Rejection) -> [Int: Polynomial] {
    var result: [Int: Polynomial] = [:]
    for (monomial, coefficient) in terms {
      try budget.spend(1 + monomial.powers.count)
      for (place, power) in monomial.powers.enumerated() where isWanted(Monomial.variable(power)) {
        try result[Monomial.variable(power), default: .zero]
          .add(coefficient * Fraction(Monomial.exponent(power)), monomial.lowered(at: place))
      }
    }
    return result
  }

  /// The value at a point; variables that are not named are 0.
  package func value(at point: [Int: Fraction], _ budget: Budget) throws(Rejection) -> Fraction {
    var sum = Fraction.zero
    for (monomial, coefficient) in terms {
      var product = coefficient
      for power in monomial.powers {
        guard let value = point[Monomial.variable(power)], !value.isZero else {
          product = .zero
          break
        }
        let exponent = Monomial.exponent(power)
        guard value.length * exponent <= Budget.bitLimit else {
          throw Rejection("a value has more than \(Budget.bitLimit) bits")
        }
        try budget.spend(exponent)
        for _ in 0..<exponent { product = product * value }
      }
      sum = sum + product
      guard sum.length <= Budget.bitLimit else { throw Rejection("a value has more than \(Budget.bitLimit) bits") }
    }
    return sum
  }
}
