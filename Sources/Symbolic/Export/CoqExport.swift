import CertificateChecker
import FlowLanguage
import Models

/// Claims of a `.flow` text with given sizes as a Coq file over the library `Resources/coq/FlowCheck.v`.
///
/// What the compiled file says: for every solution θ of the flow on [0, T] (``CheckedFile/flow``, any loss and any data where the text
/// leaves them open, also ones that change in time) and all t in [0, T],
///
/// - `conserved Q`: Q(θ(t)) = Q(θ(0)); with inputs, for every finite number of data points and all their weights;
/// - `decays Q rate r`: Q(θ(t)) = Q(θ(0)) exp(−∫r);
/// - `nonincreasing q`: q(θ(t)) ≤ q(θ(s)) for s ≤ t;
/// - `invariant a > b`: (a − b)(θ(t)) = (a − b)(θ(0)) exp(∫k), and a > b stays true;
/// - `identity a = b`: both are equal at every point.
///
/// A refuted claim says that no solution through the witness does what is claimed. Whether a solution exists is not part of it. Coq's
/// kernel decides; nothing of the prover is trusted.
public struct CoqExport: Sendable {
  package let file: CheckedFile
  package let claims: [(claim: CheckedClaim, evidence: ProofEvidence?)]

  /// - Parameter evidence: What the prover found, where a claim does not name it itself: the cofactor, the squares, the witness.
  public init(file: CheckedFile, claim: CheckedClaim, evidence: ProofEvidence? = nil) {
    self.init(file: file, claims: [(claim, evidence)])
  }

  /// Several claims in one file.
  public init(file: CheckedFile, claims: [(claim: CheckedClaim, evidence: ProofEvidence?)]) {
    self.file = file
    self.claims = claims
  }

  private static let generality = """
    .
         The loss is a function of the model alone. What follows is stated for every differentiable loss of the model,
         whose derivative in it is any function of time: the flow of the loss above is one of these.
    """

  /// Whether a claim or what it assumes speaks of the loss or its derivatives, or a witness gives numbers to them.
  private var mentionsLoss: Bool {
    claims.contains { entry in
      if case .conserved = entry.claim.form {
      } else if case .decays = entry.claim.form {
      } else {
        return true
      }
      return entry.evidence?.witness != nil || entry.claim.form.values.contains(where: speaksOfLoss)
    }
  }

  private func speaksOfLoss(_ term: Term) -> Bool {
    switch term.kind {
    case .loss, .gradient, .derivative: true
    case .declared(let position): file.declarations[position].value.map(speaksOfLoss) ?? false
    default: term.kind.parts.contains(where: speaksOfLoss)
    }
  }

  /// The file; the same bytes for the same text and claims.
  ///
  /// - Throws: A ``Refusal`` that names the place where a size has no value, something is no polynomial of the parameters, a claim has no
  ///   counterpart, or an expression expands to more than ``CoqBounds/largestExpansion`` products.
  public func text() throws(Refusal) -> String {
    if let open = file.openSizes.first {
      throw Refusal(
        "the size '\(CarriedSource.harmless(open))' has no value",
        remedy: "give it one, or export the claim for all sizes",
        settings: [])
    }
    let source = CarriedSource(file.source)
    // Fewer terms, and the stronger statement.
    let general = mentionsLoss ? nil : file.ofAnyLoss
    var writer = CoqWriter(general ?? file)
    writer.claimTerms = claims.flatMap { $0.claim.form.values }
    try writer.writeModel()
    for (number, entry) in claims.enumerated() { try writer.write(entry.claim, entry.evidence, number + 1) }
    let remark = source.lines.map { "     \($0)\n" }.joined()
    return """
      (* Written by flowcheck. To check: coqc -Q FOLDER Flow FlowCheck.v, then coqc -Q FOLDER Flow on this file.
         Every definition can be compared with the text it was written from, line by line:

      \(remark)
         SHA-256 of that text: \(source.digest)\(general == nil ? "" : Self.generality) *)
      From Flow Require Import FlowCheck.
      Local Open Scope R_scope.

      (* The bytes of the text as numbers in base 256, 500 in each. *)
      \(source.definitions)
      \(writer.text)
      """
  }
}
