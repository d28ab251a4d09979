import CertificateChecker
import FlowLanguage
import Models

/// A claim whose formulas are no polynomials: decided with quotients and formal functions (atoms).
///
/// It holds where what it says is 0 reduces to 0 with the relations of the atoms; then it does wherever the functions are smooth and have
/// values. What does not reduce shows nothing: a violation is an exact point.
package struct AtomCase {
  private let own: GivenClaim

  /// Places for atoms that are tried one after another: every place makes every polynomial a little longer.
  private static let capacities = [8, 64, 512]

  /// A claim; nothing is read before ``decided()``.
  package init(_ own: GivenClaim) { self.own = own }

  /// - Returns: the decision, or why there is none; nil where it is none about functions that are read.
  package func decided() -> ClaimProof? {
    guard own.isOfPoints, own.isReadable, own.file.program == nil else { return nil }
    for capacity in Self.capacities {
      var reading: AtomReading?
      do {
        let made = try AtomReading(own, capacity: capacity)
        reading = made
        return try decided(made)
      } catch {
        if reading?.algebra.isFull ?? false { continue }
        switch error {
        case .notPolynomial: return nil
        case .refusal(let refusal): return own.inconclusive(refusal.problem)
        }
      }
    }
    return own.inconclusive("the formulas hold too many different functions")
  }

  private func decided(_ reading: AtomReading) throws(EntryFault) -> ClaimProof? {
    let form = own.claim.form
    var unread = false
    for isCut in reading.cut == nil ? [false] : [true, false] {
      do {
        let (reader, motion) = try reading.reader(isCut: isCut)
        let defect = try reader.defect(of: form)
        if try defect.values.allSatisfied({ value throws(EntryFault) in try reading.algebra.vanishes(value) }) {
          let conditions = reading.algebra.conditions
          guard try isSound(reader, motion) else {
            return own.inconclusive(
              "\(Self.failure(form)) is 0, and where a denominator is 0 the value or its sign may change; "
                + "'flowcheck run' judges it along a trajectory")
          }
          return own.holds(ProofEvidence(.identity), Self.success(form) + conditions.words)
        }
        if case .invariant(let sides, nil, _) = form,
          let proof = try cofactor(reader.difference(sides.left, sides.right), motion, reading.algebra)
        {
          return proof
        }
      } catch {
        if reading.algebra.isFull { throw error }
        // Before the loss is multiplied out it may be that nothing is known of a derivative, and after it be too large.
        switch error {
        case .notPolynomial where !isCut: throw error
        case .refusal(let refusal) where !isCut: return try violated(reading) ?? own.inconclusive(refusal.problem)
        case .notPolynomial, .refusal: unread = true
        }
      }
      if isCut, !unread, let proof = try violated(reading) { return proof }
    }
    if let proof = try violated(reading) { return proof }
    return own.inconclusive(
      "\(Self.failure(form)) is not 0 as a formula of its functions, and no point was found at which it has a "
        + "rational value that refutes the claim; 'flowcheck run' judges it along a trajectory")
  }

  // MARK: What holds

  /// Whether that the defect is 0 shows the claim.
  ///
  /// With q' = k q the sign of q is kept where k stays bounded: that is asked of polynomials k alone, as a pole of k, or of a logarithm in
  /// it, lets q pass 0. And q must not jump.
  private func isSound(_ reader: ArrayReader<AtomAlgebra>, _ motion: AtomMotion) throws(EntryFault) -> Bool {
    let values: [AtomQuotient]
    switch own.claim.form {
    case .conserved(let value, _), .decays(let value, _, _): values = try reader.read(value).values
    case .nonincreasing(let value, _): values = value.kind == .loss ? [] : try reader.read(value).values
    case .invariant(let sides, let cofactor, _):
      values = try reader.difference(sides.left, sides.right).values
      if let cofactor {
        guard values.allSatisfy({ $0.denominator.isEmpty }) else { return false }
        for factor in try reader.read(cofactor).values where try !isPolynomial(factor, reader.algebra) { return false }
      }
    case .identity, .laws, .always, .reaches, .grows: values = []
    }
    let jumps = AtomJumps(algebra: reader.algebra, motion: motion)
    return try values.allSatisfied { value throws(EntryFault) in try jumps.areExcluded(in: value) }
  }

  /// Whether it has neither a denominator nor an atom.
  private func isPolynomial(_ value: AtomQuotient, _ algebra: AtomAlgebra) throws(EntryFault) -> Bool {
    let variables = try refusing { () throws(Refusal) in try value.numerator.variables() }
    return value.denominator.isEmpty && variables.allSatisfy { $0 < algebra.firstAtom }
  }

  /// q' = k q of polynomials q and k without atoms.
  private func cofactor(
    _ entries: EntryArray<AtomQuotient>, _ motion: AtomMotion, _ algebra: AtomAlgebra
  ) throws(EntryFault) -> ClaimProof? {
    guard case .invariant(_, _, let given) = own.claim.form, given.isEmpty else { return nil }
    let conditions = algebra.conditions
    var cofactors: [String] = []
    for entry in entries.values {
      if try algebra.vanishes(entry) {
        cofactors.append("0")
        continue
      }
      let rate = try motion.derivative(of: entry)
      guard try isPolynomial(entry, algebra), let inverse = try algebra.inverse(entry) else { return nil }
      let factor = try algebra.times(rate, inverse)
      guard try isPolynomial(factor, algebra) else { return nil }
      cofactors.append(try refusing { () throws(Refusal) in try factor.numerator.text() })
    }
    return own.holds(
      ProofEvidence(.cofactor, cofactors: cofactors),
      "its rate is a multiple of it, so that it keeps its sign" + conditions.words)
  }

  // MARK: What does not

  private func violated(_ reading: AtomReading) throws(EntryFault) -> ClaimProof? {
    guard !own.claim.form.assumes else { return nil }
    guard let point = try ExactWitness(own, reading.variables).found() else { return nil }
    if !reading.variablesOfFiles.isEmpty {
      return own.inconclusive("it fails for some data, and whether for those of the file was not looked at")
    }
    let entry = GivenClaim.places(point.place, point.shape)
    let witness = ProofEvidence.Witness(values: point.values, entry: entry, value: point.value)
    if point.isBoundary {
      return own.violated(
        ProofEvidence(.boundaryPoint, witness: witness),
        "left − right is 0\(GivenClaim.words(entry)) at a point where its rate is \(point.value)")
    }
    if case .nonincreasing(_, let roots) = own.claim.form, roots.isEmpty {
      return own.violated(
        ProofEvidence(.witness, witness: witness),
        "the derivative along the flow is \(point.value), which is positive")
    }
    return own.violated(
      ProofEvidence(.witness, witness: witness),
      "\(Self.failure(own.claim.form))\(GivenClaim.words(entry)) is \(point.value)")
  }

  private static func success(_ form: ClaimForm<Term>) -> String {
    switch form {
    case .decays: "the derivative along the flow is minus the rate times the value"
    case .identity: "both sides are equal"
    case .nonincreasing(_, let roots) where !roots.isEmpty:
      "the derivative is minus the sum of the squares that the claim names"
    case .invariant(_, .some, _): "its rate is the given multiple of it, so that it keeps its sign"
    default: "the derivative along the flow is 0"
    }
  }

  private static func failure(_ form: ClaimForm<Term>) -> String {
    switch form {
    case .decays: "the derivative plus the rate times the value"
    case .identity: "left minus right"
    case .nonincreasing(_, let roots) where !roots.isEmpty: "the derivative plus the squares that the claim names"
    case .invariant(_, .some, _): "the rate less the cofactor times the value"
    default: "the derivative along the flow"
    }
  }
}

extension ClaimForm {
  /// Whether the claim is made under equations.
  fileprivate var assumes: Bool {
    switch self {
    case .conserved(_, let given), .decays(_, _, let given), .identity(_, let given), .invariant(_, _, let given):
      !given.isEmpty
    case .nonincreasing, .laws, .always, .reaches, .grows: false
    }
  }
}

extension Array {
  fileprivate func allSatisfied(
    _ condition: (Element) throws(EntryFault) -> Bool
  ) throws(EntryFault) -> Bool {
    for element in self where try !condition(element) { return false }
    return true
  }
}
