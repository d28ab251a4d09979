import ArrayFiles
import CertificateChecker
import Foundation
import Testing

/// Certificates as files.
@Suite("Certificate files")
struct FileTests {
  private static let example = Cases.given[0].certificate

  private func isDamaged(_ text: String) -> Bool { isDamaged(Array(text.utf8)) }

  private func isDamaged(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try CertificateChecker.check(bytes)
      return false
    } catch { return !error.message.isEmpty }
  }

  /// A file around a text, with the digest of exactly this text.
  static func file(_ content: String) -> String {
    let digest = Array(content.utf8).withUnsafeBytes(SHA256.digest)
    return "{\"certificate\":\(content),\"sha256\":\"\(digest)\"}"
  }

  private static let canonical =
    "{\"claim\":\"invariant u + v > 0\",\"evidence\":{\"cofactors\":[\"-grad(f)\"],\"kind\":\"cofactor\"},"
    + "\"name\":\"hand.flow\",\"program\":\"nobody\",\"schema\":\"flowcheck.certificate/1\",\"scope\":\"given\",\"sizes\":{},"
    + "\"source\":\"param u, v\\nmodel f = u*v\",\"verdict\":\"holds\"}"

  @Test("what is written is read")
  func roundTrip() throws {
    for example in Cases.all {
      #expect(try CertificateFile.decode(CertificateFile.encode(example.certificate)) == .claim(example.certificate))
    }
    for example in LawCase.all {
      #expect(try CertificateFile.decode(CertificateFile.encode(example.certificate)) == .laws(example.certificate))
    }
    var strange = Self.example
    strange.name = "\"\\\u{1}\u{7F}\u{2028}é😀/\n\t"
    strange.source += "\n# \u{0}\"}{"
    #expect(try CertificateFile.decode(CertificateFile.encode(strange)) == .claim(strange))
  }

  @Test("the digest is that of the canonical text, written by hand here")
  func canonicalText() throws {
    #expect(
      try CertificateChecker.check(Array(Self.file(Self.canonical).utf8)) == .accepted("holds: invariant u + v > 0"))
    // Order, spaces and escapes of a file do not matter.
    let digest = Array(Self.canonical.utf8).withUnsafeBytes(SHA256.digest)
    let other = Self.canonical.replacing(",\"verdict\":\"holds\"}", with: "}").replacing(
      "{\"claim\"", with: "{ \"verdict\" : \"h\\u006flds\" ,\n\"claim\"")
    let file = "\n{\"sha256\": \"\(digest)\", \"certificate\": \(other)}\t"
    #expect(try CertificateChecker.check(Array(file.utf8)) == .accepted("holds: invariant u + v > 0"))
  }

  @Test("every byte counts")
  func damage() throws {
    let bytes = CertificateFile.encode(Self.example)
    var random = Generator(11)
    var (damaged, spaces) = (0, 0)
    for _ in 0..<2000 {
      var changed = bytes
      switch random.below(4) {
      case 0: changed[random.below(changed.count)] = UInt8(random.below(256))
      case 1: changed.remove(at: random.below(changed.count))
      case 2: changed.insert(UInt8(random.below(256)), at: random.below(changed.count + 1))
      default: changed.removeLast(1 + random.below(changed.count - 1))
      }
      if changed == bytes { continue }
      if isDamaged(changed) {
        damaged += 1
      } else {
        // White space between values, the only thing that says nothing.
        spaces += 1
        #expect(
          changed.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            == bytes.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) })
      }
    }
    #expect(damaged > 1500 && damaged + spaces > 1900, "\(damaged) damaged, \(spaces) spaces")
  }

  @Test("what is no certificate")
  func others() {
    let texts = [
      "", " ", "{", "[]", "null", "{}", "{\"certificate\":{}}", "{\"sha256\":\"\"}", Self.canonical,
      "{\"certificate\":1,\"sha256\":\"\"}",
      Self.file("{}"), Self.file("[]"), Self.file("1"), Self.file("{\"schema\":1}"),
      Self.file("{\"schema\":\"flowcheck.certificate/2\"}"),
      Self.file("{\"schema\":\"flowcheck.certificate/1\"}"), Self.file("{\"schema\":\"flowcheck.laws-certificate/1\"}"),
      Self.file(Self.canonical.replacing("\"given\"", with: "\"some\"")),
      Self.file(Self.canonical.replacing("\"kind\":\"cofactor\"", with: "\"kind\":\"proof\"")),
      Self.file(Self.canonical.replacing("\"holds\"", with: "\"maybe\"")),
      Self.file(Self.canonical.replacing("\"program\"", with: "\"more\":1,\"program\"")),
      Self.file(Self.canonical.replacing("\"sizes\":{}", with: "\"sizes\":{\"n\":0}")),
      Self.file(Self.canonical.replacing("\"sizes\":{}", with: "\"sizes\":{\"n\":1000001}")),
      Self.file(Self.canonical.replacing("\"sizes\":{}", with: "\"sizes\":{\"n\":-1}")),
      Self.file(Self.canonical.replacing("\"sizes\":{}", with: "\"sizes\":{\"n\":1.5}")),
      Self.file(Self.canonical.replacing("\"sizes\":{}", with: "\"sizes\":{\"n\":9223372036854775808}")),
      Self.file(Self.canonical.replacing("\"sizes\":{}", with: "\"sizes\":{\"n\":2,\"n\":2}")),
      Self.file(Self.canonical.replacing("nobody", with: "no\u{1}body")),
      Self.file(Self.canonical.replacing("nobody", with: "\\ud800")),
      Self.file(Self.canonical.replacing("nobody", with: "\\x")),
      Self.file(Self.canonical) + "x", Self.file(Self.canonical) + Self.file(Self.canonical),
      String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 1_000_000),
    ]
    for text in texts { #expect(isDamaged(text), "\(text.prefix(300))") }
    #expect(isDamaged([0xFF, 0xFE]))
    #expect(isDamaged(Array(Self.file(Self.canonical).utf8) + [0xC3]))
    let upper = Self.file(Self.canonical)
    #expect(!isDamaged(upper))
  }

  @Test("a damaged file is no rejection, and a rejection no damage")
  func kinds() throws {
    var wrong = Self.example
    wrong.evidence.cofactors = ["grad(f)"]
    guard case .rejected(let reason) = try CertificateChecker.check(CertificateFile.encode(wrong)) else {
      Issue.record("accepted")
      return
    }
    #expect(reason.contains("q' − k q"))
    let text = String(decoding: CertificateFile.encode(Self.example), as: UTF8.self).replacing(
      "-grad(f)", with: "grad(f)")
    #expect(isDamaged(text))
  }
}
