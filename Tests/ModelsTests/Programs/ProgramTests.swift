import Models
import Testing

/// The description itself: one form for equal products, exact coefficients, refusals that say what is wrong.
@Suite struct ProgramTests {
  @Test func equalNodesAreOne() throws {
    var program = Program()
    let a = try program.block("A", [2, 3])
    let b = try program.block("B", [3, 4])
    let product = try program.einsum("ij,jk->ik", [a, b])
    #expect(try program.einsum("xy,zx->zy", [b, a]) == product)
    #expect(try program.map(.tanh, product) == program.map(.tanh, product))
    // A factor as it stands is that factor; a transpose is not.
    #expect(try program.einsum("ij->ij", [a]) == a)
    #expect(try program.einsum("ij->ji", [a]) != a)
  }

  @Test func equalTermsMergeAndZerosGo() throws {
    var program = Program()
    let r = try program.block("r", [3])
    let loss = try program.einsum("i,i->", [r, r], times: Rational(1, 2))
    // ½⟨r, r⟩ has the gradient r, not two halves.
    #expect(try program.gradient(of: loss, by: [r]) == [r])
    let nothing = try program.combine(1, r, -1, r)
    #expect(program.isZero(nothing))
    #expect(try program.map(.tanh, nothing) == nothing)
    let other = try program.block("s", [2])
    let none = try program.gradient(of: loss, by: [other])[0]
    #expect(program.isZero(none))
  }

  @Test func layoutFollowsTheBlocks() throws {
    var program = Program()
    _ = try program.block("W", [3, 2, 4])
    _ = try program.block("b", [5])
    _ = try program.block("c", [])
    let blocks = program.layout.blocks
    #expect(blocks.map(\.name) == ["W", "b", "c"] && blocks.map(\.offset) == [0, 24, 29])
    #expect(blocks.map(\.rows) == [3, 5, 1] && blocks.map(\.columns) == [8, 1, 1])
  }

  @Test func degrees() throws {
    var program = Program()
    let u = try program.block("U", [3, 2])
    let v = try program.block("V", [2, 3])
    let chain = try program.einsum("ij,jk->ik", [u, v])
    let square = try program.einsum("ij,kj->ik", [u, u])
    let cube = try program.map(.polynomial([0, 0, 0, 1]), chain)
    #expect(program.isMultilinear(chain) && !program.isMultilinear(square))
    #expect(program.degree(of: square, in: u) == 2 && program.degree(of: square, in: v) == 0)
    #expect(program.degree(of: cube, in: u) == 3)
    let smooth = try program.map(.tanh, chain)
    #expect(program.degree(of: smooth, in: u) == nil)
  }

  @Test func rationals() throws {
    #expect(try Rational(1, 10) + Rational(2, 10) == Rational(3, 10))
    #expect(try Rational(-4, -6) == Rational(2, 3) && Rational(2, -6) == -Rational(1, 3))
    #expect(try Rational(3, 4) * Rational(8, 9) == Rational(2, 3))
    #expect(try Rational(1, 10).value == 0.1)
    #expect(throws: Refusal.self) { try Rational(1, 0) }
    #expect(throws: Refusal.self) { try Rational(Int.max) * Rational(2) }
    #expect(throws: Refusal.self) { try Rational(1, Int.max) + Rational(1, Int.max - 1) }
  }

  @Test func refusals() throws {
    var program = Program()
    let a = try program.block("A", [2, 3])
    func refuses(_ part: String, _ body: (inout Program) throws -> Void) {
      var copy = program
      do {
        try body(&copy)
        Issue.record("not refused: \(part)")
      } catch {
        #expect("\(error)".contains(part), "\(error)")
      }
    }
    refuses("extent 3 and extent 2") { _ = try $0.einsum("ij,jk->ik", [a, a]) }
    refuses("1 letters") { _ = try $0.einsum("i,jk->k", [a, a]) }
    refuses("2 operands and is given 1") { _ = try $0.einsum("ij,jk->ik", [a]) }
    refuses("no arrow") { _ = try $0.einsum("ij", [a]) }
    refuses("extent of k") { _ = try $0.einsum("ij->ijk", [a]) }
    refuses("called A") { _ = try $0.block("A", [1]) }
    refuses("shape [2, 0]") { _ = try $0.block("B", [2, 0]) }
    refuses("5 numbers") { _ = try $0.data([1, 2, 3, 4, 5], [2, 3]) }
    refuses("index 3 on axis 1") { _ = try $0.selection(rows: [2], of: [2, 3], indices: [0, 0, 1, 3]) }
    refuses("3 indices") { _ = try $0.selection(rows: [2], of: [2, 3], indices: [0, 0, 1]) }
    refuses("single number") { _ = try $0.softmax($0.constant(1)) }
    refuses("does not fit an output") { _ = try $0.gradient(of: a, by: [a]) }
    refuses("not in the program") {
      var other = Program()
      for name in ["A", "B", "C", "D"] { _ = try other.block(name, [1]) }
      _ = try $0.map(.exp, other.blocks[3].node)
    }
    refuses("2 labels do not fit") {
      _ = try $0.sum([Program.Product(1, [Program.Use(a, [0, 1])], out: [0, 1])], shape: [2])
    }
  }
}
