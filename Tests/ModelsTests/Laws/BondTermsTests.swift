import Checkers
import Models
import Testing

@Suite("The terms of conservation laws")
struct BondTermsTests {
  @Test("Gram matrices by their definition, for every combination of dimensions from 1 to 4")
  func grams() throws {
    var random = TestRandom(81)
    for rows in 1...4 {
      for width in 1...4 {
        for columns in 1...4 {
          let model = try Model(MatrixFactorization(shape: [rows, columns], hiddenWidths: [width]))
          let theta = random.numbers(model.layout.count)
          let terms = BondTerms(bonds: model.bonds)
          terms.update(theta)
          let (w1, w2) = (model.layout.blocks[0], model.layout.blocks[1])
          let outer = (0..<width * width).map { e in
            (0..<rows).reduce(0) {
              $0 + theta[w2.offset + $1 * width + e / width] * theta[w2.offset + $1 * width + e % width]
            }
          }
          let inner = (0..<width * width).map { e in
            (0..<columns).reduce(0) {
              $0 + theta[w1.offset + e / width * columns + $1] * theta[w1.offset + e % width * columns + $1]
            }
          }
          #expect(terms.groups.map(\.names) == [["W2ᵀW2", "W1 W1ᵀ"]])
          #expect(agree(terms.values, outer + inner, within: 4 * 0x1p-52), "\(rows)×\(width)×\(columns)")
          let difference = zip(outer, inner).map { $0 - $1 }
          #expect(abs(terms.unbalancedness - dot(difference, difference).squareRoot()) <= 16 * 0x1p-52)
        }
      }
    }
  }

