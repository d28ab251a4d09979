import Models

/// A derivation of quotients with atoms: the rates of variables are given, those of atoms follow by the chain rule.
package final class AtomDerivation {
  private let algebra: AtomAlgebra
  private let rates: [Int: AtomQuotient]
  /// Variables from here to the atoms have no rate that is known.
  private let firstUnknown: Int
  private var ofAtoms: [Int: AtomQuotient] = [:]
  private var ofFactors: [Int: AtomQuotient] = [:]

  /// - Parameters:
  ///   - rates: of the variables that move.
  ///   - firstUnknown: from which variable on nothing is known of the rates, up to the atoms.
  package init(_ algebra: AtomAlgebra, rates: [Int: AtomQuotient], firstUnknown: Int? = nil) {
    (self.algebra, self.rates) = (algebra, rates)
    self.firstUnknown = firstUnknown ?? algebra.firstAtom
  }

  /// d(n / Π fᵢ^kᵢ) = (dn − n Σ kᵢ dfᵢ / fᵢ) / Π fᵢ^kᵢ.
  ///
  /// - Throws: ``EntryFault``, also where it depends on a variable of which no rate is known.
  package func derivative(of value: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    let above = try derivative(of: value.numerator)
    var parts = [try algebra.times(above, AtomQuotient(algebra.one, over: value.denominator))]
    for (factor, exponent) in value.denominator.sorted(by: { $0.key < $1.key }) {
      let rate = try self.rate(ofFactor: factor)
      if algebra.isZero(rate) { continue }
      let scaled = try algebra.scaled(value, by: Rational(-exponent))
      parts.append(
        try algebra.times(algebra.times(scaled, rate), AtomQuotient(algebra.one, over: [factor: 1])))
    }
    return try algebra.sum(parts)
  }

  private func derivative(of polynomial: Polynomial) throws(EntryFault) -> AtomQuotient {
    var parts: [AtomQuotient] = []
    for variable in try refusing({ () throws(Refusal) in try polynomial.variables() }) {
      guard let rate = try rate(of: variable), !algebra.isZero(rate) else { continue }
      let slope = try refusing { () throws(Refusal) in try polynomial.derivative(by: variable) }
      parts.append(try algebra.times(AtomQuotient(slope), rate))
    }
    return try algebra.sum(parts)
  }

  private func rate(ofFactor position: Int) throws(EntryFault) -> AtomQuotient {
    if let known = ofFactors[position] { return known }
    let rate = try derivative(of: algebra.factors[position])
    ofFactors[position] = rate
    return rate
  }

  private func rate(of variable: Int) throws(EntryFault) -> AtomQuotient? {
    guard variable >= algebra.firstAtom else {
      guard variable < firstUnknown else { throw .notPolynomial("the derivative of the loss, whose own is any") }
      return rates[variable]
    }
    let number = variable - algebra.firstAtom
    if let known = ofAtoms[number] { return known }
    let rate = try self.rate(ofAtom: number)
    ofAtoms[number] = rate
    return rate
  }

  /// de = e dz, ds = d(sⁿ) / (n sⁿ⁻¹), dl = dz / z, dΦ = φ dz, dφ = −z φ dz, df⁽ᵏ⁾ = f⁽ᵏ⁺¹⁾ dz; gates do not move.
  private func rate(ofAtom number: Int) throws(EntryFault) -> AtomQuotient {
    let atom = algebra.atoms[number]
    if atom.kind == .gate || atom.kind == .slope { return AtomQuotient(algebra.zero) }
    let inner = try derivative(of: atom.argument)
    if algebra.isZero(inner) { return inner }
    let own = try algebra.value(ofAtom: number)
    switch atom.kind {
    case .gate, .slope: return AtomQuotient(algebra.zero)
    case .exponential: return try algebra.times(own, inner)
    case .root(let order, _):
      var power = try algebra.constant(Rational(order))
      for _ in 1..<order { power = try algebra.times(power, own) }
      return try divided(inner, by: power)
    case .logarithm: return try divided(inner, by: atom.argument)
    case .normal: return try algebra.times(algebra.density(atom.argument), inner)
    case .density:
      return try algebra.negative(algebra.times(algebra.times(atom.argument, own), inner))
    case .generic(let derivatives):
      return try algebra.times(algebra.generic(atom.argument, derivatives: derivatives + 1), inner)
    }
  }

  private func divided(_ a: AtomQuotient, by b: AtomQuotient) throws(EntryFault) -> AtomQuotient {
    // That the root or logarithm has a value is a condition already.
    let before = algebra.conditions
    guard let inverse = try algebra.inverse(b) else { throw .notPolynomial("a derivative without a value") }
    algebra.conditions = before
    return try algebra.times(a, inverse)
  }
}
