import Models

/// Laws of momentum: exp(τt) ⟨Aθ, v⟩ with A antisymmetric and ⟨Aθ, ∇φₖ⟩ = 0 for every output, since
/// d/dt ⟨Aθ, v⟩ = ⟨Av, v⟩ − τ ⟨Aθ, v⟩ − Σₖ gₖ ⟨Aθ, ∇φₖ⟩ (Marcotte, Gribonval, Peyré 2024: rotations that keep the model).
extension LawSearch {
  /// c (θᵢ vⱼ − θⱼ vᵢ), summed.
  private typealias Rotation = [(c: Rational, i: Int, j: Int)]

  /// The count in θ, v and t, against 2D + 1 less the dimension of the Lie algebra.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package mutating func momentumCount() throws(Refusal) -> LawCount {
    let count = model.parameterCount
    var generator = SplitMix(seed: seed, stream: 0x6d6f)
    let state = (0..<2 * count + 1).map { _ in generator.below(field.prime) }
    var span = ModularSpan(field)
    var pending = ModularSpan(field)
    var (families, independent) = ([LawCount.Family](), [ConservedQuantity]())
    let names = model.parameterNames + model.parameterNames.map { "v_\($0)" }
    for (text, rotations) in try structuralRotations() {
      var quantities: [ConservedQuantity] = []
      for rotation in rotations {
        let quantity = try quantity(rotation)
        quantities.append(quantity)
        let gradient = try gradient(quantity, at: state)
        pending.insert(gradient)
        if span.insert(gradient) { independent.append(quantity) }
      }
      families.append(.init(text: text, quantities: quantities, proof: .symmetry))
    }
    let sampler: FieldSampler
    do { sampler = try FieldSampler(model, field: field) } catch {
      return result(families, independent, nil, "\(error)", 0, 0, names)
    }
    var rank = LieRank(sampler, seed: seed)
    try rank.raise(to: 2 * count + 1 - independent.count)
    var refuted = 0
    if rank.rank < 2 * count + 1 - independent.count, count <= Self.largestRotation {
      let expansion = try? ModelExpansion(model)
      for rotation in try candidateRotations() where independent.count < 2 * count + 1 - rank.rank {
        let quantity = try quantity(rotation)
        let gradient = try gradient(quantity, at: state)
        guard !span.contains(gradient) else { continue }
        guard let isLaw = try? expansion?.isInvariant(underRotation: rotation) else {
          pending.insert(gradient)
          continue
        }
        guard isLaw else {
          refuted += 1
          continue
        }
        span.insert(gradient)
        pending.insert(gradient)
        independent.append(quantity)
        families.append(.init(text: quantity.text(names), quantities: [quantity], proof: .expansion))
      }
    }
    return result(families, independent, rank.evidence, nil, pending.count - span.count, refuted, names)
  }

  /// The most parameters in which all rotations are searched: D(D − 1)/2 unknowns.
  package static let largestRotation = 60

  private func result(
    _ families: [LawCount.Family], _ independent: [ConservedQuantity], _ evidence: RankEvidence?, _ refusal: String?,
    _ unproved: Int, _ refuted: Int, _ names: [String]
  ) -> LawCount {
    let upper = evidence.map { 2 * model.parameterCount + 1 - $0.rank }
    return LawCount(
      parameters: model.parameterCount, families: families, independent: independent, upperBound: upper,
      boundRefusal: refusal, evidence: evidence, localLaws: upper == independent.count ? upper : nil,
      unproved: unproved,
      refuted: refuted, degrees: [2], scope: model.scope, names: names)
  }

  private func quantity(_ rotation: Rotation) throws(Refusal) -> ConservedQuantity {
    let count = model.parameterCount
    var terms: [LawPolynomial.Term] = []
    for (c, i, j) in rotation {
      terms.append(.init(c, [i, count + j]))
      terms.append(.init(-c, [j, count + i]))
    }
    return ConservedQuantity(try LawPolynomial(terms))
  }

  /// The gradient of exp(τt) Q by θ, v and t at t = 0. The entry of t tells nothing new: Q is a function of θ and v.
  private func gradient(_ quantity: ConservedQuantity, at state: [UInt64]) throws(Refusal) -> [UInt64] {
    try quantity.gradient(at: Array(state.dropLast()), field)
  }

  /// A Gram law whose coefficients are ±1 says that all of its factors may be turned together: by M and M⁻ᵀ for every invertible M, which
  /// for a rotation are the same.
  private func structuralRotations() throws(Refusal) -> [(text: String, rotations: [Rotation])] {
    guard usesLabels, model.observed == nil else { return [] }
    var found: [(String, [Rotation])] = []
    for law in try model.program.laws(of: [model.output]) where law.kind == .gram {
      guard law.terms.allSatisfy({ abs($0.coefficient.numerator) == 1 && $0.coefficient.denominator == 1 }) else {
        continue
      }
      // Entries of the Gram matrix off its diagonal are ⟨slice k, slice l⟩: their factors are the pairs to be turned.
      var rotations: [Rotation] = []
      for row in law.rows(in: model.program) {
        let pairs = row.monomials.compactMap { monomial in monomial.second.map { (monomial.first, $0) } }
        guard pairs.allSatisfy({ $0.0 != $0.1 }) else { continue }
        rotations.append(pairs.map { (c: 1, i: $0.0, j: $0.1) })
      }
      guard !rotations.isEmpty else { continue }
      let blocks = law.terms.map { model.program.blocks[$0.block].name }
      found.append(
        ("rotation of \(blocks.joined(separator: ", ")): \(StructuralLaws.text(law, model.program))", rotations))
    }
    return found
  }

  /// Solutions A of Σ Aᵢⱼ (θᵢ ∂ⱼφ − θⱼ ∂ᵢφ) = 0 modulo the prime.
  private func candidateRotations() throws(Refusal) -> [Rotation] {
    var still = model
    still.flow = .gradient
    let sampler = try FieldSampler(still, field: field)
    let count = model.parameterCount
    let pairs = (0..<count).flatMap { i in (i + 1..<max(count, i + 1)).map { (i, $0) } }
    var generator = SplitMix(seed: seed, stream: 0x726f)
    var entries: [UInt64] = []
    let rows = pairs.count + GradedKernel.spare
    for _ in 0..<rows {
      let point = sampler.point(&generator)
      guard let g = sampler.gradient(at: point, &generator) else { continue }
      for (i, j) in pairs {
        entries.append(field.subtract(field.multiply(point[i], g[j]), field.multiply(point[j], g[i])))
      }
    }
    guard !pairs.isEmpty else { return [] }
    let matrix = try ModularMatrix(
      rows: entries.count / pairs.count, columns: pairs.count, entries: entries, field: field)
    return try matrix.nullSpace().compactMap { vector in
      var rotation: Rotation = []
      for (residue, pair) in zip(vector, pairs) where residue != 0 {
        guard let (n, d) = field.fraction(residue), let c = try? Rational(n, d) else { return nil }
        rotation.append((c, pair.0, pair.1))
      }
      return rotation
    }
  }
}
