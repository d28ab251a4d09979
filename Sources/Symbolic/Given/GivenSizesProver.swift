import CertificateChecker
import FlowLanguage
import Models
import Verdicts

/// Proves or refutes claims at given sizes: identities, cofactors and signs of polynomials in the entries of parameters, data and the
/// derivatives of the loss.
///
/// With inputs, one data point stands for all: the parameters move by a sum over the points, each of which gives a derivative of the same
/// form. So claims are read that are linear in the velocity, and no others.
///
/// The expansion of the model is kept from claim to claim.
public final class GivenSizesProver {
  package let file: CheckedFile
  package let seed: UInt64
  private var known: (reader: EntryReader, motion: EntryMotion)?

  /// - Parameter seed: of the points at which counterexamples are looked for.
  public init(_ file: CheckedFile, seed: UInt64 = 1) {
    self.file = file
    self.seed = seed
  }

  /// - Returns: what is proved or refuted, or why neither; nil where the claim is none about polynomials.
  /// - Throws: ``Refusal`` for a formula without a value, or beyond a limit.
  public func prove(_ claim: CheckedClaim, called name: String) throws(Refusal) -> ClaimProof? {
    guard file.openSizes.isEmpty, !claim.isScaleLimit else { return nil }
    let own = GivenClaim(claim: claim, name: name, file: file, seed: seed)
    do {
      return try Case(self, own)?.decided()
    } catch {
      switch error {
      case .notPolynomial: return AtomCase(own).decided()
      case .refusal(let refusal): throw refusal
      }
    }
  }

  /// What the text says of its entries, expanded once.
  private func expansion() throws(EntryFault) -> (reader: EntryReader, motion: EntryMotion) {
    if let known {
      known.reader.ring.beginWork()
      return known
    }
    let reader = try EntryReader(file)
    let motion = try EntryMotion(reader)
    reader.motion = motion
    known = (reader, motion)
    return (reader, motion)
  }

