import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Random models, flows and claims as texts: what is proved has the value 0 wherever it is tried, and the product rule holds.
@Suite("random texts for all sizes")
struct AllSizesRandomTests {
  /// A formula of square matrices as text, and its derivative along the flow by the product rule as text.
  struct Formula {
    let text: String
    let derivative: String

    static func random(_ depth: Int, _ letters: [String], _ random: inout SplitMix) -> Formula {
      func choice(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
      func part() -> Formula { Self.random(depth - 1, letters, &random) }
      guard depth > 0 else {
        let letter = letters[choice(letters.count)]
        return Formula(text: letter, derivative: "der(\(letter))")
      }
      switch choice(6) {
      case 0, 1:
        let (a, b) = (part(), part())
        return Formula(
          text: "(\(a.text)*\(b.text))", derivative: "(\(a.derivative)*\(b.text) + \(a.text)*\(b.derivative))")
      case 2:
        let (a, b) = (part(), part())
        return Formula(text: "(\(a.text) - 2*\(b.text))", derivative: "(\(a.derivative) - 2*\(b.derivative))")
      case 3:
        let a = part()
        return Formula(text: "(\(a.text))'", derivative: "(\(a.derivative))'")
      case 4:
        let (a, b) = (part(), part())
        return Formula(
          text: "(tr(\(a.text))*\(b.text))",
          derivative: "(tr(\(a.derivative))*\(b.text) + tr(\(a.text))*\(b.derivative))")
      default:
        let (a, b) = (part(), part())
        return Formula(
          text: "(dot(\(a.text), \(b.text))*I(n))",
          derivative: "((dot(\(a.derivative), \(b.text)) + dot(\(a.text), \(b.derivative)))*I(n))")
      }
    }
  }

  static func head(_ seed: Int, _ random: inout SplitMix) -> String {
    let model = Formula.random(1 + seed % 2, ["A", "B", "C"], &random).text
    let loss = seed % 3 == 0 ? "loss 1/2*norm2(X - C)\n" : ""
    let flow = ["", "flow gradient decay lambda\n", "flow momentum(tau)\n"][seed / 3 % 3]
    return "dim n\nparam A[n,n], B[n,n]\ndata C[n,n]\nmodel X = A + \(model)\n" + loss + flow
  }

  @Test("the derivative along any flow follows the product rule", arguments: 0..<90)
  func productRule(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let head = Self.head(seed, &random)
    let formula = Formula.random(1 + seed % 3, ["A", "B", "C"], &random)
    let text =
      head + "claim identity der(\(formula.text)) = \(formula.derivative)\n"
      + "claim identity der(\(formula.text)) = \(formula.derivative) + 1/1000000000*A'*C\n"
    let file = try #require(FlowFile.parse(text, name: "t.flow").check().file, "\(text)")
    let proofs = try file.claims.map { try AllSizesProver(file).prove($0, called: "c") }
    #expect(proofs.map { $0?.verdict } == [.holds, .violated], "\(text)\(proofs)")
  }

  @Test("what is proved has the value 0 everywhere, and what is not has not", arguments: 0..<40)
  func verdicts(seed: Int) throws {
    var random = SplitMix(seed: 700 + UInt64(seed))
    let head = Self.head(seed, &random)
    let (a, b) = (
      Formula.random(1, ["A", "B"], &random).text, Formula.random(1 + seed % 2, ["A", "B", "C"], &random).text
    )
    let claims = [
      "conserved \(a)*\(b) - (\(b)'*\(a)')'", "conserved \(b)", "decays \(a) rate 2*tr(\(b))",
      "identity tr(\(a)*\(b)) = tr(\(b)'*\(a)')", "identity \(a)*\(b) = \(b)*\(a)", "nonincreasing norm2(\(a)) by \(b)",
    ]
    let text = head + claims.map { "claim \($0)\n" }.joined()
    let file = try #require(FlowFile.parse(text, name: "t.flow").check().file, "\(text)")
    for claim in file.claims {
      let proof = try AllSizesProver(file, seed: UInt64(seed)).prove(claim, called: "c")
      guard let holds = proof.map({ $0.verdict == .holds }) else { continue }
      var isZero = true
      for size in 1...3 {
        for _ in 0..<2 {
          // The letters of the words by their names alone; their values are those of the entries.
          var reader = WordReader(file)
          let motion = try WordMotion(&reader, isOfWords: true)
          reader.motion = motion
          _ = try Departure(claim.form, &reader, motion)
          let point = MatrixPoint(
            corner: size, sizes: ["n": size],
            matrices: reader.alphabet.symbols.map { _ in (0..<size * size).map { _ in random.next(within: 2) } },
            scalars: reader.alphabet.scalars.map { $0.isSize ? size : 1 + abs(random.next(within: 2)) })
          var entries = DirectValue(file, point, reader.alphabet)
          let value = try #require(try entries.departure(claim.form))
          isZero = isZero && value.allSatisfy { $0 == 0 }
        }
      }
      #expect(holds == isZero, "\(claim.text) in \(head)")
    }
  }
}
