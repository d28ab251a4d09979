import FlowLanguage

/// Checks the evidence that a claim holds, at sizes that have numbers.
package struct ProofCheck {
  package let reading: ClaimReading
  package let evidence: ProofEvidence
  package let budget: Budget
  package let variables: Variables

  package init(_ reading: ClaimReading, _ evidence: ProofEvidence) {
    (self.reading, self.evidence) = (reading, evidence)
    (budget, variables) = (reading.budget, reading.expander.variables)
  }

  /// - Returns: Remarks on the scope of what is proved.
  package func check() throws(Rejection) -> [String] {
    try checkMembers()
    if reading.expander.atoms != nil { try checkReadsAtoms() }
    switch evidence.kind {
    case .identity: try identity()
    case .cofactor: try cofactor()
    case .cofactorModulo: try cofactorModulo()
    case .vectorCofactor: try vectorCofactor()
    case .conservedPlusSquare: try conservedPlusSquare()
    case .squares: try squares()
    case .squaresPlusIdeal: try squaresPlusIdeal()
    case .ideal: try ideal()
    case .rationalLaw: try rationalLaw()
    case .boundaryPoint, .witness, .matrices:
      throw Rejection("a point supports no verdict but violated")
    }
    return try remarks()
  }

  /// Refuses what the kind does not use: it would be carried unchecked.
  private func checkMembers() throws(Rejection) {
    let allowed: [String: [ProofEvidence.Kind]] = [
      "cofactors": [.cofactor, .cofactorModulo, .vectorCofactor, .conservedPlusSquare, .squaresPlusIdeal, .ideal],
      "entries": [.vectorCofactor, .rationalLaw], "conserved": [.conservedPlusSquare, .squaresPlusIdeal],
      "squares": [.conservedPlusSquare, .squares, .squaresPlusIdeal], "witness": [],
    ]
    let present = [
      "cofactors": evidence.cofactors != nil, "entries": evidence.entries != nil,
      "conserved": evidence.conserved != nil, "squares": evidence.squares != nil, "witness": evidence.witness != nil,
    ]
    for (member, kinds) in allowed.sorted(by: { $0.key < $1.key }) {
      if present[member] == true, !kinds.contains(evidence.kind) {
        throw Rejection("evidence of kind \(evidence.kind.rawValue) has no \(member)")
      }
    }
  }

  /// Of functions that are no polynomials, equations are read and sums of squares of polynomials; what a pole or a bend does to the sign of
  /// something is not.
  private func checkReadsAtoms() throws(Rejection) {
    switch (reading.form, evidence.kind) {
    case (.constant, .identity), (.identity, .identity), (.nonincreasing, .identity), (.nonincreasing, .squares): break
    default:
      throw Rejection(
        "evidence of kind \(evidence.kind.rawValue) is not read for this claim, which depends on functions that are no polynomials"
      )
    }
  }

  private func remarks() throws(Rejection) -> [String] {
    var remarks: [String] = []
    if !reading.given.isEmpty { remarks.append("while the given equations hold") }
    if case .always = reading.form { remarks.append("as long as the flow exists") }
    if let atoms = reading.expander.atoms {
      remarks += atoms.remarks
    } else if try dividesBySomething() {
      remarks.append("where no denominator is 0")
    }
    return remarks
  }

  private func dividesBySomething() throws(Rejection) -> Bool {
    let values: [Quotient]
    switch reading.form {
    case .identity(let difference): values = difference
    case .constant(let value, let rate): values = value + [rate]
    case .nonincreasing(let value, let roots): values = [value] + (roots ?? [])
    case .invariant(let value, _, _), .always(let value, _): values = value
    }
    if values.contains(where: { $0.polynomial == nil }) { return true }
    if case .identity = reading.form, !reading.expander.asksForMotion { return false }
    return try reading.expander.motion().velocities.values.contains { $0.polynomial == nil }
  }

  // MARK: Texts

  package func polynomials(_ texts: [String]?, _ what: String, count: Int?) throws(Rejection) -> [Quotient] {
    guard let texts else { throw Rejection("evidence of kind \(evidence.kind.rawValue) has no \(what)") }
    if let count, texts.count != count {
      throw Rejection("the evidence has \(texts.count) \(what), \(count) were expected")
    }
    var found: [Quotient] = []
    for text in texts { found.append(Quotient(try PolynomialText.parse(text, variables, budget))) }
    return found
  }

  /// Σ cᵢ sᵢ² with cᵢ > 0.
  package func sumOfSquares() throws(Rejection) -> Quotient {
    guard let squares = evidence.squares else {
      throw Rejection("evidence of kind \(evidence.kind.rawValue) has no squares")
    }
    var sum = Quotient.zero
    for square in squares {
      let coefficient = try Fraction.parse(square.coefficient)
      guard coefficient.sign > 0 else {
        throw Rejection("the coefficient \(coefficient.text) of a square is not positive")
      }
      let root = try PolynomialText.parse(square.root, variables, budget)
      try sum.add(Quotient(root.times(root, budget).scaled(by: coefficient)), budget)
    }
    return sum
  }

  package func expectZero(_ value: Quotient, _ what: String) throws(Rejection) {
    let rest = try reading.expander.atoms?.rest(value.numerator) ?? value.numerator
    guard !rest.isZero else { return }
    let count = rest.terms.count
    throw Rejection("\(what) is not 0: \(count) term\(count == 1 ? "" : "s") remain")
  }

  /// The compared values and the relation of an invariant; of `always` the start has been looked at.
  package func compared() throws(Rejection) -> (values: [Polynomial], relation: Relation) {
    let (values, relation): ([Quotient], Relation)
    switch reading.form {
    case .invariant(let own, let stated, let cofactor):
      (values, relation) = (own, stated)
      if let cofactor {
        // Where a cofactor has a pole q may pass 0.
        guard cofactor.polynomial != nil else { throw Rejection("the claim's cofactor has a denominator") }
        for entry in own {
          try expectZero(
            reading.derivative(entry).minus(cofactor.times(entry, budget), budget), "q' − k q with the claim's cofactor"
          )
        }
      }
    case .always(let own, let stated):
      (values, relation) = (own, stated)
      let start = try Start(reading.expander)
      for entry in own {
        guard let value = try entry.value(at: start.point, budget), stated.holds(value) else {
          throw Rejection("the comparison is not true at the start")
        }
      }
    default:
      throw Rejection("evidence of kind \(evidence.kind.rawValue) supports invariants, and the claim is none")
    }
    var polynomials: [Polynomial] = []
    for value in values {
      guard let polynomial = value.polynomial else {
        throw Rejection("an invariant with a denominator is not supported")
      }
      polynomials.append(polynomial)
    }
    return (polynomials, relation)
  }
}
