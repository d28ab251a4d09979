import CertificateChecker
import FlowLanguage
import Models

extension GivenSizesProver.Case {
  // MARK: What does not grow

  package func nonincreasing(_ value: Term, _ roots: [Term]) throws(EntryFault) -> ClaimProof? {
    guard !hasPoints || !value.isBatched else { return nil }
    if value.kind == .loss, roots.isEmpty, case .gradient(nil) = reader.file.flow {
      return holds(
        ProofEvidence(.squares, squares: try squares(of: motion.gradients.sorted { $0.key < $1.key }.map(\.value))),
        "the derivative is minus the sum of the squares of the derivatives of the loss")
    }
    let quantity = try reader.read(value)
    guard quantity.values.count == 1 else { return nil }
    let rate = try motion.derivative(of: quantity.values[0])
    if rate.isZero { return holds(ProofEvidence(.squares, squares: []), "the derivative along the flow is 0") }
    // What the claim says of squares must be true as it says it.
    let candidates = roots.isEmpty ? motion.gradients.sorted { $0.key < $1.key }.map(\.value) : try given(roots)
    var rest = rate
    for root in candidates { rest = try refusing { () throws(Refusal) in try rest.plus(root.times(root)) } }
    if rest.isZero {
      return holds(
        ProofEvidence(.squares, squares: try squares(of: candidates)), "the derivative is minus a sum of squares")
    }
    if roots.isEmpty, let monomials = try squaresOfMonomials(rate) {
      return holds(ProofEvidence(.squares, squares: monomials), "the derivative is minus a sum of squares of monomials")
    }
    let search = PointSearch(reader.ring, seed: seed)
    guard let point = try refusing({ () throws(Refusal) in try search.point(of: rate, with: 1) }) else {
      return inconclusive(
        "the derivative is no sum of squares that was tried, and positive at no point that was; give the roots: by …")
    }
    return violated(
      ProofEvidence(.witness, witness: .init(values: point.values, value: point.value)),
      "the derivative along the flow is \(point.value), which is positive")
  }

  private func given(_ roots: [Term]) throws(EntryFault) -> [Polynomial] {
    var all: [Polynomial] = []
    for root in roots { all += try reader.read(root).values }
    return all
  }

  private func squares(of roots: [Polynomial]) throws(EntryFault) -> [ProofEvidence.Square] {
    var squares: [ProofEvidence.Square] = []
    for root in roots where !root.isZero {
      let text = try refusing { () throws(Refusal) in try root.text() }
      squares.append(.init(coefficient: "1", root: text))
    }
    return squares
  }

  /// −Σ c m² of monomials m with c > 0; nil where another term occurs.
  private func squaresOfMonomials(_ rate: Polynomial) throws(EntryFault) -> [ProofEvidence.Square]? {
    var squares: [ProofEvidence.Square] = []
    for k in 0..<rate.count {
      let (coefficient, factors) = try refusing { () throws(Refusal) in try rate.term(k) }
      guard coefficient.hasPrefix("-"), factors.allSatisfy({ $0.exponent.isMultiple(of: 2) }) else { return nil }
      let root = factors.map { factor in
        reader.ring.names[factor.variable] + (factor.exponent == 2 ? "" : "^\(factor.exponent / 2)")
      }.joined(separator: "*")
      squares.append(.init(coefficient: String(coefficient.dropFirst()), root: root.isEmpty ? "1" : root))
    }
    return squares
  }

  // MARK: What is never left

  package func invariant(
    _ sides: Comparison<Term>, _ cofactor: Term?, _ given: [Equation<Term>]
  ) throws(EntryFault) -> ClaimProof? {
    let isUpper = sides.relation == .less || sides.relation == .lessOrEqual
    let right = try reader.read(sides.right)
    let entries = try reader.read(sides.left).combined(right) { (a, b) throws(EntryFault) in
      try refusing { () throws(Refusal) in isUpper ? try b.minus(a) : try a.minus(b) }
    }
    let equations = try differences(given)
    var cofactors: [String] = []
    var isPlain = true
    for (place, q) in entries.values.enumerated() where !q.isZero {
      let rate = try motion.derivative(of: q)
      if let cofactor {
        let k = try reader.read(cofactor).values[0]
        let rest = try refusing { () throws(Refusal) in try rate.minus(k.times(q)) }
        if rest.isZero {
          cofactors.append(try refusing { () throws(Refusal) in try k.text() })
          continue
        }
      }
      if let k = try refusing({ () throws(Refusal) in try rate.divided(by: q) }) {
        cofactors.append(try refusing { () throws(Refusal) in try k.text() })
        continue
      }
      if !equations.isEmpty {
        let (quotients, rest) = try refusing { () throws(Refusal) in try rate.reduced(by: [q] + equations) }
        guard rest.isZero, entries.values.count == 1 else {
          return inconclusive("no cofactor was found with the given equations, which decides nothing")
        }
        isPlain = false
        for quotient in quotients { cofactors.append(try refusing { () throws(Refusal) in try quotient.text() }) }
        continue
      }
      if sides.relation == .equal, let proof = try vector(entries) { return proof }
      return try left(q, rate, sides.relation, place, entries.shape)
    }
    guard isPlain else {
      return holds(
        ProofEvidence(.cofactorModulo, cofactors: cofactors), "the rate is a multiple of it, by the given equations")
    }
    return holds(
      ProofEvidence(.cofactor, cofactors: cofactors),
      cofactors.allSatisfy { $0 == "0" }
        ? "it does not change along the flow" : "its rate is a multiple of it, so that it keeps its sign")
  }

  /// v' = M v keeps v = 0.
  private func vector(_ entries: Entries) throws(EntryFault) -> ClaimProof? {
    let parts = entries.values.filter { !$0.isZero }
    guard parts.count > 1 else { return nil }
    var matrix: [String] = []
    var names: [String] = []
    for part in parts {
      let rate = try motion.derivative(of: part)
      let (quotients, rest) = try refusing { () throws(Refusal) in try rate.reduced(by: parts) }
      guard rest.isZero else { return nil }
      for quotient in quotients { matrix.append(try refusing { () throws(Refusal) in try quotient.text() }) }
      names.append(try refusing { () throws(Refusal) in try part.text() })
    }
    return holds(
      ProofEvidence(.vectorCofactor, cofactors: matrix, entries: names),
      "the rates of the entries are combinations of the entries, so that they stay 0 together")
  }

  /// A point of the boundary through which the flow leaves.
  private func left(
    _ q: Polynomial, _ rate: Polynomial, _ relation: Relation, _ place: Int, _ shape: [Int]
  ) throws(EntryFault) -> ClaimProof {
    let isEquation = relation == .equal
    let search = PointSearch(reader.ring, seed: seed)
    // Of several entries the others would have to be on the right side too.
    guard shape.reduce(1, *) == 1,
      let point = try refusing({ () throws(Refusal) in
        try search.boundary(q, rate: rate) { isEquation ? $0 != 0 : $0 < 0 }
      })
    else { return inconclusive("its rate is no multiple of it, and no point was found through which it is left") }
    let entry = Self.places(place, shape)
    return violated(
      ProofEvidence(
        .boundaryPoint, witness: .init(values: point.values, entry: entry, value: point.value)),
      "left − right is 0\(Self.words(entry)) at a point where its rate is \(point.value)")
  }
}
