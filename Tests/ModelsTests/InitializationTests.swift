import ArrayFiles
import Checkers
import GSLBridge
import Models
import Testing

@Suite("Starts")
struct InitializationTests {
  private func terms(_ model: Model, _ theta: [Double]) -> BondTerms {
    let terms = BondTerms(bonds: model.bonds)
    terms.update(theta)
    return terms
  }

  @Test("gaussian: mean 0 and standard deviation α, entry by entry")
  func gaussian() throws {
    let model = try Model(CPFactorization(shape: [40, 50, 30], components: 100))
    for scale in [1e-3, 0.05, 2] {
      let theta = try Initialization.gaussian.parameters(for: model, scale: scale, seed: 3)
      #expect(theta.count == 12_000)
      // The standard errors of mean, standard deviation and kurtosis of 12 000 draws are 1/110, 1/155 and √24/110.
      let mean = theta.reduce(0, +) / 12_000 / scale
      #expect(abs(mean) <= 4 / 110.0)
      let squares = theta.reduce(0) { $0 + $1 * $1 } / 12_000 / (scale * scale)
      #expect(abs(squares.squareRoot() - 1) <= 4 / 155.0)
      let fourths = theta.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 12_000 / (scale * scale * scale * scale)
      #expect(abs(fourths / (squares * squares) - 3) <= 4 * 24.0.squareRoot() / 110)
    }
  }

  @Test("draws repeat, scale, and differ between seeds and blocks")
  func streams() throws {
    let model = try Model(MatrixFactorization(shape: [4, 4], hiddenWidths: [4, 4]))
    func draw(_ kind: Initialization, _ scale: Double, _ seed: UInt64) throws -> [Double] {
      try kind.parameters(for: model, scale: scale, seed: seed)
    }
    // A family's own start may not suit a matrix.
    for kind in [Initialization.gaussian, .balanced, .identity] {
      let (one, again, two) = (try draw(kind, 0.1, 1), try draw(kind, 0.1, 1), try draw(kind, 0.1, 2))
      #expect(one == again)
      #expect(kind == .identity || one != two)
    }
    let theta = try draw(.gaussian, 1, 1)
    #expect(agree(try draw(.gaussian, 0.25, 1), theta.map { 0.25 * $0 }, within: 0))
    let blocks = model.layout.blocks.map { Array(theta[$0.range]) }
    #expect(blocks[0] != blocks[1] && blocks[1] != blocks[2])
    // A block's draw does not depend on how large the others are, nor on the model.
    let wider = try Model(MatrixFactorization(shape: [9, 4], hiddenWidths: [4, 7]))
    let other = try Initialization.gaussian.parameters(for: wider, scale: 1, seed: 1)
    #expect(Array(other[wider.layout.blocks[0].range]) == blocks[0])
    #expect(Array(other[wider.layout.blocks[1].range].prefix(16)) == blocks[1])
    #expect(try draw(.balanced, 0.1, .max).allSatisfy(\.isFinite))
  }

