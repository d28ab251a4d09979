import Models

extension FieldLawWork {
  /// The most columns of a determinant that is taken on lines.
  private static let mostColumns = 10
  /// The most terms of one of its entries.
  private static let mostTerms = 3_000

  /// Whether it is proved that every irreducible Darboux polynomial of at most a degree, with rational coefficients, is in ``darboux``.
  ///
  /// All of them divide the determinant of Xⁱ b, b a basis of the polynomials up to the degree, as in ``searchDarboux()``. A product b of known
  /// ones divides its own column, and is divided out: of b with the cofactor K remain c₀ = 1, cᵢ₊₁ = X cᵢ + K cᵢ. Another
  /// Darboux polynomial p divides what remains. On a line what remains is a polynomial in one variable that is factored over the rational
  /// numbers; where it has no factor of at most the degree, p is constant on that line. Lines are taken until only constants are
  /// constant on all of them.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func isExcludedByLines(_ degree: Int) throws(Refusal) -> Bool {
    guard source.constants.isEmpty, stateCount >= 2,
      let count = Monomials.count(variables: stateCount, upTo: degree), count <= Self.mostColumns,
      try hasRegularDerivatives(degree)
    else { return false }
    do {
      let rows = try derivatives(of: basis(degree))
      let monomials = Monomials.all(variables: stateCount, from: 1, upTo: degree)
      var (constant, failures) = (ModularSpan(field), 0)
      for _ in 0..<2 * count where constant.count < monomials.count {
        let line = (0..<stateCount).map { _ in
          (start: Int(random.below(19)) - 9, slope: 1 + Int(random.below(9)))
        }
        guard try hasOnlyLargeFactors(rows, on: line, above: degree) else {
          // A line may meet what remains in rational points by chance.
          failures += 1
          guard failures < 3 else { return false }
          continue
        }
        for condition in conditions(line, monomials, degree) { constant.insert(condition) }
      }
      return constant.count == monomials.count
    } catch { return false }
  }

  /// Products of known Darboux polynomials with their cofactors, and monomials, that are a basis of the polynomials up to a degree.
  private func basis(_ degree: Int) throws(Refusal) -> [(polynomial: Polynomial, cofactor: Polynomial?)] {
    let monomials = Monomials.all(variables: stateCount, from: 0, upTo: degree)
    var places: [Exponents: Int] = [:]
    for (place, monomial) in monomials.enumerated() { places[monomial] = place }
    var span = ModularSpan(field)
    var chosen: [(polynomial: Polynomial, cofactor: Polynomial?)] = []
    func choose(_ polynomial: Polynomial, _ cofactor: Polynomial?) throws(Refusal) {
      var vector = [UInt64](repeating: 0, count: monomials.count)
      for term in try FieldImage.terms(polynomial, source, field).terms {
        if let place = places[term.exponents] { vector[place] = term.coefficient }
      }
      if span.insert(vector) { chosen.append((polynomial, cofactor)) }
    }
    func extend(_ polynomial: Polynomial, _ cofactor: Polynomial, _ first: Int) throws(Refusal) {
      for k in first..<darboux.count where chosen.count < monomials.count {
        let product = try polynomial.times(darboux[k].polynomial)
        guard try source.degree(of: product) <= degree else { continue }
        let sum = try cofactor.plus(darboux[k].cofactor)
        try choose(product, sum)
        try extend(product, sum, k)
      }
    }
    try extend(Polynomial.constant(1, in: source.ring), Polynomial.constant(0, in: source.ring), 0)
    for monomial in monomials { try choose(source.polynomial([(1, monomial)]), nil) }
    return chosen
  }

  /// Xⁱ b, or cᵢ where b has a cofactor, a row for every i.
  private func derivatives(of basis: [(polynomial: Polynomial, cofactor: Polynomial?)]) throws(Refusal)
    -> [[Polynomial]]
  {
    let one = try Polynomial.constant(1, in: source.ring)
    var rows = [basis.map { $0.cofactor == nil ? $0.polynomial : one }]
    for k in 1..<basis.count {
      source.ring.beginWork()
      var row: [Polynomial] = []
      for (value, column) in zip(rows[k - 1], basis) {
        let rise = try source.derivative(of: value)
        row.append(try column.cofactor.map { (factor) throws(Refusal) in try rise.plus(factor.times(value)) } ?? rise)
        guard row[row.count - 1].count <= Self.mostTerms else {
          throw Refusal("a derivative has too many terms", remedy: "use a smaller degree", settings: [])
        }
      }
      rows.append(row)
    }
    return rows
  }

  /// Whether the determinant on a line is not 0 and has no factor of at most a degree.
  private func hasOnlyLargeFactors(
    _ rows: [[Polynomial]], on line: [(start: Int, slope: Int)], above degree: Int
  ) throws(Refusal) -> Bool {
    source.ring.beginWork()
    let time = source.states[0]
    var values: [Polynomial] = []
    for variable in source.ring.names.indices {
      guard let place = source.states.firstIndex(of: variable) else {
        values.append(try Polynomial.constant(0, in: source.ring))
        continue
      }
      values.append(
        try Polynomial.sum(
          [(Rational(line[place].start), []), (Rational(line[place].slope), [(time, 1)])], in: source.ring))
    }
    var taken: [[Polynomial]] = []
    for row in rows { taken.append(try row.map { (value) throws(Refusal) in try value.composed(with: values) }) }
    let determinant = try PolynomialMatrix(taken).minor(without: nil, in: source.ring)
    guard !determinant.isZero else { return false }
    return try determinant.factors().allSatisfy { $0.factor.degree > degree }
  }

  /// What makes a polynomial of these monomials constant on a line: its coefficients of t, …, t^degree, as vectors over the monomials.
  private func conditions(_ line: [(start: Int, slope: Int)], _ monomials: [Exponents], _ degree: Int) -> [[UInt64]] {
    let powers = monomials.map { monomial in
      var series: [UInt64] = [1] + [UInt64](repeating: 0, count: degree)
      for (exponent, part) in zip(monomial, line) {
        let (start, slope) = (field.residue(part.start), field.residue(part.slope))
        for _ in 0..<exponent {
          for k in stride(from: degree, through: 0, by: -1) {
            let below = k > 0 ? field.multiply(slope, series[k - 1]) : 0
            series[k] = field.add(field.multiply(start, series[k]), below)
          }
        }
      }
      return series
    }
    return (1...degree).map { k in powers.map { $0[k] } }
  }
}
