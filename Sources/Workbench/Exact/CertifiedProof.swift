import CertificateChecker
import Symbolic
import Verdicts

/// A proof that the second checker has accepted, with its certificate; a claim that was not decided has none.
struct CertifiedProof {
  let proof: ClaimProof
  let certificate: Certificate?

  /// Has a proof checked again. Should the checker not accept it, nothing is proved.
  init(_ proof: ClaimProof, of text: FlowText) throws {
    guard let evidence = proof.evidence, let scope = proof.scope else {
      (self.proof, certificate) = (proof, nil)
      return
    }
    let certificate = Certificate(
      program: "flowcheck \(Version.text)", name: text.name, source: text.content, sizes: text.values,
      claim: proof.statement, verdict: proof.verdict.rawValue, scope: scope, evidence: evidence)
    switch CertificateChecker.check(certificate) {
    case .accepted: (self.proof, self.certificate) = (proof, certificate)
    case .rejected(let reason):
      self.proof = ClaimProof(
        claim: proof.claim, statement: proof.statement, verdict: .inconclusive, scope: nil, evidence: nil,
        reason: "the prover says \(proof.verdict.rawValue), and the second checker does not accept why: \(reason)")
      self.certificate = nil
    }
  }
}
