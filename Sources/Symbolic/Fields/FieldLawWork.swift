import Models

/// A search that goes on: what was found so far.
package final class FieldLawWork {
  package let source: PolynomialField
  package let field: PrimeField
  package let lift: FieldLift
  /// The field modulo the prime at values of its constants.
  package let special: FieldImage
  /// Values of the states and the constants.
  package let point: [UInt64]
  package let degree: Int?
  package var random: SplitMix

  package var found: [Found] = []
  package var darboux: [(polynomial: Polynomial, cofactor: Polynomial)] = []
  package var polynomials = FieldLaws.Scope(degree: 0, isExhaustive: false)
  package var quotients = FieldLaws.Scope(degree: 0, isExhaustive: false)
  package var invariantSets = FieldLaws.Scope(degree: 0, isExhaustive: false)
  package var unproved = 0
  /// Candidates that may yet fail to be lifted from the prime, and terms of polynomials that may yet be factored.
  private var budget = (failures: 80, factored: 40_000)
  private var span: ModularSpan

  /// A law that is proved.
  package struct Found {
    package let numerator: Polynomial
    package let denominator: Polynomial?
    package let quantity: ConservedQuantity
    package let degree: Int
    package let isIndependent: Bool
    /// P and Q modulo the prime at values of the constants.
    package let image: (numerator: ModularTerms, denominator: ModularTerms?)
  }

  package init(
    _ source: PolynomialField, _ field: PrimeField, seed: UInt64, degree: Int?
  ) throws(Refusal) {
    var random = SplitMix(seed: seed, stream: 0x6669)
    let point = (0..<source.names.count).map { _ in random.below(field.prime) }
    (self.source, self.field, self.point, self.degree, self.random) = (source, field, point, degree, random)
    lift = try FieldLift(source, field)
    special = lift.image.fixing(Array(point.dropFirst(source.states.count)))
    span = ModularSpan(field)
  }

  /// What a candidate is lifted to from the prime; nil also where too many could not be, as that takes long where there are constants.
  package func lifted<Value>(_ body: () throws(Refusal) -> Value?) throws(Refusal) -> Value? {
    guard budget.failures > 0 else { return nil }
    let value = try body()
    if value == nil { budget.failures -= 1 }
    return value
  }

  /// Whether a polynomial may be factored besides those before it.
  package func mayFactor(_ polynomial: Polynomial) -> Bool {
    budget.factored -= polynomial.count
    return budget.factored >= 0
  }

  package var stateCount: Int { source.states.count }
  /// Number of independent laws.
  package var independentCount: Int { span.count }
  /// The most there can be.
  package var bound: Int { source.isZero ? stateCount : stateCount - 1 }
  package var isComplete: Bool { independentCount >= bound }

  package func run() throws(Refusal) -> FieldLaws {
    try searchPolynomials()
    if !source.isZero {
      try searchDarboux()
      try combineDarboux()
      if !isComplete { try searchLogarithms() }
      // A law with logarithms does not tell whether there are quotients.
      if !isComplete || found.contains(where: { !$0.quantity.logarithms.isEmpty }) { try searchQuotients() }
    }
    return try result()
  }

  /// Keeps a law with logarithms that was proved, if it is independent.
  package func take(
    _ polynomial: Polynomial, _ logarithms: [(weight: Polynomial, argument: Polynomial)]
  ) throws(Refusal) {
    let constants = Array(point.dropFirst(stateCount))
    func image(_ polynomial: Polynomial) throws(Refusal) -> ModularTerms {
      try FieldImage.terms(polynomial, source, field).fixing(from: stateCount, at: constants, field)
    }
    let states = Array(point.prefix(stateCount))
    let own = try image(polynomial)
    var gradient = own.gradient(at: states, count: stateCount, field)
    var parts: [ConservedQuantity.Logarithm] = []
    var degree = try source.degree(of: polynomial)
    for (weight, argument) in logarithms {
      let terms = try image(argument)
      guard let inverse = field.inverse(terms.value(at: states, field)), let weightLaw = try? law(weight),
        let argumentLaw = try? law(argument)
      else { return }
      let factor = field.multiply(inverse, try image(weight).value(at: states, field))
      for (k, slope) in terms.gradient(at: states, count: stateCount, field).enumerated() {
        gradient[k] = field.add(gradient[k], field.multiply(factor, slope))
      }
      parts.append(.init(weight: weightLaw, argument: argumentLaw))
      degree = max(degree, try source.degree(of: argument))
    }
    guard let ownLaw = try? law(polynomial), span.insert(gradient) else { return }
    found.append(
      Found(
        numerator: polynomial, denominator: nil, quantity: .init(ownLaw, logarithms: parts), degree: degree,
        isIndependent: true, image: (own, nil)))
  }

  /// Proves a law and keeps it, also where it depends on others if that is wanted; whether it was kept.
  ///
  /// - Throws: ``Refusal`` if memory is used up; what is too large to be proved is not kept.
  @discardableResult
  package func take(
    _ numerator: Polynomial, over denominator: Polynomial? = nil, evenDependent: Bool = false
  ) throws(Refusal) -> Bool {
    source.ring.beginWork()
    guard let isLaw = try? source.conserves(numerator, over: denominator), isLaw,
      let quantity = try? ConservedQuantity(
        law(numerator), over: denominator.map { (value) throws(Refusal) in try law(value) })
    else {
      unproved += 1
      return false
    }
    let constants = Array(point.dropFirst(stateCount))
    let image = try FieldImage.terms(numerator, source, field).fixing(from: stateCount, at: constants, field)
    let below = try denominator.map { (value) throws(Refusal) in
      try FieldImage.terms(value, source, field).fixing(from: stateCount, at: constants, field)
    }
    let isNew = span.insert(gradient(image, below))
    guard isNew || evenDependent else { return false }
    var degree = try source.degree(of: numerator)
    if let denominator { degree = max(degree, try source.degree(of: denominator)) }
    found.append(
      Found(
        numerator: numerator, denominator: denominator, quantity: quantity, degree: degree, isIndependent: isNew,
        image: (image, below)))
    return true
  }

  /// The direction of the gradient in the states at the point: ∇P, or Q ∇P − P ∇Q.
  private func gradient(_ numerator: ModularTerms, _ denominator: ModularTerms?) -> [UInt64] {
    let states = Array(point.prefix(stateCount))
    let own = numerator.gradient(at: states, count: stateCount, field)
    guard let denominator else { return own }
    let (p, q) = (numerator.value(at: states, field), denominator.value(at: states, field))
    return zip(own, denominator.gradient(at: states, count: stateCount, field)).map {
      field.subtract(field.multiply(q, $0), field.multiply(p, $1))
    }
  }

  /// A polynomial over ``FieldLaws/names``.
  ///
  /// - Throws: ``Refusal`` for coefficients of more than 64 bits.
  package func law(_ polynomial: Polynomial) throws(Refusal) -> LawPolynomial {
    var terms: [LawPolynomial.Term] = []
    for term in try source.terms(of: polynomial) {
      guard let coefficient = Polynomial.fraction(term.coefficient) else {
        throw Refusal("the coefficient \(term.coefficient) needs more than 64 bits", remedy: "use smaller numbers")
      }
      // Constants are first.
      let variables = term.exponents.enumerated().flatMap { place, power in
        Array(
          repeating: place < stateCount ? place + source.constants.count : place - stateCount, count: Int(power))
      }
      terms.append(.init(coefficient, variables))
    }
    return try LawPolynomial(terms)
  }

  private func result() throws(Refusal) -> FieldLaws {
    let names = Array(source.names.dropFirst(stateCount) + source.names.prefix(stateCount))
    var sets: [FieldLaws.Darboux] = []
    for (polynomial, cofactor) in darboux {
      guard let own = try? law(polynomial), let factor = try? law(cofactor) else {
        // What cannot be listed is not claimed to be.
        invariantSets = .init(degree: invariantSets.degree, isExhaustive: false)
        continue
      }
      sets.append(
        .init(
          polynomial: own, cofactor: factor, text: own.text(names), cofactorText: factor.text(names),
          degree: try source.degree(of: polynomial)))
    }
    return FieldLaws(
      name: source.name, names: names, stateCount: stateCount, isStill: source.isZero,
      laws: found.map {
        .init(
          quantity: $0.quantity, text: $0.quantity.text(names), degree: $0.degree, isIndependent: $0.isIndependent)
      }, darboux: sets, polynomials: polynomials, quotients: quotients, invariantSets: invariantSets,
      unproved: unproved)
  }
}
