import CertificateChecker
import Testing

/// Certificates with random bytes changed and the digest of what they then say: nothing crashes, and nothing false is accepted.
@Suite("Random certificates")
struct FuzzTests {
  private static let characters = Array("0123456789+-*/^'()[],.:;= \"\\{}<>uvxyUVWnm_grad\n#".utf8)

  private func changed(_ text: String, _ random: inout Generator) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<1 + random.below(2) {
      switch random.below(5) {
      case 0 where !bytes.isEmpty: bytes[random.below(bytes.count)] = random.pick(Self.characters)
      case 1 where !bytes.isEmpty: bytes.remove(at: random.below(bytes.count))
      case 2: bytes.insert(random.pick(Self.characters), at: random.below(bytes.count + 1))
      case 3 where bytes.count > 1:
        let start = random.below(bytes.count)
        let piece = bytes[start..<min(bytes.count, start + 1 + random.below(8))]
        bytes.insert(contentsOf: piece, at: random.below(bytes.count))
      default: if !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("a false claim stays rejected, whatever its evidence says")
  func falseClaims() throws {
    // Of every claim that holds, one that does not, with the evidence of the true one.
    let lies: [(String, String)] = [
      ("sum of factors", "invariant u + 2*v > 0"), ("decay", "decays u^2 - v^2 rate lambda"),
      ("product of two", "conserved u + v"),
      ("first integral 1", "conserved x^2 + x^3 - 2*y^2"), ("Darboux 1", "invariant y^2 - 2*x > 0"),
      ("contraction", "nonincreasing x^2 - y"),
      ("bond", "conserved U'*U - 2*V'*V"), ("tied", "conserved E'*E - W*W'"),
      ("descent", "nonincreasing norm2(u) + norm2(v)"),
    ]
    var random = Generator(5)
    var (count, accepted) = (0, 0)
    for (name, claim) in lies {
      guard let example = Cases.all.first(where: { $0.name == name }) else {
        Issue.record("no case \(name)")
        continue
      }
      for _ in 0..<120 {
        var lie = example.certificate
        lie.claim = claim
        switch random.below(4) {
        case 0: lie.evidence.cofactors = lie.evidence.cofactors?.map { changed($0, &random) }
        case 1:
          lie.evidence.squares = lie.evidence.squares?.map {
            square(changed($0.coefficient, &random), changed($0.root, &random))
          }
        case 2: lie.evidence.kind = random.pick(ProofEvidence.Kind.allCases)
        default:
          lie.scope = random.pick([.all, .given])
          lie.evidence.conserved = random.below(2) == 0 ? nil : "1"
          lie.sizes = random.below(2) == 0 ? [:] : ["n": 1 + random.below(3)]
        }
        count += 1
        if case .accepted = try CertificateChecker.check(CertificateFile.encode(lie)) { accepted += 1 }
      }
    }
    #expect(count == 1080 && accepted == 0, "\(accepted) of \(count)")
  }

  @Test("what is accepted after random changes is true")
  func randomChanges() throws {
    var random = Generator(17)
    var (rejected, accepted, unknown) = (0, 0, 0)
    for number in 0..<2000 {
      let example = random.pick(Cases.all)
      var certificate = example.certificate
      switch random.below(3) {
      case 0: certificate.claim = changed(certificate.claim, &random)
      case 1: certificate.source = changed(certificate.source, &random)
      default:
        certificate.claim = changed(certificate.claim, &random)
        certificate.source = changed(certificate.source, &random)
      }
      guard case .accepted(let statement) = try CertificateChecker.check(CertificateFile.encode(certificate)) else {
        rejected += 1
        continue
      }
      accepted += 1
      // Text may have changed and what it says not: then what is said is as true as it was.
      if certificate.source == example.certificate.source,
        CertificateChecker.check(example.certificate) == .accepted(statement)
      {
        continue
      }
      let answer = Oracle.answer(certificate.source, certificate.sizes, certificate.claim, seed: UInt64(number))
      if answer == .unknown { unknown += 1 }
      let wrong: Oracle.Answer = certificate.verdict == "holds" ? .isFalse : .isTrue
      #expect(answer != wrong, "\(statement) of\n\(certificate.source)")
    }
    #expect(rejected > 1000 && accepted > 20, "\(rejected) rejected, \(accepted) accepted, \(unknown) not decided")
  }

  @Test("files with random bytes")
  func files() throws {
    var random = Generator(23)
    var damaged = 0
    for _ in 0..<300 {
      var bytes = CertificateFile.encode(random.pick(LawCase.all).certificate)
      for _ in 0..<1 + random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      do { _ = try CertificateFile.decode(bytes) } catch { damaged += 1 }
    }
    #expect(damaged > 250)
  }
}
