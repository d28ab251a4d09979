import Models

/// A matrix of fractions with its derivative in a direction.
package struct DualMatrix {
  package var rows: Int
  package var columns: Int
  package var entries: [Rational]
  package var slopes: [Rational]

  /// A number that does not change.
  package init(constant value: Rational) { self.init(rows: 1, columns: 1, entries: [value], slopes: [0]) }

  package init(rows: Int, columns: Int, entries: [Rational], slopes: [Rational]) {
    (self.rows, self.columns, self.entries, self.slopes) = (rows, columns, entries, slopes)
  }

  package var transposed: DualMatrix {
    func moved(_ values: [Rational]) -> [Rational] {
      (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
    }
    return DualMatrix(rows: columns, columns: rows, entries: moved(entries), slopes: moved(slopes))
  }

  /// The sum with a multiple of another.
  package func plus(_ other: DualMatrix, times factor: Rational) throws(WordsFault) -> DualMatrix {
    var sum = self
    sum.entries = try entries.plus(other.entries.times(factor))
    sum.slopes = try slopes.plus(other.slopes.times(factor))
    return sum
  }

  /// The product of matrices, or of one with a number.
  package func times(_ other: DualMatrix) throws(WordsFault) -> DualMatrix {
    if entries.count == 1, other.rows != 1 { return try other.scaled(by: self) }
    if other.entries.count == 1, columns != 1 { return try scaled(by: other) }
    guard columns == other.rows else { throw .notWords("a product") }
    var product = DualMatrix(rows: rows, columns: other.columns, entries: [], slopes: [])
    for i in 0..<rows {
      for j in 0..<other.columns {
        var (entry, slope): (Rational, Rational) = (0, 0)
        for k in 0..<columns {
          let (p, q) = (i * columns + k, k * other.columns + j)
          (entry, slope) = try wording { () throws(Refusal) in
            try (
              entry + entries[p] * other.entries[q], slope + slopes[p] * other.entries[q] + entries[p] * other.slopes[q]
            )
          }
        }
        product.entries.append(entry)
        product.slopes.append(slope)
      }
    }
    return product
  }

  private func scaled(by number: DualMatrix) throws(WordsFault) -> DualMatrix {
    var result = self
    result.entries = try entries.times(number.entries[0])
    result.slopes = try slopes.times(number.entries[0]).plus(entries.times(number.slopes[0]))
    return result
  }
}

extension [Rational] {
  package func times(_ factor: Rational) throws(WordsFault) -> [Rational] {
    var result: [Rational] = []
    for entry in self { result.append(try wording { () throws(Refusal) in try entry * factor }) }
    return result
  }

  package func plus(_ other: [Rational]) throws(WordsFault) -> [Rational] {
    guard count == other.count else { throw .notWords("a sum") }
    var result: [Rational] = []
    for (x, y) in zip(self, other) { result.append(try wording { () throws(Refusal) in try x + y }) }
    return result
  }
}
