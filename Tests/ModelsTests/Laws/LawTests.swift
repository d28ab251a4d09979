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

  /// A mean that is subtracted hides a shift; any other multiple does not, nor two means over different axes.
  @Test func centringMustBeExact() throws {
    var random = TestRandom(83)
    func shifts(_ factor: Rational, _ terms: [(String, Rational)]) throws -> [String] {
      var p = Program()
      let (w, s) = (try p.block("W", [4, 3]), try p.block("s", []))
      let x = try p.integers([3, 5], 25)
      let z = try p.sum(
        [
          p.product("hi,in->hn", [w, x]), Program.Product(1, [Program.Use(s, [])], out: [0, 1]),
        ], shape: [4, 5])
      var products = [try p.product("hn->hn", [z])]
      for (text, coefficient) in terms {
        let mean = try p.einsum(text, [z], times: coefficient)
        let out = Array(text.suffix(text.count - 4))
        let labels = out.map { $0 == "h" ? 0 : 1 }
        products.append(Program.Product(factor, [Program.Use(mean, labels)], out: [0, 1]))
      }
      let square = Function.polynomial([0, 0, 1])
      let root = try p.map(square, p.sum(products, shape: [4, 5]))
      let laws = try p.laws(of: [root]).filter { $0.kind == .shift }
      #expect(try falseRows(laws, p, of: root, random: &random) == 0)
      return laws.map(\.statement).sorted()
    }
    let (quarter, fifth) = (try Rational(1, 4), try Rational(1, 5))
    #expect(try shifts(-1, [("hn->n", quarter)]) == ["every entry of s is conserved", "Σₛ W[s,:] is conserved"])
    #expect(try shifts(-1, [("hn->h", fifth)]) == ["every entry of s is conserved"])
    #expect(try shifts(-1, [("hn->n", fifth)]).isEmpty)
    #expect(try shifts(1, [("hn->n", quarter)]).isEmpty)
    #expect(try shifts(-1, [("hn->n", quarter), ("hn->h", fifth)]).isEmpty)
  }
}
