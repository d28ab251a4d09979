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

  @Test("what a list rests on is found again from its laws alone", arguments: LawCase.all.indices)
  func proposals(number: Int) throws {
    let example = LawCase.all[number]
    var bare = example.certificate
    (bare.claim, bare.verdict) = (nil, nil)
    (bare.count, bare.independence, bare.bound, bare.complete) = (0, nil, nil, false)
    for seed: UInt64 in [1, 99] {
      let found = try LawCheck(bare).completed(seed: seed, work: 100_000_000)
      #expect(found.count == example.certificate.count, "\(example.name)")
      #expect(found.bound?.bound == example.certificate.bound?.bound, "\(example.name)")
      #expect(found.complete == example.certificate.complete, "\(example.name)")
      guard case .accepted = CertificateChecker.check(found) else {
        Issue.record("\(example.name): \(CertificateChecker.check(found))")
        continue
      }
    }
    #expect(throws: Rejection.self) { try LawCheck(bare).completed(seed: 1, work: 1) }
  }

  private func list(_ source: String, _ law: String, forAllData: Bool) -> LawCertificate {
    LawCertificate(
      program: "tests", name: "data.flow", source: source, sizes: [:], forAllData: forAllData,
      laws: [.init(.claim, "conserved \(law)")], count: 0, independence: nil, bound: nil, complete: false)
  }

  @Test("laws for all data depend on none, and are bounded by the fields of all")
  func data() throws {
    let products = "param u[2], v[2]\ndata y[2]\nloss 1/2*norm2(u.*v - y)"
    for (forAll, bound) in [(true, 2), (false, 3)] {
      let found = try LawCheck(list(products, "u.*u - v.*v", forAllData: forAll)).completed(seed: 1, work: 1_000_000)
      #expect(found.count == 2 && found.bound?.bound == bound)
      guard case .accepted = CertificateChecker.check(found) else {
        Issue.record("\(forAll)")
        continue
      }
      // Of given data all columns are one field; one field of all data bounds less, and rightly.
      guard forAll else { continue }
      var changed = found
      changed.forAllData.toggle()
      guard case .rejected = CertificateChecker.check(changed) else {
        Issue.record("read the other way: \(forAll)")
        continue
      }
    }
    let centred = "param u, v\ndata y\nloss 1/2*(u - y)^2 + 1/2*(v - y)^2"
    let quotient = "(u - y)/(v - y)"
    let found = try LawCheck(list(centred, quotient, forAllData: false)).completed(seed: 1, work: 1_000_000)
    #expect(found.complete && found.count == 1)
    #expect(throws: Rejection.self) {
      try LawCheck(list(centred, quotient, forAllData: true)).completed(seed: 1, work: 1_000_000)
    }
  }
}
