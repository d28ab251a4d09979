import CertificateChecker
import FlowLanguage
import Models
import Verdicts

/// Proves or refutes claims about matrices of all sizes at once.
///
/// Parameters, data and the derivative of the loss are letters of a free algebra with transposes and traces; the derivative along the flow
/// follows by the product rule. What is 0 there is 0 for all matrices of all sizes; what is not 0 is not 0 at some matrices of some size,
/// which are searched for. A claim that is none of products, sums, transposes and traces of whole matrices is left to other readings.
public struct AllSizesProver {
  private let file: CheckedFile
  private let seed: UInt64

  /// - Parameter seed: of the matrices at which counterexamples are looked for.
  public init(_ file: CheckedFile, seed: UInt64 = 1) {
    self.file = file
    self.seed = seed
  }

  /// - Returns: what is proved or refuted; nil where the claim is nothing that words can say, or sizes with numbers leave it open.
  /// - Throws: ``Refusal`` for a formula without a value.
  public func prove(_ claim: CheckedClaim, called name: String) throws(Refusal) -> ClaimProof? {
    guard !claim.isScaleLimit else { return nil }
    let said = Said(claim: claim, name: name, isOfAllSizes: !file.openSizes.isEmpty)
    do { return try read(claim, said) } catch {
      switch error {
      case .notWords: return nil
      case .limit(let refusal): return said.isOfAllSizes ? said.undecided(refusal.problem) : nil
      case .refusal(let refusal): throw refusal
      }
    }
  }

  /// A claim as its results name it.
  private struct Said {
    let claim: CheckedClaim
    let name: String
    /// Whether there are open sizes: otherwise what is said is said of the given ones.
    let isOfAllSizes: Bool

    func holds(_ evidence: ProofEvidence, _ reason: String) -> ClaimProof {
      ClaimProof(
        claim: name, statement: claim.text, verdict: .holds, scope: isOfAllSizes ? .all : .given, evidence: evidence,
        reason: reason)
    }

    func violated(_ witness: ProofEvidence.Witness, _ reason: String) -> ClaimProof {
      ClaimProof(
        claim: name, statement: claim.text, verdict: .violated, scope: isOfAllSizes ? .all : .given,
        evidence: ProofEvidence(.matrices, witness: witness), reason: reason)
    }

    func undecided(_ reason: String) -> ClaimProof {
      ClaimProof(
        claim: name, statement: claim.text, verdict: .inconclusive, scope: nil, evidence: nil, reason: reason)
    }
  }

  private func read(_ claim: CheckedClaim, _ said: Said) throws(WordsFault) -> ClaimProof? {
    if case .nonincreasing(let value, let roots) = claim.form, value.kind == .loss, roots.isEmpty,
      case .gradient(nil) = file.flow
    {
      let squares = file.declarations.filter { $0.role == .parameter }.map {
        ProofEvidence.Square(coefficient: "1", root: "grad(\($0.name))")
      }
      return said.holds(
        ProofEvidence(.squares, squares: squares),
        "the derivative is minus the sum of the squares of the derivatives of the loss in \(counted(squares.count))")
    }
    var failure: (Departure, WordReader, WordMotion)?
    var limit: WordsFault?
    // What the first reading cannot say of many points, or of a loss that is no word, the second may.
    for isOfWords in [true, false] {
      do {
        var reader = WordReader(file)
        let motion = try WordMotion(&reader, isOfWords: isOfWords)
        reader.motion = motion
        guard let departure = try Departure(claim.form, &reader, motion) else { return nil }
        if let proof = try proof(departure, reader, said) { return proof }
        failure = failure ?? (departure, reader, motion)
      } catch {
        switch error {
        case .notWords: break
        case .limit: limit = error
        case .refusal: throw error
        }
      }
    }
    if let limit { throw limit }
    guard let (departure, reader, motion) = failure else { return nil }
    guard departure.rules.isEmpty else {
      return said.isOfAllSizes ? said.undecided("the given equations, read as replacements, leave a rest") : nil
    }
    guard motion.isFree, !reader.readsGivenData, !departure.sum.readsLoss(reader.alphabet) else { return nil }
    return try refuted(departure, reader, said)
  }

  private func proof(
    _ departure: Departure, _ reader: WordReader, _ said: Said
  ) throws(WordsFault) -> ClaimProof? {
    if departure.sum.isZero { return said.holds(departure.evidence, departure.zero) }
    if let squares = departure.squares(reader.alphabet) {
      return said.holds(
        ProofEvidence(.squares, squares: squares), "the derivative is minus a sum of \(squares.count) squares")
    }
    for rules in try WordRules.choices(of: departure.rules, reader.alphabet) {
      if try rules.reduced(departure.sum).isZero {
        return said.holds(departure.evidence, "\(departure.zero), by the given equations")
      }
    }
    return nil
  }

  private func refuted(
    _ departure: Departure, _ reader: WordReader, _ said: Said
  ) throws(WordsFault) -> ClaimProof? {
    var search = MatrixSearch(
      departure.sum, reader.alphabet, file, seed: seed, fails: { departure.isRefuted(by: $0) })
    guard let found = search.found() else {
      guard said.isOfAllSizes else { return nil }
      return said.undecided(
        departure.sign == .notPositive
          ? "no sum of squares, and nowhere found positive"
          : "it is no identity of products of matrices, but no matrices of sizes up to \(search.largestSize) were found at "
            + "which it fails")
    }
    // Said only where arithmetic on the entries comes to the same.
    var direct = DirectValue(file, found.point, reader.alphabet)
    guard try direct.confirms(found.value, of: said.claim.form) else { return nil }
    let witness = search.witness(found, axes: departure.axes)
    return said.violated(witness, "\(departure.failure)\(Self.place(witness)) is \(witness.value)")
  }

  private static func place(_ witness: ProofEvidence.Witness) -> String {
    let entry = witness.entry.isEmpty ? "" : " in entry (\(witness.entry.map(String.init).joined(separator: ", ")))"
    let sizes = witness.sizes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
    return entry + (sizes.isEmpty ? "" : " at \(sizes)")
  }

  private func counted(_ count: Int) -> String { count == 1 ? "the parameter" : "the \(count) parameters" }
}

extension WordSum {
  /// Whether the loss itself stands in it, whose value is not at will.
  package func readsLoss(_ alphabet: Alphabet) -> Bool {
    terms.keys.contains { $0.scalars.contains { alphabet.scalars[$0.scalar].role == .loss } }
  }
}
