import Models

extension FieldLawWork {
  /// The most monomials whose derivatives are compared.
  private static let mostCompared = 180
  /// The most monomials of a relation from which a law is made.
  private static let longestRelation = 6
  /// Relations that are tried.
  private static let mostRelations = 12

  /// Laws that are quotients of polynomials up to a degree, by relations between monomials.
  ///
  /// h = P/Q is a law with P and Q of degree ≤ d if and only if the monomials of degree ≤ d satisfy the relation P − h Q = 0, whose
  /// coefficients are constants along the flow. Functions satisfy such a relation if and only if their Wronskian, the determinant of
  /// the derivatives Xⁱ m, is 0. So their number less the rank of (Xⁱ m) at a point modulo a prime bounds the dimension of all relations
  /// from above; those that known laws give, times monomials, bound it from below. Where both agree every relation is one of the
  /// known ones: a law h that is independent of them would give P(y) = h Q(y) at points y where the known laws have the same values
  /// and h another one.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func searchQuotients() throws(Refusal) {
    guard let degree = comparedDegree else { return }
    let monomials = Monomials.all(variables: stateCount, from: 0, upTo: degree)
    let states = Array(point.prefix(stateCount))
    guard let rows = FlowSeries.matrix(special, at: states, monomials, orders: monomials.count) else { return }
    let relations = try ModularMatrix(
      rows: rows.count, columns: monomials.count, entries: rows.flatMap(\.self), field: field
    ).nullSpace()
    var known = try knownRelations(monomials, degree)
    if known.count < relations.count {
      let sorted = relations.map { vector in vector.indices.filter { vector[$0] != 0 } }
        .enumerated().sorted { $0.element.count < $1.element.count }
      var tries = 0
      for (place, support) in sorted where !isComplete && tries < Self.mostRelations {
        guard support.count <= Self.longestRelation, !known.contains(relations[place]) else { continue }
        tries += 1
        if try takeQuotients(support.map { monomials[$0] }) { known = try knownRelations(monomials, degree) }
      }
    }
    quotients = .init(degree: degree, isExhaustive: known.count == relations.count)
  }

  /// The largest degree whose monomials are compared; nil if there is none.
  private var comparedDegree: Int? {
    let most = min(degree ?? FieldLawSearch.largestChosen, FieldLawSearch.largestChosen)
    return (1...most).last { degree in
      Monomials.count(variables: stateCount, upTo: degree).map { $0 <= Self.mostCompared } ?? false
    }
  }

  /// m(y) (P(y) − h Q(y)) for known laws h = P/Q and monomials m, as vectors over monomials y.
  private func knownRelations(_ monomials: [Exponents], _ degree: Int) throws(Refusal) -> ModularSpan {
    var places: [Exponents: Int] = [:]
    for (place, monomial) in monomials.enumerated() { places[monomial] = place }
    let states = Array(point.prefix(stateCount))
    var span = ModularSpan(field)
    for law in found where law.degree <= degree && law.quantity.logarithms.isEmpty {
      let one = ModularTerms([.init(coefficient: 1, exponents: Exponents(repeating: 0, count: stateCount))])
      let below = law.image.denominator ?? one
      let (p, q) = (law.image.numerator.value(at: states, field), below.value(at: states, field))
      let factors = monomials.filter { $0.reduce(0) { $0 + Int($1) } <= degree - law.degree }
      for factor in factors {
        var vector = [UInt64](repeating: 0, count: monomials.count)
        // q P − p Q, so that nothing is divided by.
        for (terms, scale) in [(law.image.numerator, q), (below, field.negative(p))] {
          for term in terms.terms {
            guard let place = places[zip(term.exponents, factor).map({ $0 &+ $1 })] else { continue }
            vector[place] = field.add(vector[place], field.multiply(scale, term.coefficient))
          }
        }
        span.insert(vector)
      }
    }
    return span
  }

  /// The laws that a relation of some monomials gives, none of which can be left out: the quotients of its coefficients, which are minors of
  /// (Xⁱ m) (Cramer). Whether there was a new one.
  private func takeQuotients(_ monomials: [Exponents]) throws(Refusal) -> Bool {
    let size = monomials.count
    guard size >= 2 else { return false }
    source.ring.beginWork()
    let constants = Exponents(repeating: 0, count: source.constants.count)
    var rows: [[Polynomial]] = [[]]
    for monomial in monomials { rows[0].append(try source.polynomial([(1, monomial + constants)])) }
    let minors: [Polynomial]
    do {
      for k in 1..<max(1, size - 1) {
        rows.append(try rows[k - 1].map { (value) throws(Refusal) in try source.derivative(of: value) })
      }
      let matrix = PolynomialMatrix(Array(rows.prefix(size - 1)))
      minors = try (0..<size).map { (left) throws(Refusal) in try matrix.minor(without: left, in: source.ring) }
    } catch { return false }
    guard let last = minors.last, !last.isZero else { return false }
    var isNew = false
    for minor in minors.dropLast() where !minor.isZero && !isComplete {
      guard let divisor = try? minor.commonDivisor(last), let above = try? minor.divided(by: divisor)?.primitive(),
        let below = try? last.divided(by: divisor)?.primitive()
      else { continue }
      let (p, q) = (try source.degree(of: above), try source.degree(of: below))
      if p == 0, q == 0 { continue }
      // A factor of constants alone is left out.
      if q == 0 {
        isNew = try take(above) || isNew
      } else if p == 0 {
        isNew = try take(below) || isNew
      } else {
        isNew = try take(above, over: below) || isNew
      }
    }
    return isNew
  }
}
