import GSLBridge

/// An evaluator of a deep matrix factorization.
package protocol FactorChainEvaluator: Evaluator {
  /// d_0, …, d_L.
  var factorDimensions: [Int] { get }
  /// The largest fraction of a row or column of W that is observed, at most 1.
  var density: Double { get }
}

/// The leading singular subspaces of every factor of a deep matrix factorization, followed along a flow.
///
/// Each update is one iteration V ← orth(W_lᵀ W_l V) from where the last one ended: along a flow that changes slowly the
/// estimates keep up with the singular values that stand out, and cost a fraction of a gradient.
package final class SingularSubspaces {
  /// Directions that are followed, K.
  package let count: Int
  /// d_0, …, d_L.
  package let dimensions: [Int]
  /// Where W_{l+1} begins in θ.
  package let offsets: [Int]
  /// Number of factors L.
  package var depth: Int { dimensions.count - 1 }
  /// For each factor K right singular vectors as rows, K × d_{l−1}, and their images under W_l, K × d_l.
  private let right: [Buffer<Double>]
  private let images: [Buffer<Double>]
  private let next: [Buffer<Double>]

  /// - Parameter count: at most the smallest dimension.
  package init(dimensions: [Int], count: Int) {
    self.dimensions = dimensions
    self.count = count
    var offsets: [Int] = []
    var total = 0
    for l in 1..<dimensions.count {
      offsets.append(total)
      total += dimensions[l] * dimensions[l - 1]
    }
    self.offsets = offsets
    right = (1..<dimensions.count).map { Buffer(count: count * dimensions[$0 - 1]) }
    next = (1..<dimensions.count).map { Buffer(count: count * dimensions[$0 - 1]) }
    images = (1..<dimensions.count).map { Buffer(count: count * dimensions[$0]) }
    var stream = RandomStream(seed: 1, name: "singular subspaces")
    for (l, vectors) in right.enumerated() {
      for i in 0..<vectors.count { vectors.pointer[i] = stream.gaussian() }
      Self.orthonormalize(vectors.pointer, rows: count, columns: dimensions[l])
    }
  }

  /// One iteration for every factor.
  package func update(_ parameters: UnsafePointer<Double>) {
    for l in 0..<depth {
      let (rows, columns) = (dimensions[l + 1], dimensions[l])
      let factor = parameters + offsets[l]
      BLAS.multiply(
        m: count, n: rows, k: columns, a: right[l].pointer, lda: columns, b: factor, ldb: columns, transposeB: true,
        c: images[l].pointer, ldc: rows)
      BLAS.multiply(
        m: count, n: columns, k: rows, a: images[l].pointer, lda: rows, b: factor, ldb: columns, c: next[l].pointer,
        ldc: columns)
      if Self.orthonormalize(next[l].pointer, rows: count, columns: columns) {
        right[l].pointer.update(from: next[l].pointer, count: right[l].count)
      }
    }
  }

  /// The estimate of singular value k of factor l + 1 at the last update.
  package func value(_ l: Int, _ k: Int) -> Double {
    BLAS.norm2(count: dimensions[l + 1], images[l].pointer + k * dimensions[l + 1])
  }

  /// Orthonormal bases of the u leading right and left singular subspaces of factor l + 1, as rows.
  package func bases(_ l: Int, count u: Int) -> (right: Buffer<Double>, left: Buffer<Double>) {
    let (rows, columns) = (dimensions[l + 1], dimensions[l])
    let (v, w) = (Buffer<Double>(count: u * columns), Buffer<Double>(count: u * rows))
    v.pointer.update(from: right[l].pointer, count: u * columns)
    w.pointer.update(from: images[l].pointer, count: u * rows)
    if !Self.orthonormalize(w.pointer, rows: u, columns: rows) { w.clear() }
    return (v, w)
  }

  /// Gram and Schmidt's method, twice.
  ///
  /// - Returns: false, with anything in `vectors`, if some row is zero, dependent or not finite.
  @discardableResult
  private static func orthonormalize(_ vectors: UnsafeMutablePointer<Double>, rows: Int, columns: Int) -> Bool {
    for i in 0..<rows {
      let row = vectors + i * columns
      let size = BLAS.norm2(count: columns, row)
      for _ in 0..<2 {
        for j in 0..<i {
          let other = vectors + j * columns
          BLAS.axpy(count: columns, alpha: -BLAS.dot(count: columns, other, row), other, row)
        }
      }
      let norm = BLAS.norm2(count: columns, row)
      guard norm > 1e-14 * size, norm.isFinite else { return false }
      BLAS.scale(count: columns, alpha: 1 / norm, row)
    }
    return true
  }
}
