import CertificateChecker
import Testing

/// Lists of laws with the numbers of EXACT A.3, A.6 and EXACT-2 section 2.
@Suite("Certificates of laws")
struct LawTests {
  @Test(arguments: LawCase.all.indices)
  func trueOnesAreAccepted(number: Int) throws {
    let example = LawCase.all[number]
    let result = try CertificateChecker.check(CertificateFile.encode(example.certificate))
    guard case .accepted(let statement) = result else {
      Issue.record("\(example.name): \(result)")
      return
    }
    let count = example.certificate.count
    #expect(statement.contains("\(count) independent conservation law"), "\(example.name): \(statement)")
    #expect(statement.contains("complete") == example.certificate.complete, "\(example.name): \(statement)")
  }

  @Test(arguments: LawCase.all.indices)
  func otherModelsAreRejected(number: Int) throws {
    let example = LawCase.all[number]
    for (old, new) in example.falseTexts {
      var changed = example.certificate
      changed.source = changed.source.replacing(old, with: new)
      #expect(changed.source != example.certificate.source, "\(example.name): \(old) is not in the text")
      guard case .rejected = CertificateChecker.check(changed) else {
        Issue.record("\(example.name) with \(new)")
        continue
      }
    }
  }
}
