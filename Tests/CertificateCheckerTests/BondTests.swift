import CertificateChecker
import Testing

/// Claims about factors of products inside functions, for all sizes: the true ones are accepted, and doubles that know nothing of
/// words agree; the others are rejected.
@Suite("Bonds inside functions")
struct BondTests {
  static func isAccepted(_ text: String, _ claim: String, _ kind: ProofEvidence.Kind = .identity) -> Bool {
    let certificate = Certificate(
      program: "tests", name: "bond.flow", source: text, sizes: [:], claim: claim, verdict: "holds", scope: .all,
      evidence: ProofEvidence(kind))
    if case .accepted = CertificateChecker.check(certificate) { return true }
    return false
  }

  @Test(arguments: BondCases.kept)
  func whatIsKeptIsAccepted(example: BondCase) throws {
    for claim in example.claims {
      #expect(Self.isAccepted(example.text, claim), "\(claim)")
      for (number, sizes) in [[2, 3], [3, 2, 1]].enumerated() {
        let drift = try BondDrift.drift(
          example.text, loss: example.loss, claim: claim, sizes: sizes, seed: UInt64(11 + number))
        #expect(drift <= 1e-7, "\(claim) at \(sizes): \(drift)")
      }
    }
  }

  @Test(arguments: BondCases.broken)
  func whatIsBrokenIsRejected(example: BondCase) throws {
    for claim in example.claims {
      for kind in [ProofEvidence.Kind.identity, .ideal] {
        #expect(!Self.isAccepted(example.text, claim, kind), "\(claim)")
      }
      let drift = try BondDrift.drift(example.text, loss: example.loss, claim: claim, sizes: [2, 3], seed: 5)
      #expect(drift > 1e-6, "\(claim) is no false claim: \(drift)")
    }
  }

  @Test(arguments: BondCases.refused)
  func whatWordsDoNotSayIsRejected(example: BondCase) {
    for claim in example.claims {
      for kind in [ProofEvidence.Kind.identity, .ideal, .squares, .cofactor] {
        #expect(!Self.isAccepted(example.text, claim, kind), "\(claim)")
      }
    }
  }
}
