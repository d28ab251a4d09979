import FlowLanguage

/// Checks the evidence that a claim is violated: an exact point.
///
/// With any loss the symbols grad(f)[k] may have every value: the loss Σ_k G_k f_k has these derivatives.
package struct PointCheck {
  package let reading: ClaimReading
  package let evidence: ProofEvidence
  package let witness: ProofEvidence.Witness
  private let budget: Budget
  private let known = KnownValues()

  package init(_ reading: ClaimReading, _ evidence: ProofEvidence) throws(Rejection) {
    guard let witness = evidence.witness else { throw Rejection("the evidence has no witness") }
    (self.reading, self.evidence, self.witness, budget) = (reading, evidence, witness, reading.budget)
  }

  /// - Returns: What fails there, as a sentence.
  package func check() throws(Rejection) -> String {
    guard [.witness, .matrices, .boundaryPoint].contains(evidence.kind) else {
      throw Rejection("evidence of kind \(evidence.kind.rawValue) supports no verdict but holds")
    }
    guard evidence.cofactors == nil, evidence.entries == nil, evidence.conserved == nil, evidence.squares == nil else {
      throw Rejection("evidence of kind \(evidence.kind.rawValue) is a witness and nothing else")
    }
    // What must be 0 if the claim holds makes the variables known.
    let defects = try reading.defects()
    let point = try self.point()
    let stated = try Fraction.parse(witness.value)
    guard let offset = Entries.offset(witness.entry, in: reading.shape) else {
      throw Rejection("the witness names no entry of the claim's value")
    }
    for equation in reading.given {
      guard try value(equation, point).isZero else { throw Rejection("a given equation does not hold at the point") }
    }
    let shown: String
    switch reading.form {
    case .constant, .identity:
      guard evidence.kind != .boundaryPoint else { throw Rejection("a boundary point is of an invariant") }
      try expect(stated, defects[offset], point)
      guard !stated.isZero else { throw Rejection("the value is 0, as the claim says") }
      shown = "what the claim says is 0 is \(stated.text)"
    case .nonincreasing(let quantity, let roots):
      guard evidence.kind != .boundaryPoint else { throw Rejection("a boundary point is of an invariant") }
      let slope = try reading.derivative(quantity)
      if roots != nil, try value(defects[offset], point) == stated, !stated.isZero {
        shown = "the derivative plus the claim's squares is \(stated.text)"
        try checkReadable(defects[offset])
        break
      }
      try expect(stated, slope, point)
      guard stated.sign > 0 else { throw Rejection("the derivative \(stated.text) is not positive") }
      shown = "the derivative is \(stated.text)"
    case .invariant(let values, let relation, let cofactor):
      if evidence.kind != .boundaryPoint, cofactor != nil, try value(defects[offset], point) == stated, !stated.isZero {
        shown = "the derivative less the claim's cofactor times the value is \(stated.text)"
        try checkReadable(defects[offset])
        break
      }
      shown = try leaves(values, relation, at: point, offset, stated)
    case .always: throw Rejection("a point says nothing of the one trajectory that the claim is about")
    }
    return shown
  }

  /// The boundary is left at the point: q = 0 there and q' points out of where the comparison is true, and the other entries do not
  /// forbid to start from there (or, for a strict comparison, from just before).
  private func leaves(
    _ values: [Quotient], _ relation: Relation, at point: [Int: Fraction], _ offset: Int, _ stated: Fraction
  ) throws(Rejection) -> String {
    guard reading.given.isEmpty else { throw Rejection("a boundary point of an invariant that assumes equations") }
    for (place, entry) in values.enumerated() {
      let own = try value(entry, point)
      if place == offset {
        guard own.isZero else { throw Rejection("the compared value is \(own.text) at the point, not 0") }
      } else if !relation.holds(own) {
        throw Rejection("another entry of the comparison is not true at the point")
      }
      try checkReadable(entry)
    }
    let slope = try reading.derivative(values[offset])
    try expect(stated, slope, point)
    let isLeft: Bool
    switch relation {
    case .equal: isLeft = !stated.isZero
    case .greater, .greaterOrEqual: isLeft = stated.sign < 0
    case .less, .lessOrEqual: isLeft = stated.sign > 0
    }
    guard isLeft else { throw Rejection("the derivative \(stated.text) does not leave where the comparison is true") }
    return "the compared value is 0 and its derivative \(stated.text)"
  }

  private func point() throws(Rejection) -> [Int: Fraction] {
    let variables = reading.expander.variables
    var point: [Int: Fraction] = [:]
    for (name, text) in witness.values.sorted(by: { $0.key < $1.key }) {
      guard let variable = variables.number(of: name), variables.roles[variable] != .auxiliary else {
        throw Rejection("the witness names '\(shortened(name))', which the model does not have")
      }
      point[variable] = try Fraction.parse(text)
    }
    return point
  }

  private func value(_ quotient: Quotient, _ point: [Int: Fraction]) throws(Rejection) -> Fraction {
    if let atoms = reading.expander.atoms { return try known.values(atoms, point).value(of: quotient.numerator) }
    guard let value = try quotient.value(at: point, budget) else { throw Rejection("a denominator is 0 at the point") }
    return value
  }

  private func expect(_ stated: Fraction, _ quotient: Quotient, _ point: [Int: Fraction]) throws(Rejection) {
    try checkReadable(quotient)
    let value = try value(quotient, point)
    guard value == stated else {
      throw Rejection("the value at the point is \(shortened(value.text)), not \(stated.text)")
    }
  }

  /// Entries of files are not read: a point that chooses them refutes nothing.
  private func checkReadable(_ quotient: Quotient) throws(Rejection) {
    let dependsOn = reading.expander.variables(of: quotient)
    guard try reading.expander.unreadVariables().isDisjoint(with: dependsOn) else {
      throw Rejection("the value depends on entries that stand in a file, which is not read")
    }
  }

  /// Values of functions that are no polynomials, until there are more of them.
  private final class KnownValues {
    private var last: (count: Int, values: AtomValues)?

    /// The values at the one point of a check.
    func values(_ atoms: Atoms, _ point: [Int: Fraction]) throws(Rejection) -> AtomValues {
      if let last, last.count == atoms.items.count { return last.values }
      let values = try AtomValues(atoms, point)
      last = (atoms.items.count, values)
      return values
    }
  }
}