  /// A claim with the polynomials that it is about.
  package struct Case {
    package let own: GivenClaim
    package let reader: EntryReader
    package let motion: EntryMotion

    package var claim: CheckedClaim { own.claim }
    package var seed: UInt64 { own.seed }

    /// Nil for claims that polynomials do not decide.
    package init?(_ prover: GivenSizesProver, _ own: GivenClaim) throws(EntryFault) {
      guard own.isOfPoints else { return nil }
      self.own = own
      (reader, motion) = try prover.expansion()
    }

    package func decided() throws(EntryFault) -> ClaimProof? {
      guard own.isReadable else { return nil }
      switch claim.form {
      case .conserved(let value, let given):
        let derivative = try reader.read(value).mapped { (value) throws(EntryFault) in try motion.derivative(of: value)
        }
        return try equation(
          derivative, given, zero: "the derivative along the flow is 0", failure: "the derivative along the flow")
      case .decays(let value, let rate, let given):
        let quantity = try reader.read(value)
        let factor = try reader.read(rate)
        let sum = try quantity.combined(factor) { (q, k) throws(EntryFault) in
          let derivative = try motion.derivative(of: q)
          return try refusing { () throws(Refusal) in try derivative.plus(k.times(q)) }
        }
        return try equation(
          sum, given, zero: "the derivative along the flow is minus the rate times the value",
          failure: "the derivative plus the rate times the value")
      case .identity(let sides, let given):
        let right = try reader.read(sides.right)
        let difference = try reader.read(sides.left).combined(right) { (a, b) throws(EntryFault) in
          try refusing { () throws(Refusal) in try a.minus(b) }
        }
        return try equation(difference, given, zero: "both sides are equal", failure: "left minus right")
      case .nonincreasing(let value, let roots): return try nonincreasing(value, roots)
      case .invariant(let sides, let cofactor, let given):
        return try invariant(sides, cofactor, given)
      case .laws, .always, .reaches, .grows: return nil
      }
    }

    // MARK: Results

    package func holds(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof { own.holds(evidence, reason) }

    /// - Parameter values: what was evaluated at the point.
    package func violated(
      _ evidence: ProofEvidence, by values: [Polynomial], _ reason: String
    ) throws(EntryFault) -> ClaimProof {
      if reader.file.program != nil {
        return inconclusive("it fails for some loss, and whether for that of the program was not looked at")
      }
      for value in values {
        let variables = try refusing { () throws(Refusal) in try value.variables() }
        guard reader.variablesOfFiles.isDisjoint(with: variables) else {
          return inconclusive("it fails for some data, and whether for those of the file was not looked at")
        }
      }
      return own.violated(evidence, reason)
    }

    package func inconclusive(_ reason: String) -> ClaimProof { own.inconclusive(reason) }

    // MARK: Equations

    /// left − right of equations, entry by entry.
    package func differences(_ equations: [Equation<Term>]) throws(EntryFault) -> [Polynomial] {
      var all: [Polynomial] = []
      for equation in equations {
        let right = try reader.read(equation.right)
        all += try reader.read(equation.left).combined(right) { (a, b) throws(EntryFault) in
          try refusing { () throws(Refusal) in try a.minus(b) }
        }.values
      }
      return all
    }

    /// A claim that some polynomials are 0.
    private func equation(
      _ entries: Entries, _ given: [Equation<Term>], zero: String, failure: String
    ) throws(EntryFault) -> ClaimProof {
      guard let place = entries.values.firstIndex(where: { !$0.isZero }) else {
        return holds(ProofEvidence(.identity), zero)
      }
      if !given.isEmpty {
        let divisors = try differences(given)
        var cofactors: [String] = []
        for entry in entries.values {
          let (quotients, rest) = try refusing { () throws(Refusal) in try entry.reduced(by: divisors) }
          guard rest.isZero else {
            return try refuted(entries, divisors, failure)
              ?? inconclusive("what remains of \(failure) after the given equations is not 0, which decides nothing")
          }
          for quotient in quotients { cofactors.append(try refusing { () throws(Refusal) in try quotient.text() }) }
        }
        return holds(
          ProofEvidence(.ideal, cofactors: cofactors), "\(failure) is a combination of the given equations")
      }
      return try differs(entries.values[place], place, entries.shape, failure)
    }

    /// A point at which the given equations hold and what should be 0 is not.
    ///
    /// Of a claim about the flow it is one only where the flow keeps the equations: otherwise they may hold along no trajectory.
    private func refuted(
      _ entries: Entries, _ equations: [Polynomial], _ failure: String
    ) throws(EntryFault) -> ClaimProof? {
      let assumed = equations.filter { !$0.isZero }
      guard let first = assumed.first else { return nil }
      if case .identity = claim.form {
      } else {
        for equation in assumed {
          let rate = try motion.derivative(of: equation)
          guard try refusing({ () throws(Refusal) in try rate.reduced(by: assumed).remainder.isZero }) else {
            return nil
          }
        }
      }
      let others = assumed.dropFirst().map { (value: $0, holds: { (sign: Int) -> Bool in sign == 0 }) }
      let search = PointSearch(reader.ring, seed: seed)
      for (place, value) in entries.values.enumerated() where !value.isZero {
        guard
          let point = try refusing({ () throws(Refusal) in
            try search.boundary(first, rate: value, besides: others) { $0 != 0 }
          })
        else { continue }
        let entry = GivenClaim.places(place, entries.shape)
        return try violated(
          ProofEvidence(.witness, witness: .init(values: point.values, entry: entry, value: point.value)),
          by: [value] + assumed, "\(failure)\(GivenClaim.words(entry)) is \(point.value) where the given equations hold"
        )
      }
      return nil
    }

    /// What should be 0 has a value.
    package func differs(
      _ value: Polynomial, _ place: Int, _ shape: [Int], _ failure: String
    ) throws(EntryFault) -> ClaimProof {
      let search = PointSearch(reader.ring, seed: seed)
      guard let point = try refusing({ () throws(Refusal) in try search.nonzero(value) }) else {
        return inconclusive("\(failure) is not 0, and no point was found at which it has a value")
      }
      let entry = GivenClaim.places(place, shape)
      let witness = ProofEvidence.Witness(values: point.values, entry: entry, value: point.value)
      return try violated(
        ProofEvidence(.witness, witness: witness), by: [value], "\(failure)\(GivenClaim.words(entry)) is \(point.value)"
      )
    }
  }
}
