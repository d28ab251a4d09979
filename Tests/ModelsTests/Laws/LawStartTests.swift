import CMath
import Checkers
import GSLBridge
import Models
import Testing

/// Balanced starts of programs: the roots stay, the norm falls, every two-sided law is 0.
@Suite struct LawStartTests {
  private func squaredNorm(_ a: [Double]) -> Double { dot(a, a) }

  /// A program whose laws have no ties.
  private static func examples() throws -> [LawExample] {
    let tied = ["tied E W Eᵀ", "recurrence V W W U x"]
    let more = [
      LawExample("chain 8 × 8 depth 3", 72, try .matrix([8, 8, 8, 8])),
      LawExample("chain depth 6", 50, try .matrix([4, 4, 4, 4, 4, 4, 4])),
      LawExample("wide layer", 66, try .matrix([3, 11, 4])),
      LawExample("narrow and wide", 27, try .matrix([5, 2, 6, 3])),
    ]
    return try (LawExample.polynomial() + LawExample.smooth() + more).filter { !tied.contains($0.name) }
  }

  @Test(arguments: try examples()) func balances(_ example: LawExample) throws {
    var random = TestRandom(89)
    let program = example.program
    let checked = Checked(evaluator: try ProgramEvaluator(program, predictions: example.root))
    let start = random.numbers(checked.n).map { 0.7 * $0 + 0.01 }
    let (balanced, sweeps) = try program.balancing(of: [example.root], from: start)
    let (before, after) = (checked.predict(start), checked.predict(balanced))
    #expect(agree(before, after, within: 1e-13 * largest(before)), "\(sweeps) sweeps")
    let laws = try program.laws(of: [example.root])
    let twoSided = laws.filter { law in
      law.kind == .shift || Set(law.terms.map { $0.coefficient.numerator.signum() }).count == 2
    }
    if twoSided.isEmpty {
      #expect(balanced == start)
    } else {
      #expect(squaredNorm(balanced) < squaredNorm(start))
    }
    let scale = squaredNorm(balanced)
    for row in twoSided.flatMap({ $0.rows(in: program) }) {
      #expect(abs(row.value(balanced)) < 1e-12 * max(1, scale), "\(sweeps) sweeps")
    }
    // A balanced start stays.
    #expect(try program.balancing(of: [example.root], from: balanced).sweeps <= 1)
    if ["CP order 3", "wide layer", "ReLU with biases"].contains(example.name) { #expect(sweeps == 1) }
  }

  /// The norm of a balanced chain is known: L Σ σᵢ^(2/L) of the end-to-end matrix (Arora, Cohen, Hazan 2018).
  @Test(arguments: [[8, 8, 8, 8], [4, 6, 5], [5, 2, 6, 3], [3, 9, 9, 9, 4]]) func chain(_ widths: [Int]) throws {
    var random = TestRandom(90)
    let made = try ProgramModel.matrix(widths)
    let start = random.numbers(made.layout.count)
    let balanced = try made.program.balancedStart(of: [made.node], from: start)
    let matrix = Matrix(rows: widths[widths.count - 1], columns: widths[0], elements: object(of: made.model, start))
    let depth = Double(widths.count - 1)
    let expected = try SVD.singularValues(of: matrix).filter { $0 > 1e-12 }.reduce(0) {
      $0 + depth * pow($1, 2 / depth)
    }
    #expect(abs(squaredNorm(balanced) - expected) < 1e-12 * expected)
  }

  /// In a balanced component all norms are the geometric mean of what they were.
  @Test func geometricMeans() throws {
    var random = TestRandom(91)
    let made = try ProgramModel.cp([3, 2, 4, 2], components: 3)
    let component = try made.program.components(of: [made.node])[0]
    let start = random.numbers(made.layout.count)
    let balanced = try made.program.balancedStart(of: [made.node], from: start)
    for r in 0..<3 {
      func norms(_ parameters: [Double]) -> [Double] {
        component.factors.map { factor in
          squaredNorm(component.slice(factor, of: r, in: made.program).map { parameters[$0] }).squareRoot()
        }
      }
      let mean = pow(norms(start).reduce(1, *), 0.25)
      for norm in norms(balanced) { #expect(abs(norm - mean) < 1e-13 * mean) }
    }
  }

  /// Where a slice is 0 its component is, and so are the others at least norm.
  @Test func zeros() throws {
    var random = TestRandom(92)
    let made = try ProgramModel.cp([3, 2, 4], components: 2)
    let component = try made.program.components(of: [made.node])[0]
    var start = random.numbers(made.layout.count)
    for position in component.slice(component.factors[1], of: 0, in: made.program) { start[position] = 0 }
    let balanced = try made.program.balancedStart(of: [made.node], from: start)
    for factor in component.factors {
      #expect(component.slice(factor, of: 0, in: made.program).allSatisfy { balanced[$0] == 0 })
    }
    #expect(agree(object(of: made.model, start), object(of: made.model, balanced), within: 1e-14))
    #expect(try made.program.balancedStart(of: [made.node], from: balanced.map { $0 * 0 }).allSatisfy { $0 == 0 })
  }

  /// Σ m_g p_gr q_gr: norms are traded between p and q, and between all p of a group and m, so that no bond can be balanced alone.
  @Test func bondsThatShareEntries() throws {
    var program = Program()
    let (m, p) = (try program.block("m", [2]), try program.block("p", [2, 3, 3]))
    let q = try program.block("q", [3, 4, 2])
    try program.setOutput(program.einsum("g,gri,rjg->ij", [m, p, q]))
    var split = program
    let k = try split.block("k", [2, 3])
    try split.setOutput(split.einsum("g,gri,rjg,gr->ij", [m, p, q, k]))
    for (name, program) in [("grouped", program), ("split", split)] {
      var random = TestRandom(93)
      let model = try Model(name, program)
      #expect(model.laws.count >= 2)
      #expect(try FamilyChecks.start(model, random: &random) == [])
    }
  }

  @Test(arguments: ["tied E W Eᵀ", "recurrence V W W U x"]) func refusesTies(_ name: String) throws {
    let example = try #require(try LawExample.polynomial().first { $0.name == name })
    let start = [Double](repeating: 1, count: example.program.layout.count)
    let error = #expect(throws: Refusal.self) {
      try example.program.balancedStart(of: [example.root], from: start)
    }
    #expect(error?.problem.contains("block W stands twice") == true)
    #expect(throws: Refusal.self) {
      try example.program.balancedStart(of: [example.root], from: [1])
    }
  }
}
