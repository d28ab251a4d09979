import Models

extension FieldLawWork {
  /// The most cofactors whose polynomials are searched.
  private static let mostCofactors = 80
  /// The largest matrix whose eigenvalues are looked for.
  private static let largestMatrix = 8

  /// Cofactors that are likely, each once and none of them 0: the divergence, known ones and sums of two, and sums of a part of degree 0
  /// and one of the highest degree.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func cofactors() throws(Refusal) -> [Polynomial] {
    source.ring.beginWork()
    var divergence = try Polynomial.constant(0, in: source.ring)
    for (state, rate) in zip(source.states, source.rates) {
      divergence = try divergence.plus(rate.derivative(by: state))
    }
    let known = try Self.sums(darboux.map(\.cofactor), most: Self.mostCofactors)
    let zero = try Polynomial.constant(0, in: source.ring)
    var parts: [Polynomial] = []
    if stateCount <= Self.largestMatrix, source.constants.isEmpty {
      // A refusal of a part only leaves some cofactors out.
      let tops = (try? topCofactors()) ?? []
      let values = (try? constantCofactors()) ?? []
      for top in [zero] + tops { for value in [zero] + values { parts.append(try top.plus(value)) } }
    }
    var all: [Polynomial] = []
    for cofactor in [divergence] + known + parts where !cofactor.isZero && all.count < Self.mostCofactors {
      if try !Self.occurs(cofactor, in: all) { all.append(cofactor) }
    }
    return all
  }

  /// Polynomials and sums of two.
  private static func sums(_ parts: [Polynomial], most: Int) throws(Refusal) -> [Polynomial] {
    var all = parts
    for (k, first) in parts.enumerated() {
      for second in parts.dropFirst(k) where all.count < most { all.append(try first.plus(second)) }
    }
    return all
  }

  /// What a cofactor may be at the origin where the field is 0 there: the part of p of the lowest degree is kept by the linear part of the field,
  /// up to this factor, which is therefore an eigenvalue of the map that it makes of the monomials of a degree.
  private func constantCofactors() throws(Refusal) -> [Polynomial] {
    var linear: [Polynomial] = []
    for rate in source.rates {
      guard try part(of: rate, degree: 0).isZero else { return [] }
      linear.append(try part(of: rate, degree: 1))
    }
    var found: [Polynomial] = []
    let value = try Polynomial.variable(source.states[0], in: source.ring)
    for degree in 1...3 {
      let monomials = Monomials.all(variables: stateCount, from: degree, upTo: degree)
      guard monomials.count <= Self.largestMatrix else { break }
      var rows: [[Polynomial]] = []
      for (place, monomial) in monomials.enumerated() {
        let image = try source.terms(of: derivative(of: source.polynomial([(1, monomial)]), along: linear))
        var row: [Polynomial] = []
        for (other, column) in monomials.enumerated() {
          let text = image.first { $0.exponents == column }?.coefficient ?? "0"
          guard let number = Polynomial.fraction(text) else { return found }
          let entry = try Polynomial.constant(number, in: source.ring)
          row.append(other == place ? try entry.minus(value) : entry)
        }
        rows.append(row)
      }
      let characteristic = try PolynomialMatrix(rows).minor(without: nil, in: source.ring)
      for (factor, _) in try characteristic.factors() where factor.degree == 1 {
        let slope = try factor.derivative(by: source.states[0]).constantValue()
        let start = try factor.fixing(source.states[0], at: 0).constantValue()
        guard let slope, let start, slope != 0, let inverse = try? Rational(slope.denominator, slope.numerator),
          let root = try? -start * inverse
        else { continue }
        found.append(try Polynomial.constant(root, in: source.ring))
      }
    }
    return found
  }

  /// What the part of a cofactor of the highest degree may be: a cofactor of the field's own part of highest degree, of which those of its
  /// coordinates and of the factors of its components are taken, and sums of two.
  private func topCofactors() throws(Refusal) -> [Polynomial] {
    let degree = try source.rates.map { (rate) throws(Refusal) in try source.degree(of: rate) }.max() ?? 0
    guard degree >= 2 else { return [] }
    let top = try source.rates.map { (rate) throws(Refusal) in try part(of: rate, degree: degree) }
    var candidates = try source.states.map { (state) throws(Refusal) in try Polynomial.variable(state, in: source.ring)
    }
    for rate in top where !rate.isZero && mayFactor(rate) { candidates += try rate.factors().map(\.factor) }
    var found: [Polynomial] = []
    for candidate in candidates {
      guard let cofactor = try derivative(of: candidate, along: top).divided(by: candidate), !cofactor.isZero else {
        continue
      }
      if try !Self.occurs(cofactor, in: found) { found.append(cofactor) }
    }
    return try Self.sums(found, most: Self.mostCofactors)
  }

  private func derivative(of polynomial: Polynomial, along rates: [Polynomial]) throws(Refusal) -> Polynomial {
    var pairs: [(Polynomial, Polynomial)] = []
    for (state, rate) in zip(source.states, rates) { pairs.append((try polynomial.derivative(by: state), rate)) }
    return try Polynomial.sum(ofProducts: pairs, in: source.ring)
  }

  /// The terms of a degree in the states.
  private func part(of polynomial: Polynomial, degree: Int) throws(Refusal) -> Polynomial {
    var terms: [(coefficient: Rational, exponents: Exponents)] = []
    for term in try source.terms(of: polynomial) {
      guard term.exponents.prefix(stateCount).reduce(0, { $0 + Int($1) }) == degree else { continue }
      guard let coefficient = Polynomial.fraction(term.coefficient) else {
        throw Refusal("the coefficient \(term.coefficient) needs more than 64 bits", remedy: "use smaller numbers")
      }
      terms.append((coefficient, term.exponents))
    }
    return try source.polynomial(terms)
  }
}
