import CertificateChecker
import Symbolic
import Verdicts

/// A proof that the second checker has accepted, with its certificate; a claim that was not decided has none.
struct CertifiedProof {
  let proof: ClaimProof
  let certificate: CertificateFile.Content?

  /// Has a proof checked again. Should the checker not accept it, nothing is proved.
  init(_ proof: ClaimProof, of text: FlowText, seed: UInt64) throws {
    if let count = proof.laws {
      do throws(CertifiedLaws.Uncertified) {
        let certified = try CertifiedLaws(
          count, of: text, claim: (proof.statement, proof.verdict.rawValue), seed: seed)
        (self.proof, certificate) = (proof, .laws(certified.certificate))
      } catch {
        (self.proof, certificate) = (Self.undecided(proof, error.reason), nil)
      }
      return
    }
    guard let evidence = proof.evidence, let scope = proof.scope else {
      (self.proof, certificate) = (proof, nil)
      return
    }
    var reason = ""
    // What words prove of given sizes they prove without their numbers, and so the checker may read it: polynomials at these sizes may be
    // too large, or there may be none.
    let isOfWords = evidence.squares?.contains { $0.root.hasPrefix("grad(") } ?? false
    let scopes: [Certificate.Scope] =
      scope == .given && proof.verdict == .holds && text.values.isEmpty
      ? (isOfWords ? [.all] : [.all, .given]) : [scope]
    for scope in scopes {
      let certificate = Certificate(
        program: "flowcheck \(Version.text)", name: text.name, source: text.content, sizes: text.values,
        claim: proof.statement, verdict: proof.verdict.rawValue, scope: scope, evidence: evidence)
      switch CertificateChecker.check(certificate) {
      case .accepted:
        (self.proof, self.certificate) = (proof, .claim(certificate))
        return
      case .rejected(let own): reason = own
      }
    }
    (self.proof, certificate) = (Self.undecided(proof, reason), nil)
  }

  /// What is left of a proof that the checker does not accept.
  private static func undecided(_ proof: ClaimProof, _ reason: String) -> ClaimProof {
    ClaimProof(
      claim: proof.claim, statement: proof.statement, verdict: .inconclusive, scope: nil, evidence: nil,
      reason: "the prover says \(proof.verdict.rawValue), and the second checker does not accept why: \(reason)")
  }
}
