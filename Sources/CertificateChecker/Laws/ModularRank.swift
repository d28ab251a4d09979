/// The rank of vectors mod p, one after the other.
package struct ModularRank {
  private let field: PrimeField
  private let length: Int
  /// Vectors whose first entry that is not 0 is 1, at different places, by that place.
  private var rows: [(pivot: Int, values: [UInt64])] = []

  package init(_ field: PrimeField, length: Int) { (self.field, self.length) = (field, length) }

  package var rank: Int { rows.count }

  /// Adds a vector and says whether the rank grew.
  @discardableResult
  package mutating func add(_ vector: [UInt64]) -> Bool {
    var vector = vector
    // Ascending by pivot: what an earlier row changes lies behind its pivot.
    for row in rows {
      let factor = vector[row.pivot]
      if factor == 0 { continue }
      subtract(factor, row.values, from: &vector, behind: row.pivot)
    }
    guard let pivot = vector.firstIndex(where: { $0 != 0 }) else { return false }
    let scale = field.inverse(vector[pivot])
    for k in pivot..<length { vector[k] = field.multiply(vector[k], scale) }
    let place = rows.firstIndex { $0.pivot > pivot } ?? rows.count
    rows.insert((pivot, vector), at: place)
    return true
  }

  private func subtract(_ factor: UInt64, _ row: [UInt64], from vector: inout [UInt64], behind pivot: Int) {
    let prime = field.prime
    row.withUnsafeBufferPointer { row in
      vector.withUnsafeMutableBufferPointer { vector in
        for k in pivot..<length where row[k] != 0 {
          let product = factor.multipliedFullWidth(by: row[k])
          let value = prime.dividingFullWidth((product.high, product.low)).remainder
          vector[k] = vector[k] >= value ? vector[k] &- value : vector[k] &+ prime &- value
        }
      }
    }
  }
}
