internal import CGSL

/// The thin singular value decomposition A = U diag(σ) Vᵀ of an m × n matrix, with k = min(m, n).
///
/// Computed by GSL's Golub–Reinsch algorithm on a copy scaled by a power of two (exact), so that tiny and huge entries
/// neither underflow nor overflow. Absolute errors of the σ are of the order of 1e-16 σ₁.
public struct SVD: Sendable {
  /// Left singular vectors as columns, m × k; orthonormal, also where σ is 0.
  public let u: Matrix
  /// σ₁ ≥ σ₂ ≥ … ≥ σ_k ≥ 0.
  public let singularValues: [Double]
  /// Right singular vectors as columns, n × k; orthonormal.
  public let v: Matrix

  /// Decomposes a matrix.
  ///
  /// - Throws: ``GSLError`` if a dimension is 0, an entry is not finite, memory is short or the iteration does not
  ///   converge.
  public init(_ matrix: Matrix) throws(GSLError) {
    GSLRuntime.ready
    guard matrix.rows >= 1 && matrix.columns >= 1 else {
      throw .invalid("a \(matrix.rows) × \(matrix.columns) matrix has no singular values")
    }
    guard matrix.isFinite else {
      throw .invalid("cannot decompose a matrix that holds NaN or infinity; look at what produced it")
    }
    if min(matrix.rows, matrix.columns) >= DividedSVD.leastSize, let divided = DividedSVD(matrix) {
      (u, singularValues, v) = (divided.u, divided.values, divided.v)
      return
    }
    let wide = matrix.rows < matrix.columns
    let exponent = matrix.maxAbs == 0 ? 0 : max(-1000, min(1000, Int(matrix.maxAbs.exponent)))
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    var tall = wide ? matrix.transposed : matrix
    tall.elements = tall.elements.map { $0 * scale }

    let k = tall.columns
    var values = [Double](repeating: 0, count: k)
    var right = Matrix.zero(k, k)
    var work = [Double](repeating: 0, count: k)
    let (rows, columns) = (tall.rows, tall.columns)
    let status = tall.elements.withUnsafeMutableBufferPointer { a -> CInt in
      right.elements.withUnsafeMutableBufferPointer { v -> CInt in
        values.withUnsafeMutableBufferPointer { s -> CInt in
          work.withUnsafeMutableBufferPointer { w -> CInt in
            var a = gsl_matrix_view_array(a.baseAddress, rows, columns)
            var v = gsl_matrix_view_array(v.baseAddress, k, k)
            var s = gsl_vector_view_array(s.baseAddress, k)
            var w = gsl_vector_view_array(w.baseAddress, k)
            return gsl_linalg_SV_decomp(&a.matrix, &v.matrix, &s.vector, &w.vector)
          }
        }
      }
    }
    try GSLError.check(status, "the singular value decomposition of a \(matrix.rows) × \(matrix.columns) matrix failed")
    SVD.completeOrthonormalColumns(&tall, zeroFrom: values.firstIndex(of: 0) ?? k)
    let unscale = Double(sign: .plus, exponent: exponent, significand: 1)
    singularValues = values.map { $0 * unscale }
    u = wide ? right : tall
    v = wide ? tall : right
  }

  /// The singular values alone, descending.
  ///
  /// - Throws: ``GSLError`` as ``init(_:)`` does.
  public static func singularValues(of matrix: Matrix) throws(GSLError) -> [Double] {
    try SVD(matrix).singularValues
  }

  /// Replaces columns of norm 0, which GSL leaves where σ = 0 exactly, by unit vectors orthogonal to all others.
  private static func completeOrthonormalColumns(_ matrix: inout Matrix, zeroFrom first: Int) {
    let (m, k) = (matrix.rows, matrix.columns)
    for j in first..<k {
      var squares = 0.0
      for i in 0..<m { squares += matrix[i, j] * matrix[i, j] }
      if squares > 0.5 { continue }
      // Some unit vector has at least (m − k + 1)/m of its squared length outside the other columns' span.
      var best: [Double] = []
      var bestSquares = -1.0
      for axis in 0..<m {
        var candidate = [Double](repeating: 0, count: m)
        candidate[axis] = 1
        for _ in 0..<2 {
          for other in 0..<k where other != j {
            var overlap = 0.0
            for i in 0..<m { overlap += candidate[i] * matrix[i, other] }
            for i in 0..<m { candidate[i] -= overlap * matrix[i, other] }
          }
        }
        let length = candidate.reduce(0) { $0 + $1 * $1 }
        if length > bestSquares { (best, bestSquares) = (candidate, length) }
        if bestSquares > 0.5 { break }
      }
      let norm = bestSquares.squareRoot()
      for i in 0..<m { matrix[i, j] = best[i] / norm }
    }
  }
}
