import Models

extension FieldLift {
  /// P in these monomials and λᵢ, polynomials in the constants, not all 0, with X·∇P + Σ λᵢ Kᵢ = 0, checked exactly; nil if none were found.
  ///
  /// - Parameter support: the monomials in the states of such a P at values of the constants.
  /// - Throws: ``Refusal`` if memory is used up.
  package func combination(
    on support: [Exponents], _ cofactors: [Polynomial]
  ) throws(Refusal) -> (polynomial: Polynomial, weights: [Polynomial])? {
    let constants = source.constants.count
    for degree in 0...(constants == 0 ? 0 : Self.mostConstants) {
      guard let count = Monomials.count(variables: constants, upTo: degree), count <= Self.mostUnknowns,
        count * (support.count + cofactors.count) <= Self.mostUnknowns
      else { return nil }
      let factors = Monomials.all(variables: constants, from: 0, upTo: degree)
      let still = Exponents(repeating: 0, count: source.states.count)
      let system = System(
        monomials: factors.flatMap { factor in support.map { $0 + factor } },
        multiples: factors.flatMap { factor in cofactors.indices.map { ($0, still + factor) } })
      let first = try vectors(0, system, cofactors)
      for vector in first.prefix(4) {
        if let found = try lifted(vector, system, cofactors) { return found }
      }
      if !first.isEmpty { return nil }
    }
    return nil
  }

  /// The unknowns: monomials of P, then multiples of cofactors by monomials in the constants.
  private struct System {
    var monomials: [Exponents]
    var multiples: [(cofactor: Int, factor: Exponents)]

    /// Those of some columns alone.
    func restricted(to columns: [Int]) -> System {
      System(
        monomials: columns.filter { $0 < monomials.count }.map { monomials[$0] },
        multiples: columns.filter { $0 >= monomials.count }.map { multiples[$0 - monomials.count] })
    }
  }

  /// Vectors with a multiple of a cofactor.
  private func vectors(
    _ number: Int, _ system: System, _ cofactors: [Polynomial]
  ) throws(Refusal) -> [FieldKernel.Vector] {
    let field = fields[number]
    let images = try cofactors.map { (value) throws(Refusal) in try FieldImage.terms(value, source, field) }
    let further = system.multiples.map { multiple in
      ModularTerms([.init(coefficient: 1, exponents: multiple.factor)]).times(images[multiple.cofactor], field)
    }
    return try kernel(number, nil).basis(system.monomials, and: further)
      .filter { ($0.last?.column ?? 0) >= system.monomials.count }
  }

  private func lifted(
    _ vector: FieldKernel.Vector, _ system: System, _ cofactors: [Polynomial]
  ) throws(Refusal) -> (polynomial: Polynomial, weights: [Polynomial])? {
    let own = system.restricted(to: vector.map(\.column))
    if let found = try checked(vector.map { fields[0].fraction($0.value) }, own, cofactors) { return found }
    guard fields.count == 2, let other = try? vectors(1, own, cofactors), other.count == 1,
      other[0].map(\.column) == Array(vector.indices)
    else { return nil }
    return try checked(
      zip(vector, other[0]).map { fields[0].fraction($0.value, $1.value, modulo: fields[1]) }, own, cofactors)
  }

  private func checked(
    _ fractions: [(numerator: Int, denominator: Int)?], _ system: System, _ cofactors: [Polynomial]
  ) throws(Refusal) -> (polynomial: Polynomial, weights: [Polynomial])? {
    let known = fractions.compactMap(\.self)
    guard known.count == fractions.count, let common = Self.commonDenominator(known.map(\.denominator)) else {
      return nil
    }
    var values: [Rational] = []
    for fraction in known {
      let (value, overflow) = fraction.numerator.multipliedReportingOverflow(by: common / fraction.denominator)
      guard !overflow, value != .min else { return nil }
      values.append(Rational(value))
    }
    source.ring.beginWork()
    let count = system.monomials.count
    let polynomial = try source.polynomial(zip(values, system.monomials).map { ($0, $1) })
    var weights: [Polynomial] = []
    for k in cofactors.indices {
      let own = zip(values[count...], system.multiples).filter { $0.1.cofactor == k }
      weights.append(try source.polynomial(own.map { ($0.0, $0.1.factor) }))
    }
    guard let rise = try? source.derivative(of: polynomial),
      let fall = try? Polynomial.sum(ofProducts: Array(zip(weights, cofactors)), in: source.ring),
      let sum = try? rise.plus(fall)
    else { return nil }
    return sum.isZero && weights.contains { !$0.isZero } ? (polynomial, weights) : nil
  }

  /// The least common multiple; nil where it does not fit 64 bits.
  private static func commonDenominator(_ denominators: [Int]) -> Int? {
    var common = 1
    for denominator in denominators {
      guard let fraction = try? Rational(common, denominator) else { return nil }
      let (product, overflow) = common.multipliedReportingOverflow(by: fraction.denominator)
      guard !overflow else { return nil }
      common = product
    }
    return common
  }
}
