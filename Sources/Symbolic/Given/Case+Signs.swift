import CertificateChecker
import FlowLanguage
import Models

extension GivenSizesProver.Case {
  // MARK: What does not grow

  package func nonincreasing(_ value: Term, _ roots: [Term]) throws(EntryFault) -> ClaimProof? {
    let rate: Polynomial
    if value.kind == .loss {
      // L' = Σ ∂L/∂θ θ', also where only the derivatives of the loss are known.
      guard let own = try motion.derivativeOfLoss() else { return nil }
      rate = own
    } else {
      let quantity = try reader.read(value)
      guard quantity.values.count == 1 else { return nil }
      rate = try motion.derivative(of: quantity.values[0])
    }
    if !roots.isEmpty {
      // The claim says which squares they are.
      let stated = try given(roots)
      let rest = try adding(stated, to: rate)
      guard rest.isZero else { return try differs(rest, 0, [], "the derivative plus the squares that the claim names") }
      return holds(
        ProofEvidence(.squares, squares: try squares(of: stated)), "the derivative is minus the sum of these squares")
    }
    if rate.isZero { return holds(ProofEvidence(.squares, squares: []), "the derivative along the flow is 0") }
    let slopes = motion.gradients.sorted { $0.key < $1.key }.map(\.value)
    if !slopes.isEmpty, try adding(slopes, to: rate).isZero {
      return holds(
        ProofEvidence(.squares, squares: try squares(of: slopes)),
        "the derivative is minus the sum of the squares of the derivatives of the loss")
    }
    if let monomials = try squaresOfMonomials(rate, sign: -1) {
      return holds(ProofEvidence(.squares, squares: monomials), "the derivative is minus a sum of squares of monomials")
    }
    let search = PointSearch(reader.ring, seed: seed)
    guard let point = try refusing({ () throws(Refusal) in try search.point(of: rate, with: 1) }) else {
      return inconclusive(
        "the derivative is no sum of squares that was tried, and positive at no point that was; give the roots: by …")
    }
    return try violated(
      ProofEvidence(.witness, witness: .init(values: point.values, value: point.value)), by: [rate],
      "the derivative along the flow is \(point.value), which is positive")
  }

