/// The entries of an array, the last axis running fastest.
package struct EntryArray<Value> {
  /// Its extents.
  package var shape: [Int]
  /// Its entries.
  package var values: [Value]

  /// So many values as the shape has places.
  package init(shape: [Int], values: [Value]) { (self.shape, self.values) = (shape, values) }

  /// The entry at places from 0 on.
  package subscript(_ places: [Int]) -> Value {
    values[zip(shape, places).reduce(0) { $0 * $1.0 + $1.1 }]
  }

  /// The tuples of places, in the order of the entries.
  package static func places(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { tuples, extent in tuples.flatMap { tuple in (0..<extent).map { tuple + [$0] } } }
  }
}

extension EntryArray {
  /// Entry by entry.
  package func mapped(_ transform: (Value) throws(EntryFault) -> Value) throws(EntryFault) -> EntryArray {
    var result = self
    for k in values.indices { result.values[k] = try transform(values[k]) }
    return result
  }

  /// Entry by entry; a number goes with every entry.
  package func combined(
    _ other: EntryArray, _ combine: (Value, Value) throws(EntryFault) -> Value
  ) throws(EntryFault) -> EntryArray {
    let larger = values.count >= other.values.count ? self : other
    guard values.count == other.values.count || values.count == 1 || other.values.count == 1 else {
      throw .notPolynomial("arrays of different shapes")
    }
    var result = larger
    for k in larger.values.indices {
      result.values[k] = try combine(
        values[values.count == 1 ? 0 : k], other.values[other.values.count == 1 ? 0 : k])
    }
    return result
  }

  /// The transpose of a matrix; anything else as it is.
  package var transposed: EntryArray {
    guard shape.count == 2 else { return self }
    let (rows, columns) = (shape[0], shape[1])
    return EntryArray(
      shape: [columns, rows], values: (0..<values.count).map { values[$0 % rows * columns + $0 / rows] })
  }
}