  @Test("balanced matrix starts: balanced to roundoff, with the drawn end-to-end matrix", arguments: 0..<30)
  func balancedMatrix(seed: Int) throws {
    var random = TestRandom(700 + UInt64(seed))
    let shape = [random.index(1...6), random.index(1...6)]
    let rank = shape.min() ?? 1
    let widths = (0..<random.index(0...4)).map { _ in rank + random.index(0...3) }
    let model = try Model(MatrixFactorization(shape: shape, hiddenWidths: widths))
    let theta = try Initialization.balanced.parameters(for: model, scale: 0.3, seed: UInt64(seed))
    let bonds = terms(model, theta)
    #expect(bonds.unbalancedness <= 20 * 0x1p-52 * bonds.largestTerm * Double(rank))
    // The end-to-end matrix is the same draw whatever the depth: that of depth 1.
    let shallow = try Initialization.balanced.parameters(
      for: Model(MatrixFactorization(shape: shape, hiddenWidths: [])), scale: 0.3, seed: UInt64(seed))
    let end = model.endToEnd(theta)
    #expect(agree(end, shallow, within: 100 * 0x1p-52 * largest(shallow) * Double(rank)))
    // The padding is zero: only the first `rank` rows and columns of the hidden layers are used.
    for (block, next) in zip(model.layout.blocks, model.layout.blocks.dropFirst()) {
      for k in rank..<max(rank, block.rows) {
        for j in 0..<block.columns { #expect(theta[block.offset + k * block.columns + j] == 0) }
        for i in 0..<next.rows { #expect(theta[next.offset + i * next.columns + k] == 0) }
      }
    }
  }

  @Test("the factorization of a given matrix, also a singular or a zero one")
  func givenMatrix() throws {
    let chain = try MatrixFactorization(shape: [3, 2], hiddenWidths: [2, 4])
    let model = try Model(chain)
    for elements in [[1.0, 2, 3, 4, 5, 6], [1, 2, 2, 4, 3, 6], [0, 0, 0, 0, 0, 0], [1e-200, 0, 0, 1e-200, 0, 0]] {
      let theta = try chain.balancedParameters(endToEnd: Matrix(rows: 3, columns: 2, elements: elements))
      #expect(agree(model.endToEnd(theta), elements, within: 200 * 0x1p-52 * largest(elements)))
      let bonds = terms(model, theta)
      #expect(bonds.unbalancedness <= 50 * 0x1p-52 * bonds.largestTerm)
    }
  }

  @Test("balanced CP starts: equal norms in every component, directions and products of the gaussian draw")
  func balancedTensor() throws {
    for shape in [[1, 1, 1], [3, 4, 2], [2, 5, 1, 3]] {
      let model = try Model(CPFactorization(shape: shape, components: 6))
      let theta = try Initialization.balanced.parameters(for: model, scale: 0.2, seed: 5)
      let drawn = try Initialization.gaussian.parameters(for: model, scale: 0.2, seed: 5)
      let bonds = terms(model, theta)
      #expect(bonds.unbalancedness <= 8 * 0x1p-52 * bonds.largestTerm)
      #expect(terms(model, drawn).unbalancedness > 1e-3)
      let (norms, before) = (model.componentNorms(theta), model.componentNorms(drawn))
      for r in 0..<6 { #expect(abs(norms[r] - before[r]) <= 20 * 0x1p-52 * before[r]) }
      // Each vector is a positive multiple of the drawn one.
      #expect(zip(theta, drawn).allSatisfy { $0 * $1 > 0 })
    }
  }

  @Test(
    "balanced CP starts of order 2 and Tucker: every law that labels show is 0, W is the gaussian draw's, the norm less"
  )
  func balancedByLabels() throws {
    for (name, options) in [
      ("cp", ModelOptions(shape: [3, 4], components: 2)), ("cp", ModelOptions(shape: [2, 2], components: 5)),
      ("tucker", ModelOptions(shape: [4, 3, 5], values: ["core": .integers([2, 3, 2])])),
    ] {
      let model = try ModelCatalog.model(name, options)
      let theta = try Initialization.balanced.parameters(for: model, scale: 0.4, seed: 5)
      let drawn = try Initialization.gaussian.parameters(for: model, scale: 0.4, seed: 5)
      let bonds = terms(model, theta)
      #expect(bonds.unbalancedness <= 1e-12 * bonds.largestTerm && terms(model, drawn).unbalancedness > 1e-3)
      #expect(agree(model.endToEnd(theta), model.endToEnd(drawn), within: 1e-13 * largest(model.endToEnd(drawn))))
      #expect(dot(theta, theta) < dot(drawn, drawn))
    }
  }

  @Test("identity: every layer α·I, also of rectangular layers")
  func identity() throws {
    let model = try Model(MatrixFactorization(shape: [2, 3], hiddenWidths: [2]))
    let theta = try Initialization.identity.parameters(for: model, scale: 0.5, seed: 1)
    #expect(theta == [0.5, 0, 0, 0, 0.5, 0, 0.5, 0, 0, 0.5])
  }

  @Test("the unbalancedness magnitude by its definition")
  func unbalancedness() throws {
    let cp = try Model(CPFactorization(shape: [2, 1, 2], components: 2))
    // Columns (3, 4), (2), (0, 1) and (1, 0), (1), (1, 0): squared norms 25, 4, 1 and 1, 1, 1.
    #expect(terms(cp, [3, 1, 4, 0, 2, 1, 0, 1, 1, 0]).unbalancedness == 24)
    let matrix = try Model(MatrixFactorization(shape: [1, 2], hiddenWidths: [2]))
    // W1 = [[1, 2], [0, 1]], W2 = [1, 1]: W2ᵀW2 − W1W1ᵀ = [[1−5, 1−2], [1−2, 1−1]].
    #expect(terms(matrix, [1, 2, 0, 1, 1, 1]).unbalancedness == 18.0.squareRoot())
    #expect(terms(matrix, [1, 2, 0, 1, 1, 1]).largestTerm == 34.0.squareRoot())
    #expect(terms(try Model(MatrixFactorization(shape: [1, 2], hiddenWidths: [])), [1, 2]).unbalancedness == 0)
  }

  @Test("what cannot be drawn is refused")
  func refused() throws {
    let matrix = try Model(MatrixFactorization(shape: [3, 3], hiddenWidths: [3]))
    let narrow = try Model(MatrixFactorization(shape: [3, 4], hiddenWidths: [5, 2]))
    let cp = try Model(CPFactorization(shape: [3, 3], components: 2))
    let cases: [(Initialization, Model, Double, String)] = [
      (.gaussian, matrix, 0, "init.scale"), (.gaussian, matrix, -1, "-1"), (.gaussian, matrix, .nan, "nan"),
      (.gaussian, matrix, .infinity, "inf"), (.identity, cp, 1, "init.name gaussian"),
      (.balanced, narrow, 1, "problem.width 3 or more"), (.balanced, matrix, 0, "init.scale"),
    ]
    for (kind, model, scale, words) in cases {
      do throws(Refusal) {
        _ = try kind.parameters(for: model, scale: scale, seed: 1)
        Issue.record("\(kind) with scale \(scale) was accepted")
      } catch {
        #expect(error.description.contains(words), "\(error)")
      }
    }
  }

  @Test("start files: read back, or refused with the place")
  func files() throws {
    let folder = try ScratchFolder()
    let model = try Model(MatrixFactorization(shape: [2, 3], hiddenWidths: [2]))
    let w1 = DenseArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    let w2 = DenseArray(shape: [2, 2], values: [7, 8, 9, 10])
    func read(_ arrays: [(name: String, array: DenseArray)]) throws -> [Double] {
      let path = folder.path + "/start.npz"
      try NumpyFile.writeNPZ(arrays, to: path)
      return try Initialization.parameters(for: model, file: path)
    }
    let expected = (1...10).map(Double.init)
    #expect(try read([("W1", w1), ("W2", w2)]) == expected)
    #expect(try read([("loss", w1), ("W2", w2), ("W1", w1)]) == expected)
    let cases: [([(name: String, array: DenseArray)], String)] = [
      ([("W1", w1)], "'W2'"), ([("A1", w1), ("A2", w2)], "found: A1, A2"), ([("W1", w2), ("W2", w2)], "[2, 3]"),
      ([("W1", w1), ("W2", DenseArray(shape: [1, 2, 2], values: [7, 8, 9, 10]))], "time axis"),
      ([("W1", w1), ("W2", DenseArray(shape: [4], values: [7, 8, 9, 10]))], "'W2' has shape [4]"),
      ([("W1", w1), ("W2", DenseArray(shape: [2, 2], values: [7, .nan, 9, 10]))], "entry 1 of array 'W2' is nan"),
      ([("W1", w1), ("W2", DenseArray(shape: [2, 2], values: [7, 8, 9, -.infinity]))], "entry 3"),
    ]
    for (arrays, words) in cases {
      do {
        _ = try read(arrays)
        Issue.record("accepted, expected \(words)")
      } catch {
        #expect("\(error)".contains(words) && "\(error)".contains("start.npz"), "\(error)")
      }
    }
    #expect(throws: FileError.self) { try Initialization.parameters(for: model, file: folder.path + "/none.npz") }
    try AtomicFile.write("no archive", to: folder.path + "/text.npz")
    #expect(throws: FileError.self) { try Initialization.parameters(for: model, file: folder.path + "/text.npz") }
  }
}
