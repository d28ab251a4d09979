/// A space of vectors modulo a prime that grows one vector at a time.
package struct ModularSpan {
  package let field: PrimeField
  private var rows: [(pivot: Int, vector: [UInt64])] = []

  package init(_ field: PrimeField) { self.field = field }

  /// The dimension.
  package var count: Int { rows.count }

  /// What a vector is beyond the space, its first entry 1; nil if it lies in it.
  package func remainder(_ vector: [UInt64]) -> (pivot: Int, vector: [UInt64])? {
    var rest = vector
    for (pivot, row) in rows where rest[pivot] != 0 {
      let factor = field.negative(rest[pivot])
      for k in pivot..<rest.count where row[k] != 0 { rest[k] = field.add(rest[k], field.multiply(factor, row[k])) }
    }
    guard let pivot = rest.firstIndex(where: { $0 != 0 }), let inverse = field.inverse(rest[pivot]) else { return nil }
    for k in pivot..<rest.count where rest[k] != 0 { rest[k] = field.multiply(rest[k], inverse) }
    return (pivot, rest)
  }

  /// Whether a vector lies in it.
  package func contains(_ vector: [UInt64]) -> Bool { remainder(vector) == nil }

  /// Adds a vector; false if it lies in it.
  @discardableResult
  package mutating func insert(_ vector: [UInt64]) -> Bool {
    guard let row = remainder(vector) else { return false }
    // Rows in the order of their pivots, so that one pass reduces.
    let place = rows.firstIndex { $0.pivot > row.pivot } ?? rows.count
    rows.insert(row, at: place)
    return true
  }
}