  /// A rate and the squares of roots.
  private func adding(_ roots: [Polynomial], to rate: Polynomial) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in
      try rate.plus(Polynomial.sum(ofProducts: roots.map { ($0, $0) }, in: reader.ring))
    }
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

  /// sign · Σ c m² of monomials m with c > 0; nil where another term occurs.
  private func squaresOfMonomials(_ rate: Polynomial, sign: Int) throws(EntryFault) -> [ProofEvidence.Square]? {
    var squares: [ProofEvidence.Square] = []
    for k in 0..<rate.count {
      let (coefficient, factors) = try refusing { () throws(Refusal) in try rate.term(k) }
      guard coefficient.hasPrefix("-") == (sign < 0), factors.allSatisfy({ $0.exponent.isMultiple(of: 2) }) else {
        return nil
      }
      let root = factors.map { factor in
        reader.ring.names[factor.variable] + (factor.exponent == 2 ? "" : "^\(factor.exponent / 2)")
      }.joined(separator: "*")
      squares.append(
        .init(coefficient: sign < 0 ? String(coefficient.dropFirst()) : coefficient, root: root.isEmpty ? "1" : root))
    }
    return squares
  }

  // MARK: What is never left

  package func invariant(
    _ sides: Comparison<Term>, _ cofactor: Term?, _ given: [Equation<Term>]
  ) throws(EntryFault) -> ClaimProof? {
    let right = try reader.read(sides.right)
    let entries = try reader.read(sides.left).combined(right) { (a, b) throws(EntryFault) in
      try refusing { () throws(Refusal) in try a.minus(b) }
    }
    if let cofactor { return try stated(reader.read(cofactor).values[0], entries) }
    let equations = try differences(given)
    var cofactors: [String] = []
    var isPlain = true
    for (place, q) in entries.values.enumerated() {
      if q.isZero {
        cofactors.append("0")
        continue
      }
      let rate = try motion.derivative(of: q)
      if let k = try refusing({ () throws(Refusal) in try rate.divided(by: q) }) {
        cofactors.append(try refusing { () throws(Refusal) in try k.text() })
        continue
      }
      if !equations.isEmpty {
        let (quotients, rest) = try refusing { () throws(Refusal) in try rate.reduced(by: [q] + equations) }
        if rest.isZero, entries.values.count == 1 {
          isPlain = false
          for quotient in quotients { cofactors.append(try refusing { () throws(Refusal) in try quotient.text() }) }
          continue
        }
        return try apart(entries, sides.relation, equations)
          ?? inconclusive("no cofactor was found with the given equations, which decides nothing")
      }
      if sides.relation == .equal, let proof = try vector(entries) { return proof }
      if entries.values.count == 1, let proof = try pushed(q, rate, sides.relation) { return proof }
      if let proof = try apart(entries, sides.relation, []) { return proof }
      return try left(entries, place, rate, sides.relation)
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

  /// The cofactor that a claim names is part of what it says: (left − right)' = k (left − right).
  private func stated(_ k: Polynomial, _ entries: Entries) throws(EntryFault) -> ClaimProof {
    for (place, q) in entries.values.enumerated() {
      let rate = try motion.derivative(of: q)
      let rest = try refusing { () throws(Refusal) in try rate.minus(k.times(q)) }
      if rest.isZero { continue }
      if case .invariant(_, _, let given) = claim.form, !given.isEmpty {
        return inconclusive(
          "the rate less the cofactor times the value is not 0, whatever the given equations make of it")
      }
      return try differs(rest, place, entries.shape, "the rate less the cofactor times the value")
    }
    let text = try refusing { () throws(Refusal) in try k.text() }
    return holds(
      ProofEvidence(.cofactor, cofactors: entries.values.map { _ in text }),
      "its rate is the given multiple of it, so that it keeps its sign")
  }

  /// q' = −k q ± Σ c m² with squares that push into where the comparison is true (Grönwall).
  private func pushed(_ q: Polynomial, _ rate: Polynomial, _ relation: Relation) throws(EntryFault) -> ClaimProof? {
    guard relation != .equal else { return nil }
    let sign = relation == .less || relation == .lessOrEqual ? -1 : 1
    if let squares = try squaresOfMonomials(rate, sign: sign) {
      return holds(ProofEvidence(.squares, squares: squares), "its rate is a sum of squares of the right sign")
    }
    for factor in try factors(q, rate) {
      let rest = try refusing { () throws(Refusal) in try rate.minus(factor.times(q)) }
      guard let squares = try squaresOfMonomials(rest, sign: sign) else { continue }
      let k = try refusing { () throws(Refusal) in try factor.scaled(by: -1).text() }
      return holds(
        ProofEvidence(.squaresPlusIdeal, cofactors: [k], squares: squares),
        "its rate is a multiple of it and squares of the right sign, so that it keeps its sign (Grönwall)")
    }
    return nil
  }

  /// What q may be multiplied with in its rate: the quotient of the division, and where q has a variable with a number before it, the rate's
  /// slope in this variable over that number.
  private func factors(_ q: Polynomial, _ rate: Polynomial) throws(EntryFault) -> [Polynomial] {
    try refusing { () throws(Refusal) in
      var found = try rate.reduced(by: [q]).quotients
      for variable in try q.variables() {
        guard let slope = try q.derivative(by: variable).constantValue(), slope != 0 else { continue }
        found.append(
          try rate.derivative(by: variable).scaled(by: Rational(slope.denominator, slope.numerator)))
      }
      return found
    }
  }

  /// q > 0 because q, or q² by the given equations, is a positive number and squares.
  private func apart(
    _ entries: Entries, _ relation: Relation, _ equations: [Polynomial]
  ) throws(EntryFault) -> ClaimProof? {
    guard entries.values.count == 1, let q = entries.values.first, relation == .greater || relation == .greaterOrEqual
    else { return nil }
    let squared = try refusing { () throws(Refusal) in try q.times(q) }
    for value in relation == .greater && !equations.isEmpty ? [q, squared] : [q] {
      let (quotients, rest) = try refusing { () throws(Refusal) in
        // An equation whose leading term is another one than that of q² reduces nothing.
        if value === squared, equations.count == 1, !equations[0].isZero {
          for factor in [Rational(1), -1] {
            let rest = try value.minus(equations[0].scaled(by: factor))
            if rest.count <= value.count + equations[0].count - 2 {
              return (quotients: [try Polynomial.constant(factor, in: reader.ring)], remainder: rest)
            }
          }
        }
        return try value.reduced(by: equations)
      }
      guard let squares = try squaresOfMonomials(rest, sign: 1), let number = squares.first(where: { $0.root == "1" })
      else { continue }
      var factors: [String] = []
      for quotient in quotients { factors.append(try refusing { () throws(Refusal) in try quotient.text() }) }
      return holds(
        ProofEvidence(
          .conservedPlusSquare, cofactors: equations.isEmpty ? nil : factors, conserved: number.coefficient,
          squares: squares.filter { $0.root != "1" }),
        value === q
          ? "it is a positive number and squares"
          : "its square is a positive number and squares, by the given equations, so that it keeps its sign")
    }
    return nil
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

  /// A point of the boundary through which the flow leaves: q = 0 and q' points out, and the other entries allow to start there.
  private func left(
    _ entries: Entries, _ place: Int, _ rate: Polynomial, _ relation: Relation
  ) throws(EntryFault) -> ClaimProof {
    let isUpper = relation == .less || relation == .lessOrEqual
    let others = entries.values.indices.filter { $0 != place }
    let conditions = others.map { k in
      (value: entries.values[k], holds: { (sign: Int) -> Bool in relation.isTrue(ofSign: sign) })
    }
    let search = PointSearch(reader.ring, seed: seed)
    let q = entries.values[place]
    guard
      let point = try refusing({ () throws(Refusal) in
        try search.boundary(q, rate: rate, besides: conditions) { sign in
          relation == .equal ? sign != 0 : isUpper ? sign > 0 : sign < 0
        }
      })
    else { return inconclusive("its rate is no multiple of it, and no point was found through which it is left") }
    let entry = GivenClaim.places(place, entries.shape)
    return try violated(
      ProofEvidence(.boundaryPoint, witness: .init(values: point.values, entry: entry, value: point.value)),
      by: [q, rate] + others.map { entries.values[$0] },
      "left − right is 0\(GivenClaim.words(entry)) at a point where its rate is \(point.value)")
  }
}
