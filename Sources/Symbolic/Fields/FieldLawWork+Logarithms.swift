import Models

extension FieldLawWork {
  /// The most monomials of the polynomial part.
  private static let mostMonomials = 500
  /// The largest degree of the polynomial part.
  private static let largestDegree = 4

  /// Laws P + Σ λᵢ log|pᵢ| with Darboux polynomials pᵢ: log|pᵢ| moves by its cofactor, so that X·∇P + Σ λᵢ Kᵢ = 0 is linear in P and λ.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func searchLogarithms() throws(Refusal) {
    guard !darboux.isEmpty else { return }
    let constants = Array(point.dropFirst(stateCount))
    var images: [ModularTerms] = []
    for (_, cofactor) in darboux {
      images.append(try FieldImage.terms(cofactor, source, field).fixing(from: stateCount, at: constants, field))
    }
    for degree in 0...Self.largestDegree where !isComplete {
      guard let count = Monomials.count(variables: stateCount, upTo: degree), count <= Self.mostMonomials else {
        return
      }
      let monomials = Monomials.all(variables: stateCount, from: 1, upTo: degree)
      guard let basis = try? FieldKernel(special).basis(monomials, and: images) else { return }
      for vector in basis where !isComplete && (vector.last?.column ?? 0) >= monomials.count {
        let support = vector.filter { $0.column < monomials.count }.map { monomials[$0.column] }
        let used = vector.filter { $0.column >= monomials.count }.map { darboux[$0.column - monomials.count] }
        let law = try lifted { () throws(Refusal) in try lift.combination(on: support, used.map(\.cofactor)) }
        guard let (polynomial, weights) = law else { continue }
        let sign = try Self.sign(polynomial.isZero ? weights.first { !$0.isZero } ?? polynomial : polynomial)
        var parts: [(weight: Polynomial, argument: Polynomial)] = []
        for (weight, part) in zip(weights, used) where !weight.isZero {
          parts.append((try weight.scaled(by: sign), part.polynomial))
        }
        try take(polynomial.scaled(by: sign), parts)
      }
    }
  }

  /// The sign of the first coefficient.
  private static func sign(_ polynomial: Polynomial) throws(Refusal) -> Rational {
    polynomial.isZero ? 1 : try polynomial.term(0).coefficient.hasPrefix("-") ? -1 : 1
  }
}
