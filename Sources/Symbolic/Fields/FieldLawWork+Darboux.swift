import Models

extension FieldLawWork {
  /// The most states for which determinants of derivatives are expanded, by degree.
  private static let mostStates = [1: 5, 2: 2]
  /// The most exponents of all monomials of polynomials with a given cofactor.
  private static let mostExponents = 6_000
  /// The most Darboux polynomials that are kept.
  private static let mostDarboux = 60

  /// Darboux polynomials: factors of what a field and its laws are made of, of determinants that all of them divide, and polynomials
  /// with cofactors that are likely.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func searchDarboux() throws(Refusal) {
    for state in source.states { try takeFactor(Polynomial.variable(state, in: source.ring)) }
    for rate in source.rates { try takeFactors(rate) }
    for law in found {
      try takeFactors(law.numerator)
      if let denominator = law.denominator { try takeFactors(denominator) }
    }
    for degree in 1...2 {
      guard try takeExtactic(degree) else { break }
      invariantSets = .init(degree: degree, isExhaustive: true)
    }
    for cofactor in try cofactors() { try search(cofactor) }
    for degree in invariantSets.degree + 1..<4 {
      guard try isExcludedByLines(degree) else { break }
      invariantSets = .init(degree: degree, isExhaustive: true)
    }
  }

  /// Keeps the factors of a polynomial that are Darboux polynomials.
  private func takeFactors(_ polynomial: Polynomial) throws(Refusal) {
    source.ring.beginWork()
    guard !polynomial.isZero, mayFactor(polynomial), let factors = try? polynomial.factors() else { return }
    for (factor, _) in factors { try takeFactor(factor) }
  }

  /// Keeps a polynomial if it is a Darboux polynomial of some states; as a law where its cofactor is 0. Whether that was decided.
  @discardableResult
  private func takeFactor(_ factor: Polynomial) throws(Refusal) -> Bool {
    guard try source.degree(of: factor) > 0 else { return true }
    source.ring.beginWork()
    let found: Polynomial?
    do { found = try source.cofactor(of: factor) } catch { return false }
    guard let cofactor = found else { return true }
    if cofactor.isZero {
      try take(factor)
      return true
    }
    if try Self.occurs(factor, in: darboux.map(\.polynomial)) { return true }
    guard darboux.count < Self.mostDarboux else { return false }
    darboux.append((factor, cofactor))
    return true
  }

  static func occurs(_ polynomial: Polynomial, in list: [Polynomial]) throws(Refusal) -> Bool {
    for other in list where try other.minus(polynomial).isZero { return true }
    return false
  }

  /// The determinant of X⁰ m, …, Xᴺ⁻¹ m over the monomials m up to a degree, factored. A Darboux polynomial of at most that degree is one of
  /// their combinations p, and divides every Xⁱ p, a column of the determinant after a change of basis; so it divides the determinant
  /// (Pereira 2001; Christopher, Llibre and Pereira 2007). Whether that was done: the determinant is not 0 and not too large.
  private func takeExtactic(_ degree: Int) throws(Refusal) -> Bool {
    guard let most = Self.mostStates[degree], stateCount <= most else { return false }
    let monomials = Monomials.all(variables: stateCount, from: 1, upTo: degree)
    guard try hasRegularDerivatives(degree) else { return false }
    source.ring.beginWork()
    let constants = Exponents(repeating: 0, count: source.constants.count)
    do {
      // The column of m = 1 is 0 but for X⁰, so that its row and column are left out.
      var row = try monomials.map { (monomial) throws(Refusal) in try source.polynomial([(1, monomial + constants)]) }
      var rows: [[Polynomial]] = []
      for _ in monomials {
        row = try row.map { (value) throws(Refusal) in try source.derivative(of: value) }
        rows.append(row)
      }
      let determinant = try PolynomialMatrix(rows).minor(without: nil, in: source.ring)
      guard !determinant.isZero else { return false }
      for (factor, _) in try determinant.factors() where try !takeFactor(factor) { return false }
      return true
    } catch { return false }
  }

  /// Whether the determinant is not 0 at a point modulo the prime, and so is not 0: there is no law that is a quotient of polynomials up
  /// to the degree.
  package func hasRegularDerivatives(_ degree: Int) throws(Refusal) -> Bool {
    let all = Monomials.all(variables: stateCount, from: 0, upTo: degree)
    let states = Array(point.prefix(stateCount))
    guard let series = FlowSeries.matrix(special, at: states, all, orders: all.count) else { return false }
    let matrix = try ModularMatrix(
      rows: all.count, columns: all.count, entries: series.flatMap(\.self), field: field)
    return try matrix.independentRows().count == all.count
  }

  /// Polynomials of a given cofactor.
  private func search(_ cofactor: Polynomial) throws(Refusal) {
    guard
      let degree = (1...3).last(where: { degree in
        Monomials.count(variables: stateCount, upTo: degree).map { $0 * stateCount <= Self.mostExponents } ?? false
      })
    else { return }
    let monomials = Monomials.all(variables: stateCount, from: 0, upTo: degree)
    let constants = Array(point.dropFirst(stateCount))
    let image = try FieldImage.terms(cofactor, source, field).fixing(from: stateCount, at: constants, field)
    guard let basis = try? FieldKernel(special, cofactor: image).basis(monomials) else { return }
    for vector in basis.prefix(6) {
      let support = vector.map { monomials[$0.column] }
      let polynomial = try lifted { () throws(Refusal) in try lift.polynomial(on: support, cofactor: cofactor) }
      if let polynomial { try takeFactors(polynomial) }
    }
  }
}
