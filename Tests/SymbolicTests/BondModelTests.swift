import CertificateChecker
import FlowLanguage
import Foundation
import Symbolic
import Testing
import Verdicts

/// What the prover says of bonds, the second checker accepts for all sizes; what is not kept it does not.
@Suite("bonds of the model files")
struct BondModelTests {
  private static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/models/"

  static let models: [(name: String, kept: [String], others: [String])] = [
    ("attention", ["keys", "values"], ["across"]),
    ("multi-head-attention", ["keys", "values", "keys2", "values2"], ["heads", "outer"]),
    ("lora", ["balance"], ["frozen", "size"]),
    ("residual", ["first", "second"], ["across"]),
    ("tied-embedding", ["whole"], ["half"]),
    ("hierarchical", ["sizes"], []),
    ("tucker", ["sizes"], []),
    ("residual-linear", ["whole"], []),
    ("deep-matrix", ["first", "second"], []),
    ("matrix-factorization", ["balance"], []),
    ("weight-decay", ["fades"], []),
    ("momentum", ["turns"], []),
    ("gated-unit", [], ["gate", "both"]),
    ("two-layer-tanh", [], ["neuron"]),
  ]

  private static func check(_ source: String, _ claim: CheckedClaim, _ evidence: ProofEvidence) -> CheckResult {
    CertificateChecker.check(
      Certificate(
        program: "tests", name: "t.flow", source: source, sizes: [:], claim: claim.text, verdict: "holds", scope: .all,
        evidence: evidence))
  }

  @Test("laws of the model files", arguments: models)
  func laws(name: String, kept: [String], others: [String]) throws {
    let source = try String(contentsOfFile: Self.folder + name + ".flow", encoding: .utf8)
    let file = try #require(FlowFile.parse(source, name: name).check().file)
    for label in kept {
      let claim = try #require(file.claims.first { $0.label == label }, "\(label)")
      let proof = try ClaimProver(file).prove(claim, called: label)
      #expect(proof.verdict == .holds)
      let result = Self.check(source, claim, try #require(proof.evidence))
      #expect(result == .accepted("holds for all sizes: \(claim.text)"), "\(label)")
    }
    for label in others {
      let claim = try #require(file.claims.first { $0.label == label }, "\(label)")
      guard case .rejected = Self.check(source, claim, ProofEvidence(.identity)) else {
        Issue.record("\(label) of \(name)")
        continue
      }
    }
  }

  /// Blocks beside and below each other, which are polynomials at given sizes.
  @Test("a bond of blocks")
  func blocks() throws {
    let source = try String(contentsOfFile: Self.folder + "bias-block.flow", encoding: .utf8)
    let file = try #require(FlowFile.parse(source, name: "bias-block").check().file)
    for claim in file.claims {
      let proof = try ClaimProver(file).prove(claim, called: "c")
      guard proof.verdict == .holds else { continue }
      #expect(claim.label == "bond")
      let certificate = Certificate(
        program: "tests", name: "t.flow", source: source, sizes: [:], claim: claim.text, verdict: "holds",
        scope: .given, evidence: try #require(proof.evidence))
      guard case .accepted = CertificateChecker.check(certificate) else {
        Issue.record("\(CertificateChecker.check(certificate))")
        continue
      }
    }
  }

  static let texts =
    AllSizesTests.chains + AllSizesTests.others + AllSizesSoundnessTests.traps + AllSizesSoundnessTests.endless

  /// Two readings that share nothing but the parser, of every text of the prover's own tests.
  @Test("the prover and the checker say the same of what is conserved", arguments: texts.indices)
  func agreement(number: Int) throws {
    let text = Self.texts[number].0
    let file = try #require(FlowFile.parse(text, name: "t.flow").check().file)
    // What moves entry by entry is not read by the checker at all.
    if case .mirror = file.flow { return }
    for claim in file.claims {
      switch claim.form {
      case .conserved, .decays: break
      default: continue
      }
      let proof = try AllSizesProver(file).prove(claim, called: "c")
      let holds = proof?.verdict == .holds
      let evidence = holds ? try #require(proof?.evidence) : ProofEvidence(.identity)
      let result = Self.check(text, claim, evidence)
      let isAccepted = if case .accepted = result { true } else { false }
      // Under a sum over an index the checker alone reads words; this one is true there.
      let isOfCheckerAlone = text.contains("sum(s: A[i,s]*B[j,s]*C[k,s])") && claim.text.contains("norm2(A) - norm2(B)")
      #expect(isAccepted == (holds || isOfCheckerAlone), "\(claim.text): \(result)")
    }
  }
}
