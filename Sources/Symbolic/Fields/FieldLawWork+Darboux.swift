import Models

extension FieldLawWork {
  /// The most states for which determinants of derivatives are expanded, by degree.
  private static let mostStates = [1: 5, 2: 2]
  /// The most cofactors whose polynomials are searched.
  private static let mostCofactors = 40
  /// The most monomials of polynomials with a given cofactor.
  private static let mostMonomials = 1_000
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
    try searchCofactors()
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

  private static func occurs(_ polynomial: Polynomial, in list: [Polynomial]) throws(Refusal) -> Bool {
    for other in list where try other.minus(polynomial).isZero { return true }
    return false
  }

  /// The determinant of X⁰ m, …, Xᴺ⁻¹ m over the monomials m up to a degree, factored. A Darboux polynomial of at most that degree is one of
  /// their combinations p, and divides every Xⁱ p, a column of the determinant after a change of basis; so it divides the determinant
  /// (Pereira 2001; Christopher, Llibre and Pereira 2007). Whether that was done: the determinant is not 0 and not too large.
  private func takeExtactic(_ degree: Int) throws(Refusal) -> Bool {
    guard let most = Self.mostStates[degree], stateCount <= most else { return false }
    let monomials = Monomials.all(variables: stateCount, from: 1, upTo: degree)
    let all = Monomials.all(variables: stateCount, from: 0, upTo: degree)
    let states = Array(point.prefix(stateCount))
    guard let series = FlowSeries.matrix(special, at: states, all, orders: all.count) else { return false }
    let matrix = try ModularMatrix(
      rows: all.count, columns: all.count, entries: series.flatMap(\.self), field: field)
    guard try matrix.independentRows().count == all.count else { return false }
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

  /// Polynomials whose cofactor is the divergence of the field, a known cofactor or a sum of two.
  private func searchCofactors() throws(Refusal) {
    var divergence = try Polynomial.constant(0, in: source.ring)
    for (state, rate) in zip(source.states, source.rates) {
      divergence = try divergence.plus(rate.derivative(by: state))
    }
    var cofactors: [Polynomial] = [divergence]
    let known = darboux.map(\.cofactor)
    cofactors += known
    for (k, first) in known.enumerated() {
      for second in known.dropFirst(k) { cofactors.append(try first.plus(second)) }
    }
    var tried: [Polynomial] = []
    for cofactor in cofactors.prefix(Self.mostCofactors) where !cofactor.isZero {
      if try Self.occurs(cofactor, in: tried) { continue }
      tried.append(cofactor)
      try search(cofactor)
    }
  }

  private func search(_ cofactor: Polynomial) throws(Refusal) {
    guard
      let degree = (1...3).last(where: { degree in
        Monomials.count(variables: stateCount, upTo: degree).map { $0 <= Self.mostMonomials } ?? false
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

  // MARK: Products

  /// The most factors p of a product, and the largest power.
  private static let largestPower = 12

  /// Products Π pᵢ^nᵢ with Σ nᵢ Kᵢ = 0, which are laws: their logarithms move by Σ nᵢ Kᵢ.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func combineDarboux() throws(Refusal) {
    guard darboux.count >= 2 else { return }
    var rows: [Exponents: Int] = [:]
    var columns: [[(row: Int, value: UInt64)]] = []
    for (_, cofactor) in darboux {
      columns.append(
        try FieldImage.terms(cofactor, source, field).terms.map { term in
          let row = rows[term.exponents] ?? rows.count
          rows[term.exponents] = row
          return (row, term.coefficient)
        })
    }
    var entries = [UInt64](repeating: 0, count: rows.count * columns.count)
    for (k, column) in columns.enumerated() {
      for part in column { entries[part.row * columns.count + k] = part.value }
    }
    let matrix = try ModularMatrix(rows: rows.count, columns: columns.count, entries: entries, field: field)
    for vector in try matrix.nullSpace() where !isComplete {
      guard let powers = integers(vector) else { continue }
      try takeProduct(powers)
    }
  }

  /// The smallest integers in the ratio of a vector modulo the prime, the first one positive; nil if they are large.
  private func integers(_ vector: [UInt64]) -> [Int]? {
    var (numerators, denominators): ([Int], [Int]) = ([], [])
    for value in vector {
      guard let fraction = field.fraction(value), abs(fraction.numerator) <= Self.largestPower,
        fraction.denominator <= Self.largestPower
      else { return nil }
      numerators.append(fraction.numerator)
      denominators.append(fraction.denominator)
    }
    guard let common = (1...Self.largestPower).first(where: { common in denominators.allSatisfy { common % $0 == 0 } })
    else { return nil }
    let powers = zip(numerators, denominators).map { $0 * (common / $1) }
    guard powers.allSatisfy({ abs($0) <= Self.largestPower }) else { return nil }
    return powers.first { $0 != 0 }.map { first in powers.map { first < 0 ? -$0 : $0 } }
  }

  private func takeProduct(_ powers: [Int]) throws(Refusal) {
    source.ring.beginWork()
    do {
      var (above, below) = (try Polynomial.constant(1, in: source.ring), try Polynomial.constant(1, in: source.ring))
      for (power, factor) in zip(powers, darboux) {
        for _ in 0..<max(0, power) { above = try above.times(factor.polynomial) }
        for _ in 0..<max(0, -power) { below = try below.times(factor.polynomial) }
      }
      if below.degree == 0 { try take(above) } else { try take(above, over: below) }
    } catch { unproved += 1 }
  }
}
