import CertificateChecker
import Foundation
import Testing

/// Proofs about functions that are no polynomials, and the same with something wrong in them.
@Suite("Atoms in proofs")
struct AtomProofTests {
  @Test("true claims are accepted, and it is said where they hold", arguments: AtomCase.all.indices)
  func accepted(number: Int) throws {
    let example = AtomCase.all[number]
    let result = try CertificateChecker.check(CertificateFile.encode(example.certificate()))
    guard case .accepted(let statement) = result else {
      Issue.record("\(example.name): \(result)")
      return
    }
    #expect(statement.hasPrefix("holds: "))
    for part in example.scope { #expect(statement.contains(part), "\(example.name): \(statement)") }
  }

  @Test("claims with one thing changed are rejected by what is left", arguments: AtomCase.all.indices)
  func rejected(number: Int) {
    let example = AtomCase.all[number]
    for claim in example.falseClaims {
      guard case .rejected(let reason) = CertificateChecker.check(example.certificate(claim)) else {
        Issue.record("\(example.name): \(claim)")
        continue
      }
      #expect(reason.contains("is not 0:"), "\(example.name): \(claim): \(reason)")
    }
    for source in example.falseSources {
      guard case .rejected(let reason) = CertificateChecker.check(example.certificate(source: source)) else {
        Issue.record("\(example.name): \(source)")
        continue
      }
      #expect(reason.contains("is not 0:"), "\(example.name): \(source): \(reason)")
    }
  }
}
