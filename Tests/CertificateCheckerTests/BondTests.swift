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

  /// Definitions stand in each other to any depth, and the loss may ask for any number of words.
  @Test("texts that ask for much work end")
  func deepTexts() {
    let head = "dim n\ninput x[n]\nparam A[n,n], B[n,n]\n"
    let chain = (1...4_000).map { "let a\($0) = tanh(a\($0 - 1))\n" }.joined()
    #expect(Self.isAccepted(head + "let a0 = A*B*x\n" + chain + "model f = a4000", "conserved A'*A - B*B'"))
    #expect(!Self.isAccepted(head + "let a0 = A*B*x + B*x\n" + chain + "model f = a4000", "conserved A'*A - B*B'"))
    let words = (1...4_000).map { "let a\($0) = -a\($0 - 1)\n" }.joined()
    #expect(!Self.isAccepted(head + "let a0 = A\n" + words + "model f = a4000*B*x", "conserved a4000"))
    #expect(Self.isAccepted(head + "let a0 = A\n" + words + "model f = a4000*B*x", "conserved a4000'*a4000 - B*B'"))
    // 2⁶⁰ words, of which letters take the place.
    let sums = (1...60).map { "let a\($0) = a\($0 - 1)*(I(n) + A*B)\n" }.joined()
    #expect(Self.isAccepted(head + "let a0 = I(n)\n" + sums + "model f = a60*x", "conserved A'*A - B*B'"))
    #expect(!Self.isAccepted(head + "let a0 = I(n)\n" + sums + "model f = a60*x", "conserved A*A' - B'*B"))
    let powers = (1...40).map { "let a\($0) = a\($0 - 1)^90\n" }.joined()
    #expect(!Self.isAccepted(head + "let a0 = A\n" + powers + "model f = a40*B*x", "conserved A'*A - B*B'"))
    let factors = String(repeating: "*(A + B)", count: 2_000)
    #expect(!Self.isAccepted(head + "model f = A" + factors + "*x", "conserved A'*A - B*B'"))
  }
}
