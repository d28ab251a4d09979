/// The entries of a column-major (Fortran) array, in which the first index runs fastest, in row-major order.
///
/// With d = `shape`, entry (i_1, …, i_N) moves from i_1 + d_1(i_2 + d_2(i_3 + …)) to (…(i_1 d_2 + i_2) d_3 + …) d_N + i_N.
/// The first index (contiguous in the source) and the last one (contiguous in the target) are walked in square tiles, so
/// that both sides are touched a cache line at a time; the indices between them are counted up.
///
/// - Precondition: `values.count` is the product of `shape` and not zero.
func rowMajor(columnMajor values: [Double], shape: [Int]) -> [Double] {
  guard let first = shape.first, let last = shape.last, shape.count > 1 else { return values }
  let tile = 16
  let middle = shape.dropFirst().dropLast()
  let rowStride = values.count / first  // of i_1 in the target
  let columnStride = values.count / last  // of i_N in the source
  // Strides of i_2, …, i_{N−1} on both sides.
  var sourceStrides: [Int] = []
  var targetStrides: [Int] = []
  var source = first
  var target = rowStride
  for dimension in middle {
    target /= dimension
    sourceStrides.append(source)
    targetStrides.append(target)
    source *= dimension
  }
  let dimensions = Array(middle)
  return [Double](unsafeUninitializedCapacity: values.count) { buffer, count in
    values.withUnsafeBufferPointer { from in
      guard let from = from.baseAddress, let to = buffer.baseAddress else { return }
      var index = [Int](repeating: 0, count: dimensions.count)
      var a = 0
      var b = 0
      while true {
        for i0 in stride(from: 0, to: first, by: tile) {
          for j0 in stride(from: 0, to: last, by: tile) {
            for i in i0..<min(i0 + tile, first) {
              for j in j0..<min(j0 + tile, last) {
                to[b + i * rowStride + j] = from[a + i + j * columnStride]
              }
            }
          }
        }
        var k = dimensions.count - 1
        while k >= 0 {
          index[k] += 1
          a += sourceStrides[k]
          b += targetStrides[k]
          if index[k] < dimensions[k] { break }
          a -= dimensions[k] * sourceStrides[k]
          b -= dimensions[k] * targetStrides[k]
          index[k] = 0
          k -= 1
        }
        if k < 0 { break }
      }
    }
    count = values.count
  }
}
