import CertificateChecker
import Testing

/// Lists of laws in which one thing is wrong, with the digest of what they say.
@Suite("Mutated lists of laws")
struct LawMutationTests {
  /// Cases that take little time.
  private static let cases = LawCase.all.filter { ($0.certificate.bound?.columns.count ?? 0) < 40 }

  private func isRejected(_ certificate: LawCertificate, _ what: String) throws -> Int {
    let result = try CertificateChecker.check(CertificateFile.encode(certificate))
    if case .accepted(let statement) = result {
      Issue.record("\(what): \(statement)")
      return 0
    }
    return 1
  }

  @Test("counts, ranks, bounds and words")
  func numbers() throws {
    var count = 0
    for example in Self.cases {
      let certificate = example.certificate
      for step in [-2, -1, 1, 2, 1000, -1_000_000_007] {
        var changed = certificate
        changed.count += step
        count += try isRejected(changed, "\(example.name), count \(step)")
        changed = certificate
        changed.independence?.rank += step
        count += try isRejected(changed, "\(example.name), rank of gradients \(step)")
        changed = certificate
        changed.bound?.rank += step
        count += try isRejected(changed, "\(example.name), rank of columns \(step)")
        changed = certificate
        changed.bound?.bound += step
        count += try isRejected(changed, "\(example.name), bound \(step)")
        // All of them together, as a prover that lies would write them.
        changed = certificate
        changed.bound?.bound += step
        changed.bound?.rank -= step
        changed.complete = changed.count == changed.bound?.bound
        count += try isRejected(changed, "\(example.name), rank and bound \(step)")
        changed = certificate
        changed.count += step
        changed.independence?.rank += step
        changed.complete = changed.count == changed.bound?.bound
        count += try isRejected(changed, "\(example.name), count and rank \(step)")
      }
      var changed = certificate
      changed.complete.toggle()
      count += try isRejected(changed, "\(example.name), complete")
      changed = certificate
      changed.clock.toggle()
      // Without a clock a law of time is none, and with one the rank is another.
      count += try isRejected(changed, "\(example.name), clock")
      changed = certificate
      changed.independence = nil
      count += try isRejected(changed, "\(example.name), no independence")
      if changed.claim != nil {
        changed = certificate
        changed.verdict = certificate.verdict == "holds" ? "violated" : "holds"
        count += try isRejected(changed, "\(example.name), verdict")
        for claim in [
          "laws degree 1 count \(certificate.count)", "laws", "laws degree 2", "conserved 1",
          "laws count 1\nclaim laws count 2",
        ] {
          changed = certificate
          changed.claim = claim
          // That two laws are no three is true of every degree.
          if certificate.verdict == "violated", claim.hasPrefix("laws degree 1") { continue }
          count += try isRejected(changed, "\(example.name), \(claim)")
        }
      }
    }
    #expect(count >= 400, "\(count)")
  }

  @Test("a law's coefficient")
  func laws() throws {
    var count = 0
    for example in Self.cases {
      for place in example.certificate.laws.indices {
        let law = example.certificate.laws[place]
        for (old, new) in [
          ("- ", "- 2*"), ("- ", "- 1000000001/1000000000*"), ("- ", "+ "), ("^2", "^3"), ("+ ", "+ 3*"),
          ("]", "]*2*x"),
        ] {
          var changed = example.certificate
          guard let range = law.text.ranges(of: old).last else { continue }
          changed.laws[place].text.replaceSubrange(range, with: new)
          // u v − w is what it is with another sign of an only law; a law with another factor stays one.
          guard changed.laws[place].text != law.text else { continue }
          count += try isRejected(changed, "\(example.name), \(changed.laws[place].text)")
        }
        var changed = example.certificate
        changed.laws.remove(at: place)
        count += try isRejected(changed, "\(example.name), without law \(place)")
        changed = example.certificate
        changed.laws[place].form = law.form == .claim ? .polynomial : .claim
        count += try isRejected(changed, "\(example.name), other form of law \(place)")
      }
    }
    #expect(count >= 80, "\(count)")
  }

  @Test("another prime, point or column is looked at again")
  func choices() throws {
    var (rejected, same) = (0, 0)
    func look(_ changed: LawCertificate, _ example: LawCase) throws {
      // What is said is the same, so that what is accepted is as true as it was.
      let result = try CertificateChecker.check(CertificateFile.encode(changed))
      if case .accepted = result {
        same += 1
        #expect(result == CertificateChecker.check(example.certificate))
      } else {
        rejected += 1
      }
    }
    var random = Generator(3)
    for example in Self.cases
    where ["chain [2, 2, 2]", "one too many", "reciprocals", "decay", "Euler's top", "attention"].contains(example.name)
    {
      // Composite, too small, too large; then primes.
      for prime in [
        0, -1, 1, 4, 7, 1 << 31, LawCase.prime - 2, LawCase.prime + 2, 3_215_031_751, 1_073_741_789, Int.max, Int.min,
      ] {
        var changed = example.certificate
        changed.bound?.prime = prime
        rejected += try isRejected(changed, "\(example.name), prime \(prime)")
        changed = example.certificate
        changed.independence?.prime = prime
        rejected += try isRejected(changed, "\(example.name), prime \(prime)")
      }
      for prime in [2_147_483_647, 1_000_000_000_000_000_003, 4_611_686_018_427_387_847] {
        var changed = example.certificate
        changed.bound?.prime = prime
        changed.independence?.prime = prime
        try look(changed, example)
      }
      for name in example.certificate.bound?.point.keys.sorted().prefix(4) ?? [] {
        for value in [0, 1, -5, Int.max, Int.min] {
          var changed = example.certificate
          changed.bound?.point[name] = value
          try look(changed, example)
          changed = example.certificate
          changed.independence?.point[name] = value
          try look(changed, example)
        }
      }
      var changed = example.certificate
      changed.bound?.point = [:]
      try look(changed, example)
      changed = example.certificate
      changed.independence?.point["nobody"] = 1
      rejected += try isRejected(changed, "\(example.name), a name that is none")
      for _ in 0..<6 {
        changed = example.certificate
        guard let columns = changed.bound?.columns.count, columns > 0 else { continue }
        changed.bound?.columns[random.below(columns)] = .init(field: random.below(1 << 40))
        try look(changed, example)
        changed.bound?.columns.removeLast(columns / 2)
        try look(changed, example)
      }
      for column in [
        LawCertificate.Column(field: -1), .init(field: 1, along: nil, depth: 1), .init(field: 1, along: 2, depth: 0),
        .init(field: 1, along: 2, depth: 13), .init(field: 1, along: -2, depth: 1),
        .init(field: 1, along: 2, depth: -1),
      ] {
        changed = example.certificate
        changed.bound?.columns[0] = column
        rejected += try isRejected(changed, "\(example.name), \(column)")
      }
    }
    #expect(rejected >= 150 && same >= 150, "\(rejected) rejected, \(same) true")
  }
}
