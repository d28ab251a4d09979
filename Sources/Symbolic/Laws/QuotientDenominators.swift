import Models

/// Denominators that rational laws are tried with: u^(2−L) + v^(2−L) has (u v)^(L−2), the ratios of Plücker coordinates a maximal minor.
package struct QuotientDenominators {
  package struct Denominator {
    package let polynomial: LawPolynomial
    /// Degrees of numerators to try.
    package let degrees: [Int]
  }

  /// Above, there are too many.
  package static let mostParameters = 16

  package let all: [Denominator]

  package init(_ layout: ParameterLayout) throws(Refusal) {
    var all: [Denominator] = []
    for i in 0..<layout.count {
      all.append(Denominator(polynomial: try LawPolynomial([.init(1, [i])]), degrees: [1, 0]))
    }
    for block in layout.blocks where block.shape.count == 2 {
      let size = min(block.rows, block.columns)
      guard (2...3).contains(size), block.rows != block.columns else { continue }
      // One minor is enough: all ratios are ratios to it.
      let minor = try Self.minor(size) { row, column in
        block.rows < block.columns
          ? block.offset + row * block.columns + column : block.offset + column * block.columns + row
      }
      all.append(Denominator(polynomial: minor, degrees: [size]))
    }
    for power in 1...3 {
      for i in 0..<layout.count {
        for j in i + 1..<max(layout.count, i + 1) {
          let variables = [Int](repeating: i, count: power) + [Int](repeating: j, count: power)
          all.append(
            Denominator(
              polynomial: try LawPolynomial([.init(1, variables)]), degrees: power < 3 ? [power, 2 * power] : [power]))
        }
      }
    }
    self.all = all
  }

  /// The determinant of the leading square of that size, 2 or 3.
  private static func minor(_ size: Int, _ position: (Int, Int) -> Int) throws(Refusal) -> LawPolynomial {
    let permutations: [(sign: Rational, columns: [Int])] =
      size == 2
      ? [(1, [0, 1]), (-1, [1, 0])]
      : [(1, [0, 1, 2]), (1, [1, 2, 0]), (1, [2, 0, 1]), (-1, [0, 2, 1]), (-1, [1, 0, 2]), (-1, [2, 1, 0])]
    return try LawPolynomial(
      permutations.map { sign, columns in
        LawPolynomial.Term(sign, columns.enumerated().map { position($0.offset, $0.element) })
      })
  }
}
