/// Row-major positions and the multi-indices (i_1, …, i_N) that they stand for.
package enum MultiIndex {
  /// Writes the multi-index of a position.
  static func decode(_ position: Int, shape: [Int], into index: inout [Int]) {
    var rest = position
    for n in stride(from: shape.count - 1, through: 0, by: -1) {
      index[n] = rest % shape[n]
      rest /= shape[n]
    }
  }

  /// The multi-index of a position.
  @inline(never)
  package static func at(_ position: Int, shape: [Int]) -> [Int] {
    var index = [Int](repeating: 0, count: shape.count)
    decode(position, shape: shape, into: &index)
    return index
  }

  /// The position of a multi-index.
  static func position(_ index: some Sequence<Int32>, shape: [Int]) -> Int {
    var position = 0
    for (i, dimension) in zip(index, shape) { position = position * dimension + Int(i) }
    return position
  }
}
