import Checkers
import GSLBridge
import Models
import Testing

@Suite("Models as values, and the model catalog")
struct ModelTests {
  @Test("layout and words")
  func layout() throws {
    let matrix = try Model(MatrixFactorization(shape: [4, 3], hiddenWidths: [5, 2]))
    #expect(matrix.layout.blocks.map(\.name) == ["W1", "W2", "W3"])
    #expect(matrix.layout.blocks.map { [$0.rows, $0.columns] } == [[5, 3], [2, 5], [4, 2]])
    #expect(matrix.summary == "matrix factorization 4×3, depth 3, widths 5,2")
    #expect(
      try Model(MatrixFactorization(shape: [4, 3], hiddenWidths: [])).summary == "matrix factorization 4×3, depth 1")
    let cp = try Model(CPFactorization(shape: [10, 10, 10, 10], components: 1000))
    #expect(cp.layout.blocks.map(\.name) == ["A1", "A2", "A3", "A4"])
    #expect(cp.layout.count == 40_000)
    #expect(cp.summary == "CP factorization 10×10×10×10, 1000 components")
    #expect(cp.bonds.count == 1000)
  }

  @Test("the layers of a matrix factorization multiply to W")
  func layers() throws {
    var random = TestRandom(22)
    let model = try MatrixFactorization(shape: [4, 3], hiddenWidths: [5, 2])
    let theta = random.numbers(model.layout.count)
    let layers = model.layers(theta)
    #expect(layers.map { [$0.rows, $0.columns] } == [[5, 3], [2, 5], [4, 2]])
    #expect(layers.flatMap(\.elements) == theta)
    // Sums of at most 2·5 terms of size at most 1.
    #expect(agree((layers[2] * (layers[1] * layers[0])).elements, model.endToEnd(theta), within: 100 * 0x1p-52))
  }

  @Test("bonds leave the end-to-end object unchanged, and balance what they say")
  func bonds() throws {
    var random = TestRandom(21)
    let models: [Model] = [
      try Model(MatrixFactorization(shape: [4, 3], hiddenWidths: [5, 2, 2])),
      try Model(MatrixFactorization(shape: [4, 3], hiddenWidths: [])),
      try Model(CPFactorization(shape: [3, 1, 4], components: 3)),
    ]
    for model in models {
      let parameters = random.numbers(model.layout.count)
      let object = parameters.withUnsafeBufferPointer { model.endToEnd($0.baseAddress!) }
      for bond in model.bonds {
        var moved = parameters
        switch (bond.terms[0].quantity, bond.terms[bond.terms.count - 1].quantity) {
        case (.gram(let outers), .gram(let inners)):
          // (outer M, M⁻¹ inner) with M = I + c e_a e_bᵀ: slice b gains c times slice a, slice a loses c times slice b.
          let (outer, inner) = (outers[0], inners[0])
          try #require(outers.count == 1 && inners.count == 1 && outer.rows == inner.rows && inner.rows >= 2)
          let (a, b, c) = (0, inner.rows - 1, 0.7)
          for i in 0..<outer.columns {
            let place = outer.offset + i * outer.columnStride
            moved[place + b * outer.rowStride] += c * moved[place + a * outer.rowStride]
          }
          for j in 0..<inner.columns {
            let place = inner.offset + j * inner.columnStride
            moved[place + a * inner.rowStride] -= c * moved[place + b * inner.rowStride]
          }
        case (.squaredNorm(let first), .squaredNorm(let last)):
          first.scale(&moved, by: 3)
          last.scale(&moved, by: 1 / 3.0)
        default: Issue.record("a bond of \(model.summary) ties \(bond.terms.map(\.name))")
        }
        #expect(moved != parameters)
        // Sums of at most 5·2·2 terms of size at most 2.
        #expect(agree(moved.withUnsafeBufferPointer { model.endToEnd($0.baseAddress!) }, object, within: 100 * 0x1p-52))
      }
    }
    #expect(models[0].bonds.count == 3 && models[1].bonds.isEmpty && models[2].bonds.count == 3)
  }

  @Test("a model whose output passes a kink says so")
  func kinks() throws {
    func model(_ function: Function, isOutput: Bool) throws -> Model {
      var program = Program()
      let block = try program.block("w", [3])
      let mapped = try program.map(function, block)
      try program.setOutput(isOutput ? mapped : block)
      return try Model("mapped", program)
    }
    #expect(try model(.relu, isOutput: true).nonsmoothness?.contains("relu") == true)
    #expect(try model(.absolute, isOutput: true).nonsmoothness?.contains("abs") == true)
    #expect(try model(.tanh, isOutput: true).nonsmoothness == nil)
    #expect(try model(.relu, isOutput: false).nonsmoothness == nil)
  }

  @Test("component norms")
  func componentNorms() throws {
    var random = TestRandom(22)
    let cp = try Model(CPFactorization(shape: [3, 5, 2], components: 4))
    let parameters = random.numbers(cp.layout.count)
    let norms = parameters.withUnsafeBufferPointer { cp.componentNorms($0.baseAddress!) }
    for r in 0..<4 {
      // The norm of a rank-one tensor is that of the whole tensor with the other components set to zero.
      let alone = parameters.indices.map { $0 % 4 == r ? parameters[$0] : 0 }
      let object = alone.withUnsafeBufferPointer { cp.endToEnd($0.baseAddress!) }
      #expect(abs(norms[r] - dot(object, object).squareRoot()) <= 20 * 0x1p-52)
    }
    // diag(3, −2) · rotation has singular values 3 and 2.
    let matrix = try Model(MatrixFactorization(shape: [2, 2], hiddenWidths: [2]))
    let theta = [0.6, -0.8, 0.8, 0.6, 3, 0, 0, -2]
    let values = theta.withUnsafeBufferPointer { matrix.componentNorms($0.baseAddress!) }
    #expect(agree(values, [3, 2], within: 8 * 0x1p-52))
    let broken = [Double](repeating: .nan, count: 8).withUnsafeBufferPointer { matrix.componentNorms($0.baseAddress!) }
    #expect(broken.count == 2)
  }

  @Test("the catalog builds what was asked for")
  func catalog() throws {
    func summary(_ name: String, _ options: ModelOptions) throws -> String {
      try ModelCatalog.model(name, options).summary
    }
    #expect(
      try summary("matrix", .init(shape: [10, 8], depth: 3)) == "matrix factorization 10×8, depth 3, widths 8,8")
    #expect(
      try summary("matrix", .init(shape: [10, 8], depth: 4, widths: [5]))
        == "matrix factorization 10×8, depth 4, widths 5,5,5")
    #expect(
      try summary("matrix", .init(shape: [10, 8], widths: [5, 7])) == "matrix factorization 10×8, depth 3, widths 5,7")
    #expect(try summary("matrix", .init(shape: [10, 8], depth: 1)) == "matrix factorization 10×8, depth 1")
    #expect(try summary("cp", .init(shape: [2, 3, 4], components: 1)) == "CP factorization 2×3×4, 1 component")
    let names = ModelCatalog.families.map { $0.card.name }
    #expect(Set(names).count == names.count && names.starts(with: ["matrix", "cp"]))
  }

  @Test(
    "what describes no model is refused with the value and the setting to change",
    arguments: [
      ("matrix", ModelOptions(shape: [10, 10]), "problem.depth"),
      ("matrix", .init(shape: [10, 10], depth: 0), "depth 0"),
      ("matrix", .init(shape: [10, 10], depth: 0), "problem.depth 2 or more"),
      ("matrix", .init(shape: [10, 10], depth: -3), "depth -3"),
      ("matrix", .init(shape: [10, 10], depth: .max), "problem.depth"),
      ("matrix", .init(shape: [10, 10], depth: .min), "problem.depth"),
      ("matrix", .init(shape: [10, 10], depth: 2, widths: [0]), "width 0"),
      ("matrix", .init(shape: [10, 10], depth: 3, widths: [4, -1]), "width -1"),
      ("matrix", .init(shape: [10, 10], depth: 2, widths: [.max]), "problem.width"),
      ("matrix", .init(shape: [10, 10], depth: 4, widths: [4, 5]), "4,5"),
      ("matrix", .init(shape: [10, 10], depth: 1, widths: [4]), "problem.depth 2"),
      ("matrix", .init(shape: [10, 10], widths: []), "problem.depth"),
      ("matrix", .init(shape: [10], depth: 2), "order 2"),
      ("matrix", .init(shape: [], depth: 2), "order 2"),
      ("matrix", .init(shape: [10, 10, 10], depth: 2), "problem.model cp"),
      ("matrix", .init(shape: [10, 0], depth: 2), "dimension 0"),
      ("matrix", .init(shape: [-10, -10], depth: 2), "dimension -10"),
      ("matrix", .init(shape: [.max, .max], depth: 2), "problem.shape"),
      ("matrix", .init(shape: [1 << 20, 1 << 20], depth: 2), "memory limit"),
      ("matrix", .init(shape: [10, 10], depth: 2, components: 5), "components"),
      ("cp", .init(shape: [10, 10]), "problem.components"),
      ("cp", .init(shape: [10, 10], components: 0), "problem.components 1 or more"),
      ("cp", .init(shape: [10, 10], components: -7), "-7"),
      ("cp", .init(shape: [10, 10], components: .max), "memory limit"),
      ("cp", .init(shape: [10], components: 5), "order 2 or more"),
      ("cp", .init(shape: [], components: 5), "order 2 or more"),
      ("cp", .init(shape: [10, 10, 0], components: 5), "dimension 0"),
      ("cp", .init(shape: [1 << 40, 1 << 40], components: 5), "memory limit"),
      ("cp", .init(shape: Array(repeating: 1, count: 100), components: 5), "order 100"),
      ("cp", .init(shape: [10, 10], depth: 3, components: 5), "depth 3"),
      ("cp", .init(shape: [10, 10], widths: [4], components: 5), "width 4"),
      ("diagonal", .init(shape: [10], depth: 61), "problem.depth 60 or less"),
      ("diagonal", .init(shape: [10], depth: .max), "problem.depth 60 or less"),
      ("diagonal", .init(shape: [10]), "problem.depth"),
      ("tucker", .init(shape: [4, 4], values: ["core": .integers([2, .max])]), "memory limit"),
      ("tucker", .init(shape: [4, 4], values: ["core": .integers([2, 2, 2])]), "2 positive integers"),
      ("parafac", .init(shape: [10, 10]), "matrix, cp"),
    ])
  func refused(name: String, options: ModelOptions, words: String) {
    do throws(Refusal) {
      let model = try ModelCatalog.model(name, options)
      Issue.record("built \(model.summary)")
    } catch {
      #expect(error.description.contains(words), "\(error)")
      #expect(!error.remedy.isEmpty)
    }
  }

  @Test("measurements of another shape are refused")
  func otherShape() throws {
    let measurements = try Measurements(shape: [3, 2], operators: .entries(indices: [0, 0]), values: [1])
    #expect(throws: Refusal.self) {
      try Model(MatrixFactorization(shape: [2, 3], hiddenWidths: [])).evaluator(for: measurements)
    }
    #expect(throws: Refusal.self) {
      try Model(CPFactorization(shape: [2, 3], components: 1)).evaluator(for: measurements)
    }
  }

  @Test("work memory above the limit is refused before it is allocated")
  func memory() throws {
    // Few components, of which a model keeps more than a number each.
    let samples = 60_000
    let sensing = try Measurements(
      shape: [2, 2], operators: .rankOne([[Double]](repeating: Array(repeating: 1, count: 2 * samples), count: 2)),
      values: Array(repeating: 1, count: samples))
    #expect(throws: Refusal.self) {
      try Model(CPFactorization(shape: [2, 2], components: 10_000)).evaluator(for: sensing)
    }
    let large = try Measurements(shape: [1 << 14, 1 << 14], operators: .entries(indices: [0, 0]), values: [1])
    #expect(throws: Refusal.self) {
      try Model(MatrixFactorization(shape: [1 << 14, 1 << 14], hiddenWidths: [1 << 14])).evaluator(for: large)
    }
  }
}
