import Models

/// A matrix of polynomials, for determinants of few rows.
package struct PolynomialMatrix {
  private let rows: [[Polynomial]]
  /// The most products of terms in one determinant.
  private static let mostProducts = 8_000_000

  package init(_ rows: [[Polynomial]]) { self.rows = rows }

  /// The determinant of all rows and all columns but one; nil leaves out none.
  ///
  /// - Throws: ``Refusal`` where it is too large.
  package func minor(without column: Int?, in ring: PolynomialRing) throws(Refusal) -> Polynomial {
    let width = rows.first?.count ?? 0
    var known: [UInt64: Polynomial] = [:]
    var budget = Self.mostProducts
    let columns = (0..<width).filter { $0 != column }
    guard columns.count == rows.count, width < 64 else {
      throw Refusal("a determinant of \(rows.count) rows and \(columns.count) columns", remedy: "give as many of both")
    }
    return try determinant(columns, from: rows.count, ring, &known, &budget)
  }

  /// Of the first `count` rows, along the last of them.
  private func determinant(
    _ columns: [Int], from count: Int, _ ring: PolynomialRing, _ known: inout [UInt64: Polynomial], _ budget: inout Int
  ) throws(Refusal) -> Polynomial {
    guard count > 0 else { return try Polynomial.constant(1, in: ring) }
    let key = columns.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    if let value = known[key] { return value }
    var pairs: [(Polynomial, Polynomial)] = []
    for (place, column) in columns.enumerated() {
      let entry = rows[count - 1][column]
      if entry.isZero { continue }
      let rest = try determinant(columns.filter { $0 != column }, from: count - 1, ring, &known, &budget)
      budget -= entry.count * rest.count
      guard budget >= 0 else {
        throw Refusal("a determinant has too many terms", remedy: "use smaller degrees", settings: [])
      }
      pairs.append((place % 2 == (count - 1) % 2 ? entry : try entry.scaled(by: -1), rest))
    }
    let sum = try Polynomial.sum(ofProducts: pairs, in: ring)
    known[key] = sum
    return sum
  }
}
