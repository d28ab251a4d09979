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
    let chain = (1...2_500).map { "let a\($0) = tanh(a\($0 - 1))\n" }.joined()
    #expect(Self.isAccepted(head + "let a0 = A*B*x\n" + chain + "model f = a2500", "conserved A'*A - B*B'"))
    #expect(!Self.isAccepted(head + "let a0 = A*B*x + B*x\n" + chain + "model f = a2500", "conserved A'*A - B*B'"))
    let words = (1...2_500).map { "let a\($0) = -a\($0 - 1)\n" }.joined()
    #expect(!Self.isAccepted(head + "let a0 = A\n" + words + "model f = a2500*B*x", "conserved a2500"))
    #expect(Self.isAccepted(head + "let a0 = A\n" + words + "model f = a2500*B*x", "conserved a2500'*a2500 - B*B'"))
    // 2⁶⁰ words, of which letters take the place.
    let sums = (1...60).map { "let a\($0) = a\($0 - 1)*(I(n) + A*B)\n" }.joined()
    #expect(Self.isAccepted(head + "let a0 = I(n)\n" + sums + "model f = a60*x", "conserved A'*A - B*B'"))
    #expect(!Self.isAccepted(head + "let a0 = I(n)\n" + sums + "model f = a60*x", "conserved A*A' - B'*B"))
    // A product of more factors than a word may have.
    let layers = "dim n\nparam " + (1...450).map { "W\($0)[n,n]" }.joined(separator: ", ")
    let deep = layers + "\nmodel f = " + (1...450).reversed().map { "W\($0)" }.joined(separator: "*")
    #expect(Self.isAccepted(deep, "conserved W2'*W2 - W1*W1'"))
    #expect(!Self.isAccepted(deep, "conserved W227'*W227 - W225*W225'"))
    let shallow = layers + "\nmodel f = " + (1...300).reversed().map { "W\($0)" }.joined(separator: "*")
    #expect(Self.isAccepted(shallow, "conserved W151'*W151 - W150*W150'"))
    let powers = (1...40).map { "let a\($0) = a\($0 - 1)^90\n" }.joined()
    #expect(!Self.isAccepted(head + "let a0 = A\n" + powers + "model f = a40*B*x", "conserved A'*A - B*B'"))
    let factors = String(repeating: "*(A + B)", count: 300)
    #expect(!Self.isAccepted(head + "model f = A" + factors + "*x", "conserved A'*A - B*B'"))
  }
}
