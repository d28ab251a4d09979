import FlowLanguage
import Models

/// Values of the open sizes and integers for all letters and commuting numbers.
///
/// Matrices are 0 outside a corner of at most ``corner`` rows and columns, so that products of them are as well: an exact point of any
/// size costs no more than one of small matrices.
package struct MatrixPoint {
  package var corner: Int
  package var sizes: [String: Int]
  /// Entries of the corner by the position in ``Alphabet/symbols``, row by row.
  package var matrices: [[Int]]
  /// By the position in ``Alphabet/scalars``.
  package var scalars: [Int]

  package init(corner: Int, sizes: [String: Int], matrices: [[Int]], scalars: [Int]) {
    (self.corner, self.sizes, self.matrices, self.scalars) = (corner, sizes, matrices, scalars)
  }

  /// The rows or columns of the corner along an axis.
  package static func extent(_ size: Size, _ sizes: [String: Int], corner: Int) -> Int {
    switch size {
    case .number(let value): min(value, corner)
    case .open(let name): sizes[name] ?? 1
    }
  }

  package func extent(_ size: Size) -> Int { Self.extent(size, sizes, corner: corner) }
}

/// The exact value of a sum of words at points.
package struct WordValues {
  package let sum: WordSum
  package let alphabet: Alphabet
  /// Multiplications done.
  package private(set) var work = 0

  package init(_ sum: WordSum, _ alphabet: Alphabet) { (self.sum, self.alphabet) = (sum, alphabet) }

  package struct Value: Equatable {
    package var rows: Int
    package var columns: Int
    package var entries: [Rational]
  }

  private typealias Matrix = (rows: Int, columns: Int, entries: [Int])

  /// The sum in the corner of a point; nil where integers are too large.
  package mutating func value(at point: MatrixPoint) -> Value? {
    let rows = sum.shape.map { point.extent($0.rows) } ?? 1
    let columns = sum.shape.map { point.extent($0.columns) } ?? 1
    var total = Value(rows: rows, columns: columns, entries: [Rational](repeating: 0, count: rows * columns))
    for (product, coefficient) in sum.terms {
      guard let factor = scalar(product, point) else { return nil }
      if factor == 0 { continue }
      var matrix: [Int]
      if product.word.isEmpty {
        matrix = (0..<rows * columns).map { $0 / columns == $0 % columns ? 1 : 0 }
      } else {
        guard let word = multiplied(product.word, point) else { return nil }
        matrix = word.entries
      }
      guard matrix.count == total.entries.count else { return nil }
      for k in total.entries.indices where matrix[k] != 0 {
        let (entry, overflow) = matrix[k].multipliedReportingOverflow(by: factor)
        guard !overflow, entry != .min, let part = try? coefficient * Rational(entry),
          let entry = try? total.entries[k] + part
        else { return nil }
        total.entries[k] = entry
      }
    }
    return total
  }

  /// The product of the commuting numbers and the traces.
  private mutating func scalar(_ product: WordSum.Product, _ point: MatrixPoint) -> Int? {
    var result = 1
    func multiply(_ value: Int) -> Bool {
      let (product, overflow) = result.multipliedReportingOverflow(by: value)
      result = product
      return !overflow
    }
    for power in product.scalars {
      for _ in 0..<power.exponent where !multiply(point.scalars[power.scalar]) { return nil }
    }
    for trace in product.traces where result != 0 {
      guard let matrix = multiplied(trace, point) else { return nil }
      var sum = 0
      for k in 0..<min(matrix.rows, matrix.columns) {
        let (next, overflow) = sum.addingReportingOverflow(matrix.entries[k * matrix.columns + k])
        if overflow { return nil }
        sum = next
      }
      if !multiply(sum) { return nil }
    }
    return result
  }

  private mutating func multiplied(_ word: Word, _ point: MatrixPoint) -> Matrix? {
    guard let first = word.first else { return nil }
    var product = matrix(first, point)
    for letter in word.dropFirst() {
      let factor = matrix(letter, point)
      work += product.entries.count * factor.columns
      var entries = [Int](repeating: 0, count: product.rows * factor.columns)
      for i in 0..<product.rows {
        for k in 0..<product.columns {
          let left = product.entries[i * product.columns + k]
          if left == 0 { continue }
          for j in 0..<factor.columns {
            let (term, first) = left.multipliedReportingOverflow(by: factor.entries[k * factor.columns + j])
            let (sum, second) = entries[i * factor.columns + j].addingReportingOverflow(term)
            if first || second { return nil }
            entries[i * factor.columns + j] = sum
          }
        }
      }
      product = (product.rows, factor.columns, entries)
    }
    return product
  }

  private func matrix(_ letter: Letter, _ point: MatrixPoint) -> Matrix {
    let symbol = alphabet.symbols[letter.symbol]
    let (rows, columns) = (point.extent(symbol.rows), point.extent(symbol.columns))
    let entries = point.matrices[letter.symbol]
    guard letter.isTransposed else { return (rows, columns, entries) }
    return (columns, rows, (0..<rows * columns).map { entries[$0 % rows * columns + $0 / rows] })
  }
}
