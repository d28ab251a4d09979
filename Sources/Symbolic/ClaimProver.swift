import CertificateChecker
import FlowLanguage
import Models
import Verdicts

/// What exact algebra says of a text's claims, by the readings in their order: all sizes, then polynomials at the given sizes, and there
/// quotients with functions such as relu and exp.
public struct ClaimProver {
  private let file: CheckedFile
  private let seed: UInt64
  /// Keeps what it expanded from claim to claim.
  private let givenSizes: GivenSizesProver

  /// - Parameter seed: of the points at which counterexamples are looked for.
  public init(_ file: CheckedFile, seed: UInt64 = 1) {
    self.file = file
    self.seed = seed
    givenSizes = GivenSizesProver(file, seed: seed)
  }

  /// How the parameters move, and for which losses, in words.
  public var flow: String {
    let loss = file.loss.map { "the loss \(file.text(of: $0))" } ?? "any loss"
    let inputs = file.declarations.contains { $0.role == .input } ? ", at any inputs" : ""
    return switch file.flow {
    case .gradient(nil): "gradient flow of \(loss)\(inputs)"
    case .gradient(let decay?): "gradient flow of \(loss) with weight decay \(file.text(of: decay))\(inputs)"
    case .momentum(let friction): "momentum with friction \(file.text(of: friction)) on \(loss)\(inputs)"
    case .mirror: "entropic mirror flow of \(loss)\(inputs)"
    case .field: "the field of the file"
    }
  }

  /// Proves or refutes a claim, or says what is missing.
  ///
  /// - Throws: ``Refusal`` where a formula has no value, such as a division by zero.
  public func prove(_ claim: CheckedClaim, called name: String) throws(Refusal) -> ClaimProof {
    if case .laws(let degree, let asked) = claim.form { return try laws(claim, name, degree, asked) }
    if let proof = try AllSizesProver(file, seed: seed).prove(claim, called: name) { return proof }
    guard file.openSizes.isEmpty else {
      return undecided(
        claim, name,
        "not a statement about products of whole matrices; at given sizes it may be one about polynomials: give "
          + "\(file.openSizes.joined(separator: ", ")) numbers")
    }
    if let proof = try givenSizes.prove(claim, called: name) { return proof }
    return undecided(claim, name, "not a statement about polynomials; 'flowcheck run' judges it along a trajectory")
  }

  /// A claim that so many independent laws exist.
  private func laws(
    _ claim: CheckedClaim, _ name: String, _ degree: Int?, _ asked: Int?
  ) throws(Refusal) -> ClaimProof {
    guard file.openSizes.isEmpty else {
      return undecided(claim, name, "laws are counted at sizes; give \(file.openSizes.joined(separator: ", ")) numbers")
    }
    let degrees = degree.map { Array(1...max(1, min($0, 12))) }
    let count: LawCount
    if FieldLawSearch.statesField(file) {
      count = try FieldLawSearch(file, seed: seed, degrees: degrees).run().count
    } else {
      let model = try LawModel(file)
      count = try LawSearch(model, seed: seed, degrees: degrees).run()
      // Fewer patterns may occur than the path lifting has, and then more laws exist.
      guard !model.hasGates else {
        return undecided(claim, name, "\(count.summary); where fewer patterns occur there may be more")
      }
    }
    guard let asked, let verdict = count.verdict(on: asked, ofDegree: degree) else {
      return undecided(claim, name, count.summary)
    }
    var proof = ClaimProof(
      claim: name, statement: claim.text, verdict: verdict, scope: .given, evidence: nil, reason: count.summary)
    proof.laws = count
    return proof
  }

  private func undecided(_ claim: CheckedClaim, _ name: String, _ reason: String) -> ClaimProof {
    ClaimProof(
      claim: name, statement: claim.text, verdict: .inconclusive, scope: nil, evidence: nil, reason: reason)
  }
}
