/// Observed entries of a matrix or tensor.
public struct EntryTable: Sendable, Equatable {
  /// Dimensions d_1, …, d_N of the object the entries belong to.
  public let shape: [Int]
  /// 0-based multi-indices, flattened: entry k is at (indices[k·N], …, indices[k·N + N − 1]).
  public let indices: [Int32]
  /// The m observed values, all finite.
  public let values: [Double]

  /// Number of entries m.
  public var count: Int { values.count }

  /// For entries that are in range, distinct and finite.
  ///
  /// - Precondition: `indices` has `shape.count` numbers per value.
  public init(shape: [Int], indices: [Int32], values: [Double]) {
    precondition(indices.count == values.count * shape.count, "every value needs \(shape.count) indices")
    self.shape = shape
    self.indices = indices
    self.values = values
  }

  /// The first entry, in order, whose multi-index occurred before, with that earlier entry; nil if all are distinct.
  ///
  /// An open-addressing table of entry numbers: the multi-indices of high-order tensors do not fit into one integer.
  package func firstRepeat() -> (earlier: Int, later: Int)? {
    let order = shape.count
    guard values.count > 1, order > 0 else { return nil }
    var capacity = 4
    while capacity < 2 * values.count { capacity *= 2 }
    var table = [Int32](repeating: -1, count: capacity)
    return indices.withUnsafeBufferPointer { indices in
      guard let base = indices.baseAddress else { return nil }
      for k in 0..<values.count {
        let index = base + k * order
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(start: index, count: order * MemoryLayout<Int32>.size))
        var slot = hasher.finalize() & (capacity - 1)
        while table[slot] >= 0 {
          let earlier = base + Int(table[slot]) * order
          if (0..<order).allSatisfy({ earlier[$0] == index[$0] }) { return (Int(table[slot]), k) }
          slot = (slot + 1) & (capacity - 1)
        }
        table[slot] = Int32(k)
      }
      return nil
    }
  }
}
