import CertificateChecker
import Testing

/// Certificates of true mathematics, and the same with something wrong in them.
@Suite("Certificates of claims")
struct ClaimTests {
  @Test(arguments: Cases.all.indices)
  func trueOnesAreAccepted(number: Int) throws {
    let example = Cases.all[number]
    let result = try CertificateChecker.check(CertificateFile.encode(example.certificate))
    guard case .accepted(let statement) = result else {
      Issue.record("\(example.name): \(result)")
      return
    }
    #expect(statement.hasPrefix(example.certificate.verdict), "\(example.name): \(statement)")
  }

  @Test(arguments: Cases.all.indices)
  func otherModelsAreRejected(number: Int) throws {
    let example = Cases.all[number]
    for (old, new) in example.falseTexts {
      var changed = example.certificate
      changed.source = changed.source.replacing(old, with: new)
      #expect(changed.source != example.certificate.source, "\(example.name): \(old) is not in the text")
      let result = CertificateChecker.check(changed)
      guard case .rejected = result else {
        Issue.record("\(example.name) with \(new): \(result)")
        continue
      }
    }
  }
}
