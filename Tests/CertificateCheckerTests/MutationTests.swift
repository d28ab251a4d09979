import CertificateChecker
import Testing

/// Certificates in which one thing is wrong, with the digest of what they say: they are rejected by mathematics.
@Suite("Mutated certificates")
struct MutationTests {
  /// What a name or number of a text may be multiplied by.
  private static let factors = ["2", "3", "(-1)", "1000000001/1000000000", "7/5"]

  /// The places of names in a claim.
  private static func names(_ text: String, among names: Set<String>) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var start: String.Index?
    for index in text.indices + [text.endIndex] {
      let isInName = index < text.endIndex && (text[index].isLetter || text[index].isNumber || text[index] == "_")
      if isInName {
        start = start ?? index
      } else if let from = start {
        if names.contains(String(text[from..<index])) { found.append(from..<index) }
        start = nil
      }
    }
    return found
  }

  /// Parameters, and their velocities.
  private static let parameters: Set<String> = [
    "u", "v", "x", "y", "z", "x1", "x2", "U", "V", "W", "W1", "W2", "W3", "E", "A", "B", "C", "a", "b", "w", "v_u",
    "v_W1", "v_W2", "K",
    "Q", "s",
  ]

  /// A name may stand in an index or behind an apostrophe, where a factor is no formula: such texts are rejected as texts.
  private static func multiplied(_ claim: String) -> [(text: String, factor: String)] {
    var found: [(String, String)] = []
    for range in names(claim, among: parameters) {
      for factor in factors {
        let name = claim[range]
        found.append((claim.replacingCharacters(in: range, with: "(\(factor)*\(name))"), factor))
      }
    }
    return found
  }

  @Test("one factor of a claim is multiplied")
  func claims() throws {
    var (count, rejected, believed) = (0, 0, 0)
    for example in Cases.all {
      for (text, factor) in Self.multiplied(example.certificate.claim) where !text.contains("grad((") {
        var changed = example.certificate
        changed.claim = text
        count += 1
        let result = try CertificateChecker.check(CertificateFile.encode(changed))
        if case .rejected = result {
          rejected += 1
          continue
        }
        // What is accepted must be true: the integrator's program agrees.
        believed += 1
        let seed = UInt64(count)
        let answer = Oracle.answer(changed.source, changed.sizes, changed.claim, seed: seed)
        if changed.verdict == "holds" {
          #expect(answer != .isFalse, "\(example.name): \(text) by \(factor)")
          // Even powers do not see a sign.
          let even = ["sign of the larger factor", "balanced powers", "balanced powers by differences"]
          let isEven = factor == "(-1)" && even.contains(example.name)
          if answer == .unknown { #expect(example.isScaleInvariant || isEven, "\(example.name): \(text)") }
        } else {
          #expect(answer != .isTrue, "\(example.name): \(text) by \(factor)")
        }
      }
    }
    #expect(count >= 600 && rejected >= 500, "\(count) mutations, \(rejected) rejected, \(believed) true")
  }

  private func isRejected(_ certificate: Certificate, _ what: String) throws -> Bool {
    let result = try CertificateChecker.check(CertificateFile.encode(certificate))
    if case .accepted(let statement) = result {
      Issue.record("\(what): \(statement)")
      return false
    }
    return true
  }

  @Test("cofactors, squares, entries and what is conserved")
  func evidence() throws {
    var count = 0
    for example in Cases.all {
      let certificate = example.certificate
      for addend in ["1", "-1/1000000000", "2"] {
        for place in (certificate.evidence.cofactors ?? []).indices {
          // The all-sizes cofactor is a formula, where a sum with a number is one as well.
          var changed = certificate
          changed.evidence.cofactors?[place] += addend.hasPrefix("-") ? " - 1/1000000000" : " + \(addend)"
          count += try isRejected(changed, "\(example.name), cofactor \(place)") ? 1 : 0
        }
        for place in (certificate.evidence.entries ?? []).indices {
          var changed = certificate
          changed.evidence.entries?[place] += addend.hasPrefix("-") ? " - 1/1000000000" : " + \(addend)"
          count += try isRejected(changed, "\(example.name), entry \(place)") ? 1 : 0
        }
        for place in (certificate.evidence.squares ?? []).indices where certificate.scope == .given {
          var changed = certificate
          changed.evidence.squares?[place].root += addend.hasPrefix("-") ? " - 1/1000000000" : " + \(addend)"
          count += try isRejected(changed, "\(example.name), square \(place)") ? 1 : 0
        }
      }
      for coefficient in ["0", "-1", "3", "1000000001/1000000000", "1/0", "x", ""] {
        for place in (certificate.evidence.squares ?? []).indices {
          var changed = certificate
          changed.evidence.squares?[place].coefficient = coefficient
          count += try isRejected(changed, "\(example.name), coefficient \(coefficient)") ? 1 : 0
        }
      }
      for place in (certificate.evidence.squares ?? []).indices {
        var changed = certificate
        changed.evidence.squares?.remove(at: place)
        count += try isRejected(changed, "\(example.name), without square \(place)") ? 1 : 0
      }
      if certificate.evidence.conserved != nil {
        for text in ["0", "-1", "u", "u^2", "1 + v"] {
          var changed = certificate
          changed.evidence.conserved = text
          if example.name == "linear convergence", text == "0" || text == "-1" { continue }
          count += try isRejected(changed, "\(example.name), conserved \(text)") ? 1 : 0
        }
      }
    }
    #expect(count >= 150, "\(count)")
  }

  @Test("points and values")
  func witnesses() throws {
    var (count, same) = (0, 0)
    for example in Cases.all {
      guard let witness = example.certificate.evidence.witness else { continue }
      let statement = CertificateChecker.check(example.certificate)
      for value in ["0", "1", "-1", "2", "-2", "4", "-8", "1/3", "1/500000001", "x", "1/0", "0/1"]
      where value != witness.value {
        var changed = example.certificate
        changed.evidence.witness?.value = value
        count += try isRejected(changed, "\(example.name), value \(value)") ? 1 : 0
      }
      for name in witness.values.keys.sorted() {
        for value in ["0", "2", "-1", "5", "1/7", "-3/2", "1000000007"] where value != witness.values[name] {
          var changed = example.certificate
          changed.evidence.witness?.values[name] = value
          // Another point may still refute the claim with the stated value: it is recomputed.
          let result = CertificateChecker.check(changed)
          if case .accepted = result {
            same += 1
            #expect(result == statement)
          } else {
            count += 1
          }
        }
        var changed = example.certificate
        changed.evidence.witness?.values[name] = nil
        if case .rejected = CertificateChecker.check(changed) { count += 1 } else { same += 1 }
      }
      for name in ["q", "u[1]", "grad(f)[1]", "#f", "W1[0,1]", "W1[3,3]", ""] {
        var changed = example.certificate
        changed.evidence.witness?.values[name] = "1"
        count += try isRejected(changed, "\(example.name), name \(name)") ? 1 : 0
      }
      for entry in [[1], [1, 1], [2, 2], [0], [1, 2, 3], [9, 9]] where entry != witness.entry {
        var changed = example.certificate
        changed.evidence.witness?.entry = entry
        // Both entries of the diagonal leave 0 at the point.
        if example.name == "rank", entry == [2, 2] { continue }
        count += try isRejected(changed, "\(example.name), entry \(entry)") ? 1 : 0
      }
    }
    #expect(count >= 200 && same <= count / 5, "\(count) rejected, \(same) true")
  }

  @Test("every other kind, verdict and scope")
  func kinds() throws {
    var count = 0
    for example in Cases.all {
      for kind in ProofEvidence.Kind.allCases where kind != example.certificate.evidence.kind {
        var changed = example.certificate
        changed.evidence.kind = kind
        let result = CertificateChecker.check(changed)
        guard case .accepted = result else {
          count += 1
          continue
        }
        // The names of kinds may share what is checked; the verdict stays.
        let pair: Set<ProofEvidence.Kind> = [kind, example.certificate.evidence.kind]
        let isSame =
          pair.isSubset(of: [.witness, .matrices, .boundaryPoint]) || pair.isSubset(of: [.identity, .rationalLaw])
          || pair.isSubset(of: [.cofactor, .cofactorModulo]) || pair.isSubset(of: [.identity, .squares])
          || pair.isSubset(of: [.identity, .ideal])
          || pair.isSubset(of: [.squares, .squaresPlusIdeal])
        #expect(isSame, "\(example.name) as \(kind): \(result)")
      }
      var changed = example.certificate
      changed.verdict = changed.verdict == "holds" ? "violated" : "holds"
      count += try isRejected(changed, "\(example.name), other verdict") ? 1 : 0
    }
    #expect(count >= 400, "\(count)")
  }
}
