import Checkers
import Models
import Testing

/// The laws derived from programs: their number, their truth, and what must not be derived.
@Suite struct LawTests {
  /// Numbers known from the exact counts of symmetries of these instances.
  @Test(arguments: try LawExample.polynomial() + LawExample.smooth()) func count(_ example: LawExample) throws {
    let laws = try example.program.laws(of: [example.root])
    let count = try example.program.independentCount(laws)
    #expect(count == example.count, "\(laws.map(\.statement))")
  }

  @Test(arguments: try LawExample.polynomial()) func trueModuloAPrime(_ example: LawExample) throws {
    var random = TestRandom(81)
    let laws = try example.program.laws(of: [example.root])
    #expect(try falseRows(laws, example.program, of: example.root, random: &random) == 0, "\(laws.map(\.statement))")
  }

  @Test(arguments: try LawExample.polynomial() + LawExample.smooth()) func trueInDoubles(_ example: LawExample) throws {
    var random = TestRandom(82)
    let laws = try example.program.laws(of: [example.root])
    for _ in 0..<5 {
      #expect(
        try largestRate(laws, example.program, of: example.root, random: &random) < 1e-13, "\(laws.map(\.statement))")
    }
  }
}
