import CertificateChecker
import FlowLanguage
import Models
import Verdicts

/// Proves or refutes claims at given sizes: identities, cofactors and signs of polynomials in the entries of parameters, data and the
/// derivatives of the loss.
///
/// With inputs, one data point stands for all: the parameters move by a sum over the points, each of which gives a derivative of the same
/// form. So claims are read that are linear in the velocity, and no others.
public struct GivenSizesProver {
  package let file: CheckedFile
  package let seed: UInt64

  /// - Parameter seed: of the points at which counterexamples are looked for.
  public init(_ file: CheckedFile, seed: UInt64 = 1) {
    self.file = file
    self.seed = seed
  }

  /// - Returns: what is proved or refuted, or why neither; nil where the claim is none about polynomials.
  /// - Throws: ``Refusal`` for a formula without a value, or beyond a limit.
  public func prove(_ claim: CheckedClaim, called name: String) throws(Refusal) -> ClaimProof? {
    guard file.openSizes.isEmpty, !claim.isScaleLimit else { return nil }
    do {
      return try Case(self, claim, name)?.decided()
    } catch {
      switch error {
      case .notPolynomial: return nil
      case .refusal(let refusal): throw refusal
      }
    }
  }

  /// A claim with the polynomials that it is about.
  package struct Case {
    package let claim: CheckedClaim
    package let name: String
    package let reader: EntryReader
    package let motion: EntryMotion
    package let seed: UInt64
    package let hasPoints: Bool

    /// Nil for claims that polynomials do not decide.
    package init?(_ prover: GivenSizesProver, _ claim: CheckedClaim, _ name: String) throws(EntryFault) {
      switch claim.form {
      case .laws, .always, .reaches, .grows: return nil
      case .conserved, .decays, .identity, .nonincreasing, .invariant: break
      }
      (self.claim, self.name, seed) = (claim, name, prover.seed)
      hasPoints = prover.file.declarations.contains { $0.role == .input }
      reader = try EntryReader(prover.file)
      motion = try EntryMotion(reader)
      reader.motion = motion
    }

    package func decided() throws(EntryFault) -> ClaimProof? {
      // The loss is a mean over the points: only what is linear in the velocity can be read at one of them.
      if hasPoints, claim.form.values.contains(where: speaksOfTheMean) { return nil }
      switch claim.form {
      case .conserved(let value, let given):
        guard !hasPoints || !value.isBatched else { return nil }
        let derivative = try reader.read(value).mapped { (value) throws(EntryFault) in try motion.derivative(of: value)
        }
        return try equation(
          derivative, given, zero: "the derivative along the flow is 0", failure: "the derivative along the flow")
      case .decays(let value, let rate, let given):
        guard !hasPoints || !value.isBatched && !rate.isBatched else { return nil }
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
        guard !hasPoints || !sides.left.isBatched && !sides.right.isBatched else { return nil }
        return try invariant(sides, cofactor, given)
      case .laws, .always, .reaches, .grows: return nil
      }
    }

    /// Whether a formula is about the loss or a derivative, which are means over the data points.
    private func speaksOfTheMean(_ term: Term) -> Bool {
      switch term.kind {
      case .derivative, .gradient, .loss: true
      case .declared(let position): reader.file.declarations[position].value.map(speaksOfTheMean) ?? false
      default: term.kind.parts.contains(where: speaksOfTheMean)
      }
    }

    // MARK: Results

    package func holds(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof {
      ClaimProof(
        claim: name, statement: claim.text, verdict: .holds, scope: .given, evidence: evidence, reason: reason)
    }

    package func violated(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof {
      guard !reader.readsFiles else {
        return inconclusive("it fails for some data, and whether for those of the file was not looked at")
      }
      return ClaimProof(
        claim: name, statement: claim.text, verdict: .violated, scope: .given, evidence: evidence, reason: reason)
    }

    package func inconclusive(_ reason: String) -> ClaimProof {
      ClaimProof(
        claim: name, statement: claim.text, verdict: .inconclusive, scope: nil, evidence: nil, reason: reason)
    }

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
      return all.filter { !$0.isZero }
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
            return inconclusive("what remains of \(failure) after the given equations is not 0, which decides nothing")
          }
          for quotient in quotients { cofactors.append(try refusing { () throws(Refusal) in try quotient.text() }) }
        }
        return holds(
          ProofEvidence(.ideal, cofactors: cofactors), "\(failure) is a combination of the given equations")
      }
      let search = PointSearch(reader.ring, seed: seed)
      guard let point = try refusing({ () throws(Refusal) in try search.nonzero(entries.values[place]) }) else {
        return inconclusive("\(failure) is not 0, and no point of small integers was found at which it has a value")
      }
      let entry = Self.places(place, entries.shape)
      let witness = ProofEvidence.Witness(values: point.values, entry: entry, value: point.value)
      return violated(ProofEvidence(.witness, witness: witness), "\(failure)\(Self.words(entry)) is \(point.value)")
    }

    /// The places of an entry, from 1.
    package static func places(_ position: Int, _ shape: [Int]) -> [Int] {
      var (rest, places) = (position, [Int]())
      for extent in shape.reversed() {
        places.append(rest % extent + 1)
        rest /= extent
      }
      return places.reversed()
    }

    package static func words(_ entry: [Int]) -> String {
      entry.isEmpty ? "" : " in entry (\(entry.map(String.init).joined(separator: ", ")))"
    }
  }
}
