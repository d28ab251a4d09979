internal import CKernels

/// Loops over whole state vectors that read every vector once.
enum VectorLoops {
  static let path = flow_best_path()

  typealias Vector = UnsafePointer<Double>
  typealias MutableVector = UnsafeMutablePointer<Double>

  /// results[o] = bases[o] + Σ_j weights[o · vectors.count + j] vectors[j], n numbers each, for one to four outputs.
  ///
  /// A nil base counts as zero, and a result may be its own base.
  static func combine(
    count: Int, _ vectors: UnsafeBufferPointer<Vector?>, weights: UnsafeBufferPointer<Double>,
    bases: UnsafeBufferPointer<Vector?>, results: UnsafeBufferPointer<MutableVector?>
  ) {
    flow_combine(
      path, Int64(count), Int64(vectors.count), vectors.baseAddress, weights.baseAddress, Int32(results.count),
      bases.baseAddress, results.baseAddress)
  }

  /// The same for one output.
  static func combine(
    count: Int, _ vectors: UnsafeBufferPointer<Vector?>, weights: UnsafeBufferPointer<Double>,
    bases: UnsafeBufferPointer<Vector?>, into result: MutableVector
  ) {
    var result: MutableVector? = result
    withUnsafePointer(to: &result) {
      combine(
        count: count, vectors, weights: weights, bases: bases, results: UnsafeBufferPointer(start: $0, count: 1))
    }
  }
}
