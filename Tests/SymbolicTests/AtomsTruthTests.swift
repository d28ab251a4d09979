import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// What is proved with atoms is 0 in double precision too, at points that are drawn, as the programs of the language evaluate it.
@Suite("atoms: truth")
struct AtomsTruthTests {
  @Test(
    "what is proved is 0",
    arguments: AtomsClaimsTests.formulas + AtomsClaimsTests.exponentials + AtomsClaimsTests.blocks)
  func isTrue(text: String, expected: [String]) throws {
    // act and leaky without a slope have no values.
    if ["act(", "leaky(x)", "leaky(W*x)"].contains(where: text.contains) { return }
    let lines = text.split(separator: "\n").map(String.init)
    let head = lines.filter { !$0.hasPrefix("claim") }.joined(separator: "\n").replacing("input ", with: "data ")
    let claims = lines.filter { $0.hasPrefix("claim") }
    for (claim, kind) in zip(claims, expected) where kind == "identity" {
      let file = try GivenSizesTests.file(head + "\nobserve defect = \(try Self.defect(claim))\n")
      var random = SplitMix(seed: 5)
      func draw(_ count: Int) -> [Double] { (0..<count).map { _ in Double(random.next(within: 1000)) / 700 + 1e-3 } }
      var compared = 0
      for _ in 0..<20 {
        let data = Dictionary(
          uniqueKeysWithValues: file.neededArrays.map { ($0.name, draw($0.shape.reduce(1, *))) })
        let evaluator = try FlowProgram(file, data: data).evaluator(of: file.observations[0].value)
        if evaluator.cotangentCount > 0 { evaluator.setCotangent(draw(evaluator.cotangentCount), rate: nil) }
        let values = AtomsNumbersTests.write(evaluator, draw(evaluator.stateCount))
        guard values.allSatisfy(\.isFinite) else { continue }
        compared += 1
        #expect(values.allSatisfy { abs($0) < 1e-7 }, "\(claim): \(values)")
      }
      #expect(compared > 0, "\(claim)")
    }
  }

  /// What a claim says is 0, as a formula.
  private static func defect(_ claim: String) throws -> String {
    let parts = claim.split(separator: " ", maxSplits: 2).map(String.init)
    switch parts[1] {
    case "conserved": return "der(\(parts[2]))"
    case "identity":
      let sides = parts[2].split(separator: " = ").map(String.init)
      return "(\(sides[0])) - (\(sides[1]))"
    default:
      let sides = parts[2].split(separator: " rate ").map(String.init)
      return "der(\(sides[0])) + (\(sides[1]))*(\(sides[0]))"
    }
  }
}
