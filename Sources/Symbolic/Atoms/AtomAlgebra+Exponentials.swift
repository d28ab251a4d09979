import Models

extension AtomAlgebra {
  /// More exponents than these, or with more terms, are not looked through for combinations.
  private static let mostExponents = (count: 48, terms: 2_000)

  /// e^z. Exponents are written by a basis over Q, with 1 for the constants: e^(2z) = (e^z)², e^(z+w) = e^z e^w, e^(−z) = 1/e^z, and for
  /// e^(z/2) an atom whose square is e^z. Exponentials of the basis are taken for independent, which is a weaker statement about them.
  package func exponential(_ argument: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    if try vanishes(argument) { return try constant(1) }
    if let (found, _) = try known(.exponential, argument, { $0 == 1 }) { return try value(ofAtom: found) }
    if let parts = try combination(argument) { return try product(of: parts) }
    var (basis, rest) = (argument, Rational(0))
    if argument.denominator.isEmpty, try constantValue(argument) == nil {
      rest = try constantTerm(argument.numerator)
      basis = try minus(argument, constant(rest))
    } else if try constantValue(argument) != nil {
      basis = try constant(1)
    }
    let atom = try add(Atom(kind: .exponential, argument: basis, key: basis, relation: nil))
    exponents.append((basis, atom))
    guard let parts = try combination(argument) ?? (rest == 0 ? [(exponents.count - 1, Rational(1))] : nil) else {
      // The constant is the first of its kind.
      return try times(value(ofAtom: atom), exponential(constant(rest)))
    }
    return try product(of: parts)
  }

  /// Π of powers of exponentials of the basis.
  private func product(of parts: [(position: Int, factor: Rational)]) throws(EntryFault) -> AtomQuotient {
    var result = try constant(1)
    for (position, factor) in parts {
      guard abs(factor.numerator) <= Polynomial.largestDegree else {
        throw .notPolynomial("the exponent \(factor) of an exponential")
      }
      let base = try exponential(position, over: factor.denominator)
      var power = try constant(1)
      for _ in 0..<abs(factor.numerator) { power = try times(power, base) }
      if factor.numerator < 0 {
        guard let inverse = try inverseOfPositive(power) else { throw .notPolynomial("an exponential") }
        power = inverse
      }
      result = try times(result, power)
    }
    return result
  }

  /// e^(b/n) of a member b of the basis.
  private func exponential(_ position: Int, over order: Int) throws(EntryFault) -> AtomQuotient {
    let (basis, atom) = exponents[position]
    if order == 1 { return try value(ofAtom: atom) }
    let argument = try scaled(basis, by: refusing { () throws(Refusal) in try Rational(1, order) })
    if let (found, _) = try known(.exponential, argument, { $0 == 1 }) { return try value(ofAtom: found) }
    return try value(
      ofAtom: add(
        Atom(
          kind: .exponential, argument: argument, key: argument, relation: (order, polynomial(ofAtom: atom)))))
  }

  /// 1 / value of something that has no zero: no condition comes with it.
  private func inverseOfPositive(_ value: AtomQuotient) throws(EntryFault) -> AtomQuotient? {
    let before = conditions
    let result = try inverse(value)
    conditions = before
    return result
  }

  private func constantTerm(_ polynomial: Polynomial) throws(EntryFault) -> Rational {
    try refusing { () throws(Refusal) in
      guard polynomial.count > 0 else { return 0 }
      // Terms descend by degree: a constant is the last.
      let (coefficient, factors) = try polynomial.term(polynomial.count - 1)
      return factors.isEmpty ? Polynomial.fraction(coefficient) ?? 0 : 0
    }
  }

  // MARK: Combinations over Q

  /// The rational factors with which the basis adds up to a value; nil where it does not, or where that is not found.
  private func combination(
    _ value: AtomQuotient
  ) throws(EntryFault) -> [(position: Int, factor: Rational)]? {
    guard exponents.count <= Self.mostExponents.count else { return nil }
    var common = value.denominator
    for (basis, _) in exponents { common.merge(basis.denominator) { max($0, $1) } }
    guard var rest = try terms(of: reduced(over(value, common))) else { return nil }
    // The rows stay while the denominator does.
    if echelon.denominator != common { echelon = ExponentEchelon(denominator: common) }
    for position in echelon.count..<exponents.count {
      guard let row = try terms(of: reduced(over(exponents[position].value, common))),
        echelon.add(row)
      else {
        echelon = ExponentEchelon()
        return nil
      }
    }
    guard let parts = echelon.combination(&rest) else { return nil }
    return parts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The terms as a vector over Q; nil of a coefficient of more than 64 bits, and of too many.
  private func terms(of polynomial: Polynomial) throws(EntryFault) -> [[Int]: Rational]? {
    guard polynomial.count <= Self.mostExponents.terms else { return nil }
    return try refusing { () throws(Refusal) in
      var terms: [[Int]: Rational] = [:]
      for k in 0..<polynomial.count {
        let (text, factors) = try polynomial.term(k)
        guard let coefficient = Polynomial.fraction(text) else { return nil }
        terms[factors.flatMap { [$0.variable, $0.exponent] }] = coefficient
      }
      return terms
    }
  }
}
