import CertificateChecker
import Testing

/// What the checker says of functions that are no polynomials, beside what the integrator's program says at random states, with several
/// data points: another reading of the language and other derivatives.
@Suite("Atoms and the integrator")
struct AtomOracleTests {
  private static let factors = ["2", "(-1)", "7/5", "1000001/1000000"]

  /// The claim with one of its names multiplied.
  private static func changed(_ claim: String, among names: Set<Substring>) -> [String] {
    var found: [String] = []
    for match in claim.matches(of: /[A-Za-z_][A-Za-z_0-9]*/) where names.contains(match.output) {
      for factor in factors {
        var text = claim
        text.replaceSubrange(match.range, with: "(\(factor)*\(match.output))")
        found.append(text)
      }
    }
    return found
  }

  /// Names of arrays in a text.
  private static func names(_ source: String) -> Set<Substring> {
    var names: Set<Substring> = []
    for line in source.split(separator: "\n") where line.hasPrefix("param") || line.hasPrefix("data") {
      for match in line.dropFirst(5).matches(of: /([A-Za-z_][A-Za-z_0-9]*)(\[[^\]]*\])?/) {
        names.insert(match.output.1)
      }
    }
    return names.subtracting(["d", "h", "k", "n"])
  }

  @Test("what is accepted seems true, and what is said to be false seems false", arguments: AtomCase.all.indices)
  func truth(number: Int) {
    let example = AtomCase.all[number]
    #expect(Oracle.answer(example.source, [:], example.claim, seed: UInt64(number)) != .isFalse, "\(example.name)")
    for claim in example.falseClaims {
      let answer = Oracle.answer(example.source, [:], claim, seed: UInt64(number))
      #expect(answer != .isTrue, "\(example.name): \(claim)")
    }
  }

  @Test("one factor of a claim is multiplied")
  func factors() {
    var (count, accepted, known) = (0, 0, 0)
    for (number, example) in AtomCase.all.enumerated() where !example.name.hasPrefix("attention") {
      if Oracle.answer(example.source, [:], example.claim, seed: UInt64(number)) == .isTrue { known += 1 }
      for claim in Self.changed(example.claim, among: Self.names(example.source)) {
        count += 1
        guard case .accepted = CertificateChecker.check(example.certificate(claim)) else { continue }
        accepted += 1
        let answer = Oracle.answer(example.source, [:], claim, seed: UInt64(count))
        #expect(answer != .isFalse, "\(example.name): \(claim)")
      }
    }
    #expect(
      count >= 500 && accepted <= count / 3 && known >= 50, "\(count) changes, \(accepted) accepted, \(known) known")
  }

  @Test("random changes of texts and claims crash nothing, and what is accepted after them seems true")
  func changes() {
    var random = Generator(7)
    let symbols = Array("0123459+-*/^(),.xyuvwa ")
    let words = [
      "relu", "exp", "log", "sqrt", "tanh", "abs", "gelu", "silu", "sigmoid", "norm", "act", "max", "softmax",
    ]
    var (accepted, rejected) = (0, 0)
    for number in 0..<1500 {
      let example = AtomCase.all[number % AtomCase.all.count]
      guard !example.name.hasPrefix("attention") else { continue }
      var (source, claim) = (example.source, example.claim)
      for _ in 0...random.below(2) {
        func change(_ text: String) -> String {
          if random.below(3) == 0 {
            let own = words.filter { text.contains($0 + "(") }
            if !own.isEmpty {
              return text.replacing(random.pick(own) + "(", with: random.pick(words) + "(", maxReplacements: 1)
            }
          }
          var letters = Array(text)
          let place = random.below(letters.count)
          switch random.below(3) {
          case 0: letters[place] = random.pick(symbols)
          case 1: letters.remove(at: place)
          default: letters.insert(random.pick(symbols), at: place)
          }
          return String(letters)
        }
        if random.below(2) == 0 { source = change(source) } else { claim = change(claim) }
      }
      var certificate = example.certificate(claim, source: source)
      guard case .accepted = CertificateChecker.check(certificate, work: 300_000) else {
        rejected += 1
        certificate.verdict = "violated"
        certificate.evidence = ProofEvidence(
          .witness, witness: witness(["x": "2", "y": "1", "u": "3", "v": "5", "a": "-1", "w": "1/2"], value: "1"))
        _ = CertificateChecker.check(certificate, work: 300_000)
        continue
      }
      accepted += 1
      #expect(Oracle.answer(source, [:], claim, seed: UInt64(number)) != .isFalse, "\(claim) of \(source)")
    }
    #expect(accepted > 50 && rejected > 500, "\(accepted) accepted, \(rejected) rejected")
  }
}
