import Checkers
import Models
import Testing

/// The laws derived from programs are those of the theorems, and the bonds of the models.
@Suite struct LawBondTests {
  @Test(
    arguments: [([4, 5], [3]), ([3, 3], [3, 3]), ([2, 4], [6, 1, 3]), ([1, 5], [2]), ([4, 3], [])] as [([Int], [Int])])
  func matrix(_ shape: [Int], _ widths: [Int]) throws {
    let model = try Model(MatrixFactorization(shape: shape, hiddenWidths: widths))
    let example = try ProgramModel.matrix([shape[1]] + widths + [shape[0]])
    #expect(model.layout == example.layout)
    let laws = try example.program.laws(of: [example.node])
    #expect(laws.count == model.bonds.count && laws.allSatisfy { $0.kind == .gram })
    #expect(
      Set(laws.map { Set($0.terms.map { "\(model.layout.blocks[$0.block].name)[\($0.axes[0])]" }) })
        == Set(widths.indices.map { ["W\($0 + 1)[0]", "W\($0 + 2)[1]"] }))
    // The numbers: Gram matrices of the bonds' terms.
    var random = TestRandom(87)
    let parameters = random.numbers(model.layout.count)
    let terms = BondTerms(bonds: model.bonds)
    parameters.withUnsafeBufferPointer { terms.update($0.baseAddress!) }
    let worst = laws.flatMap { $0.rows(in: example.program) }.reduce(0) { max($0, abs($1.value(parameters))) }
    #expect(model.bonds.isEmpty || (worst > 0 && worst <= terms.unbalancedness * (1 + 1e-14)))
  }

  @Test(arguments: [([4, 5], 3), ([3, 2, 4], 5), ([2, 3, 2, 3], 2), ([2, 2, 2, 2, 2], 1)] as [([Int], Int)])
  func canonicalPolyadic(_ shape: [Int], _ components: Int) throws {
    let model = try Model(CPFactorization(shape: shape, components: components))
    let example = try ProgramModel.cp(shape, components: components)
    let laws = try example.program.laws(of: [example.node])
    let order = shape.count
    if order == 2 {
      // The whole Gram law, whose diagonal is the declared norms.
      #expect(laws.count == 1 && laws[0].kind == .gram && laws[0].extent == components)
      #expect(try example.program.independentCount(laws) == components * (components + 1) / 2)
    } else {
      #expect(laws.count == order - 1 && laws.allSatisfy { $0.kind == .norm && $0.extent == components })
      #expect(try example.program.independentCount(laws) == components * (order - 1))
    }
    // Lemma 1 of Razin, Maman, Cohen (2021): differences of norms lie in the span of the derived numbers.
    let lemma = (1..<order).map { other in
      Law(
        kind: .norm,
        terms: [0, other].map { Law.Term(block: $0, axes: [1], coefficient: $0 == 0 ? 1 : -1) }, extent: components,
        batch: [], in: example.program)
    }
    let count = try example.program.independentCount(laws)
    #expect(try example.program.independentCount(laws + lemma) == count)
    #expect(try example.program.independentCount(lemma) == components * (order - 1))
    #expect(model.bonds.count == (order == 2 ? 1 : components))
  }

  @Test func statements() throws {
    func statements(_ name: String) throws -> [String] {
      let all = try LawExample.polynomial() + LawExample.smooth()
      let example = try #require(all.first { $0.name == name })
      return try example.program.laws(of: [example.root]).map(\.statement)
    }
    #expect(try statements("convolution and dense head").count == 1)
    #expect(try statements("V1 W X1 + V2 W X2") == ["−V1ᵀV1 − V2ᵀV2 + WWᵀ is conserved"])
    #expect(try statements("quadratic units a u²") == ["−2·‖a[k]‖² + ‖u[k,:]‖² is conserved for every k"])
    #expect(try statements("softmax classifier with bias") == ["Σₛ W[s,:] is conserved", "Σₛ bW[s] is conserved"])
  }
}
