import Checkers
import Models
import Testing

/// No derived law is false: random programs, the cases in which counting the holders of a label goes wrong, and whether the
/// checks find a false law.
@Suite struct LawTruthTests {
  @Test func randomPolynomials() throws {
    var random = TestRandom(83)
    var kinds: [Law.Kind: Int] = [:]
    for number in 0..<300 {
      let made = try RandomPolynomial(&random)
      let laws = try made.program.laws(of: [made.root])
      for law in laws { kinds[law.kind, default: 0] += 1 }
      let wrong = try #require(try falseRows(laws, made.program, of: made.root, random: &random))
      #expect(wrong == 0, "\(number): \(laws.map(\.statement)) of \(made.program.nodes)")
    }
    // The programs are not without laws.
    #expect(kinds[.gram, default: 0] > 50 && kinds[.norm, default: 0] > 50 && kinds[.block, default: 0] > 5, "\(kinds)")
  }

  @Test func randomPrograms() throws {
    var random = TestRandom(84)
    var count = 0
    for _ in 0..<300 {
      let made = try RandomProgram(&random)
      let laws = try made.program.laws(of: [made.output])
      count += laws.count
      #expect(
        try largestRate(laws, made.program, of: made.output, random: &random) < 1e-13,
        "\(laws.map(\.statement)) of \(made.program.nodes)")
    }
    #expect(count > 50)
  }

  /// Terms as (block, axis, coefficient), so that the first is 1.
  private func terms(_ law: Law, _ program: Program) -> Set<String> {
    let first = law.terms[0].coefficient.value
    return Set(
      law.terms.map { "\($0.coefficient.value / first)·\(program.blocks[$0.block].name)\($0.axes)" })
  }

  private func example(_ name: String) throws -> LawExample {
    try #require(try LawExample.polynomial().first { $0.name == name })
  }

  @Test func powersTiesAndTerms() throws {
    let expected: [(String, Law.Kind, [Set<String>])] = [
      ("quadratic units a u²", .norm, [["1.0·a[0]", "-0.5·u[0]"]]),
      ("V1 W X1 + V2 W X2", .gram, [["1.0·V1[1]", "1.0·V2[1]", "-1.0·W[0]"]]),
      ("tied E W Eᵀ", .gram, [["1.0·E[1]", "-1.0·W[0]", "-1.0·W[1]"]]), ("U Uᵀ", .gram, []),
    ]
    for (name, kind, laws) in expected {
      let example = try example(name)
      let derived = try example.program.laws(of: [example.root])
      #expect(
        derived.allSatisfy { $0.kind == kind } && derived.map { terms($0, example.program) } == laws, "\(derived)")
    }
  }

  /// Heads: a Gram law for every head, stated once; its sums and its diagonals are no laws of their own.
  @Test func batches() throws {
    let example = try #require(try LawExample.smooth().first { $0.name == "attention 2 heads" })
    let laws = try example.program.laws(of: [example.root])
    #expect(laws.map(\.kind) == [.gram, .gram] && laws.map(\.batch) == [[2], [2]] && laws.map(\.extent) == [2, 2])
    // Without the batch, only the sum over heads.
    let summed = laws.map { law in
      Law(
        kind: .gram,
        terms: law.terms.map { Law.Term(block: $0.block, axes: $0.axes, coefficient: $0.coefficient) },
        extent: law.extent, batch: [], in: example.program)
    }
    #expect(try example.program.independentCount(summed) == 6)
    #expect(try example.program.independentCount(laws + summed) == 12)
  }

  /// Negative control: laws by counting holders are caught as false wherever they are, by both checks.
  @Test func countingHoldersIsCaught() throws {
    var random = TestRandom(85)
    for name in ["quadratic units a u²", "V1 W X1 + V2 W X2", "tied E W Eᵀ"] {
      let example = try example(name)
      let laws = lawsByCountingHolders(example.program, of: example.root)
      #expect(!laws.isEmpty)
      let wrong = try #require(try falseRows(laws, example.program, of: example.root, random: &random))
      #expect(wrong > 0, "\(name)")
      #expect(try largestRate(laws, example.program, of: example.root, random: &random) > 1e-3, "\(name)")
    }
    // Where it is right, the checks say so.
    for name in ["CP order 3", "CP order 2", "Tucker", "tree of outer products"] {
      let example = try example(name)
      let laws = lawsByCountingHolders(example.program, of: example.root)
      #expect(try falseRows(laws, example.program, of: example.root, random: &random) == 0, "\(name)")
      #expect(try example.program.independentCount(laws) == example.count)
    }
  }

  /// A law with one coefficient changed, and one with a term left out, are false.
  @Test(arguments: try LawExample.polynomial()) func changedLawsAreCaught(_ example: LawExample) throws {
    var random = TestRandom(86)
    let program = example.program
    for law in try program.laws(of: [example.root]) where law.terms.count > 1 {
      for number in law.terms.indices {
        for factor in [0, -1, 2] as [Rational] {
          let terms = try law.terms.enumerated().map { position, term in
            let c = position == number ? try term.coefficient * factor : term.coefficient
            return Law.Term(block: term.block, axes: term.axes, coefficient: c, batch: term.batch)
          }
          let changed = Law(kind: law.kind, terms: terms, extent: law.extent, batch: law.batch, in: program)
          let wrong = try #require(try falseRows([changed], program, of: example.root, random: &random))
          #expect(wrong > 0, "\(changed.statement)")
        }
      }
    }
  }
}
