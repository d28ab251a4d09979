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
    do {
      return try Case(self, claim, name)?.decided()
    } catch {
      switch error {
      case .notPolynomial: return nil
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
      (reader, motion) = try prover.expansion()
    }

    package func decided() throws(EntryFault) -> ClaimProof? {
      guard !hasPoints || isLinearInVelocity else { return nil }
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

    /// Whether one data point tells what all of them do. A velocity and the loss are means over the points, so that a claim must not speak
    /// of them beyond the one derivative that it is about, nor of the value of a data point; what does not move may be of any point.
    private var isLinearInVelocity: Bool {
      let (values, isStill): ([Term], Bool)
      func sides(_ equations: [Equation<Term>]) -> [Term] { equations.flatMap { [$0.left, $0.right] } }
      switch claim.form {
      case .conserved(let value, let given): (values, isStill) = ([value] + sides(given), false)
      case .decays(let value, let rate, let given): (values, isStill) = ([value, rate] + sides(given), false)
      case .identity(let both, let given): (values, isStill) = (sides([both]) + sides(given), true)
      case .nonincreasing(let value, let roots):
        // That the loss does not grow follows for any data and any number of points.
        if value.kind == .loss, roots.isEmpty, case .gradient(nil) = reader.file.flow { return true }
        (values, isStill) = ([value] + roots, false)
      case .invariant(let both, let cofactor, let given):
        (values, isStill) = ([both.left, both.right] + (cofactor.map { [$0] } ?? []) + sides(given), false)
      case .laws, .always, .reaches, .grows: return false
      }
      return values.allSatisfy { !speaksOfMotion($0) && (isStill || !$0.isBatched && !readsPoint($0)) }
    }

    /// Whether a formula holds a velocity, a derivative of the loss or the loss, also by the name of a definition.
    private func speaksOfMotion(_ term: Term) -> Bool {
      switch term.kind {
      case .derivative, .gradient, .loss: true
      case .declared(let position): reader.file.declarations[position].value.map(speaksOfMotion) ?? false
      default: term.kind.parts.contains(where: speaksOfMotion)
      }
    }

    /// Whether a formula holds a data point.
    private func readsPoint(_ term: Term) -> Bool {
      switch term.kind {
      case .declared(let position):
        reader.file.declarations[position].role == .input
          || reader.file.declarations[position].value.map(readsPoint) ?? false
      default: term.kind.parts.contains(where: readsPoint)
      }
    }

    // MARK: Results

    package func holds(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof {
      ClaimProof(
        claim: name, statement: claim.text, verdict: .holds, scope: .given, evidence: evidence, reason: reason)
    }

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
        let entry = Self.places(place, entries.shape)
        return try violated(
          ProofEvidence(.witness, witness: .init(values: point.values, entry: entry, value: point.value)),
          by: [value] + assumed, "\(failure)\(Self.words(entry)) is \(point.value) where the given equations hold")
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
      let entry = Self.places(place, shape)
      let witness = ProofEvidence.Witness(values: point.values, entry: entry, value: point.value)
      return try violated(
        ProofEvidence(.witness, witness: witness), by: [value], "\(failure)\(Self.words(entry)) is \(point.value)")
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
