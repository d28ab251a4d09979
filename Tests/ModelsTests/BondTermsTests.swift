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
          let model = try MatrixFactorization(shape: [rows, columns], hiddenWidths: [width])
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

  @Test("strided views, transposed or with gaps")
  func strides() {
    var random = TestRandom(82)
    let theta = random.numbers(200)
    for (rows, columns, rowStride, columnStride) in [
      (3, 4, 4, 1), (3, 4, 1, 3), (3, 4, 10, 2), (1, 4, 1, 1), (1, 4, 1, 5), (4, 1, 1, 1), (4, 1, 3, 1), (1, 1, 1, 1),
      (4, 3, 2, 9),
    ] {
      let view = MatrixView(
        name: "M", offset: 5, rows: rows, columns: columns, rowStride: rowStride, columnStride: columnStride)
      let turned = MatrixView(
        name: "N", offset: 5, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
      let terms = BondTerms(bonds: [.bilinear(outer: turned, inner: view)])
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
}