  @Test(
    "squared norms, component norms and inner products of vectors side by side, by their definition",
    arguments: [1, 2, 7])
  func sideBySide(components: Int) throws {
    var random = TestRandom(83)
    let model = try Model(CPFactorization(shape: [3, 1, 4], components: components))
    let theta = random.numbers(model.layout.count)
    let blocks = model.layout.blocks
    func product(_ block: Int, _ r: Int, _ s: Int) -> Double {
      (0..<blocks[block].rows).reduce(0) { sum, i in
        sum + theta[blocks[block].offset + i * components + r] * theta[blocks[block].offset + i * components + s]
      }
    }
    let terms = BondTerms(bonds: model.bonds)
    terms.update(theta)
    let squares = (0..<components).flatMap { r in blocks.indices.map { product($0, r, r) } }
    #expect(agree(terms.values, squares, within: 4 * 0x1p-52))
    #expect(terms.largestTerm == terms.values.max())
    let norms = (0..<components).map { r in blocks.indices.reduce(1) { $0 * product($1, r, r).squareRoot() } }
    #expect(agree(model.componentNorms(theta), norms, within: 64 * 0x1p-52))
    // Sizes whose squares are 0 or infinite.
    for size in [1e-200, 1e200] {
      let scaled = theta.enumerated().map { $1 * (blocks[0].range.contains($0) ? size : 1) }
      #expect(agree(model.componentNorms(scaled).map { $0 / size }, norms, within: 64 * 0x1p-52))
    }
    let views = try #require(model.components).components
    for (block, view) in blocks.indices.map({ b in (b, views.map { $0[b] }) }) {
      let bundle = try #require(VectorBundle(view))
      for shift in 0..<min(2, components) {
        var found = [Double](repeating: .nan, count: components)
        bundle.dot(theta, theta, shift: shift, into: &found)
        #expect(
          agree(found, (0..<components).map { product(block, $0, ($0 + shift) % components) }, within: 4 * 0x1p-52))
      }
    }
    #expect(VectorBundle([views[0][0], views[0][0]]) == nil)
  }

  @Test(
    "inner products of vectors side by side are summed entry after entry, without fused products",
    arguments: [1, 15, 16, 37])
  func bundles(count: Int) throws {
    var random = TestRandom(UInt64(83 + count))
    let (length, stride) = (9, count + 2)
    let (a, b) = (random.numbers(3 + length * stride), random.numbers(3 + length * stride))
    let bundle = try #require(
      VectorBundle((0..<count).map { VectorView(name: "v", offset: 3 + $0, count: length, stride: stride) }))
    for shift in 0..<min(2, count) {
      var found = [Double](repeating: .nan, count: count)
      bundle.dot(a, b, shift: shift, into: &found)
      for r in 0..<count {
        var sum = 0.0
        for i in 0..<length {
          let product = a[3 + i * stride + r] * b[3 + i * stride + (r + shift) % count]
          sum += product
        }
        #expect(found[r] == sum)
      }
    }
  }

  @Test("strided views, transposed or with gaps")
  func strides() {
    var random = TestRandom(82)
    let theta = random.numbers(200)
    for (rows, columns, rowStride, columnStride) in [
      (3, 4, 4, 1), (3, 4, 1, 3), (3, 4, 10, 2), (1, 4, 1, 1), (1, 4, 1, 5), (4, 1, 1, 1), (4, 1, 3, 1), (1, 1, 1, 1),
      (4, 3, 2, 9),
    ] {
      let view = MatrixView(
        offset: 5, rows: rows, columns: columns, rowStride: rowStride, columnStride: columnStride)
      let turned = MatrixView(
        offset: 5, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
      let flipped = MatrixView(
        offset: turned.offset, rows: turned.columns, columns: turned.rows, rowStride: turned.columnStride,
        columnStride: turned.rowStride)
      let bond = Bond(differencesOf: [
        Bond.Term(name: "NᵀN", quantity: .gram([flipped])), Bond.Term(name: "M Mᵀ", quantity: .gram([view])),
      ])
      let terms = BondTerms(bonds: [bond])
      terms.update(theta)
      let gram = (0..<rows * rows).map { e in
        (0..<columns).reduce(0) { sum, c in
          sum + theta[5 + e / rows * rowStride + c * columnStride] * theta[5 + e % rows * rowStride + c * columnStride]
        }
      }
      #expect(
        agree(terms.values, gram + gram, within: 4 * 0x1p-52), "\(rows)×\(columns), \(rowStride), \(columnStride)")
      #expect(terms.unbalancedness <= 8 * 0x1p-52)
    }
  }

  @Test("the rounding bound of the loss covers its error")
  func valueRounding() throws {
    // f = ½(ab − y)² with ab = y(1 + gap) up to rounding: the exact value is known from the gap.
    for gap in [0x1p-10, 0x1p-20, 0x1p-30, 0x1p-40, 0x1p-50] {
      let probe = try Scalar.matrix(depth: 2, target: 0.7)
      let theta = [0.7 * (1 + gap), 1.0]
      let exact = 0.5 * (0.7 * gap) * (0.7 * gap)
      #expect(abs(probe.value(theta) - exact) <= probe.objective.valueRounding(theta))
      #expect(probe.objective.valueRounding(theta) <= 1000 * 0x1p-52 * gap)
    }
  }

  /// Where a prediction fl(ab) is rounded by e = fl(ab) − ab, the loss of labels is wrong by ℓ′e.
  @Test("the rounding bound covers what rounded scores do to losses of labels", arguments: [0.3, 17.3, 251.7, 699])
  func labelRounding(_ score: Double) throws {
    for loss in [LogisticLoss(), ExponentialLoss()] as [any Loss] {
      for label in [1.0, -1] {
        let probe = try Probe(
          Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [1])),
          Measurements(shape: [1, 1], operators: .entries(indices: [0, 0]), values: [label]), loss: loss,
          normalization: .sum)
        for k in 1...50 {
          let theta = [score / (1 + Double(k) / 7), 1 + Double(k) / 7]
          let prediction = theta[0] * theta[1]
          let error = abs((-prediction).addingProduct(theta[0], theta[1]))
          let value = probe.value(theta)
          let slope = abs(LossProbe(loss).derivatives([prediction], [label])[0])
          let bound = probe.objective.valueRounding(theta)
          #expect(bound >= slope * error && bound <= 64 * 0x1p-52 * (1 + score) * max(value, slope))
        }
      }
    }
  }
}
