internal import CGSL

/// The eigendecomposition S = Q diag(λ) Qᵀ of the symmetric part S = (A + Aᵀ)/2 of a square matrix.
public struct SymmetricEigen: Sendable {
  /// λ₁ ≤ λ₂ ≤ … ≤ λ_n.
  public let values: [Double]
  /// Orthonormal eigenvectors as columns, in the order of ``values``.
  public let vectors: Matrix

  /// Decomposes the symmetric part of a square matrix.
  ///
  /// - Throws: ``GSLError`` if the matrix is empty, not square or not finite, if memory is short or the iteration does
  ///   not converge.
  public init(_ matrix: Matrix) throws(GSLError) {
    GSLRuntime.ready
    let n = matrix.rows
    guard n >= 1 && matrix.columns == n else {
      throw .invalid("a \(matrix.rows) × \(matrix.columns) matrix is not square, so it has no symmetric eigenvalues")
    }
    guard matrix.isFinite else {
      throw .invalid("cannot find eigenvalues of a matrix that holds NaN or infinity; look at what produced it")
    }
    var symmetric = Matrix(rows: n, columns: n) { i, j in 0.5 * matrix[i, j] + 0.5 * matrix[j, i] }
    var eigenvalues = [Double](repeating: 0, count: n)
    var eigenvectors = Matrix.zero(n, n)
    guard let workspace = gsl_eigen_symmv_alloc(n) else {
      throw .memory("no memory for the eigenvalues of a \(n) × \(n) matrix")
    }
    defer { gsl_eigen_symmv_free(workspace) }
    let status = symmetric.elements.withUnsafeMutableBufferPointer { a -> CInt in
      eigenvalues.withUnsafeMutableBufferPointer { values -> CInt in
        eigenvectors.elements.withUnsafeMutableBufferPointer { vectors -> CInt in
          var a = gsl_matrix_view_array(a.baseAddress, n, n)
          var values = gsl_vector_view_array(values.baseAddress, n)
          var vectors = gsl_matrix_view_array(vectors.baseAddress, n, n)
          let status = gsl_eigen_symmv(&a.matrix, &values.vector, &vectors.matrix, workspace)
          if status != 0 { return status }
          return gsl_eigen_symmv_sort(&values.vector, &vectors.matrix, GSL_EIGEN_SORT_VAL_ASC)
        }
      }
    }
    try GSLError.check(status, "the eigenvalues of a \(n) × \(n) symmetric matrix could not be computed")
    values = eigenvalues
    vectors = eigenvectors
  }

  /// The least eigenvalue of a symmetric matrix, which is not checked to be one, without the vectors.
  ///
  /// Nil if the matrix is empty, not square, not finite or too large for LAPACK, or the iteration did not converge.
  package static func least(of matrix: Matrix) -> Double? {
    let n = matrix.rows
    guard n >= 1, matrix.columns == n else { return nil }
    var copy = matrix
    var values = [Double](repeating: 0, count: n)
    let done = copy.elements.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { values in
        guard let a = a.baseAddress, let values = values.baseAddress else { return false }
        return SymmetricBlock.decompose(a, count: n, values: values, withVectors: false)
      }
    }
    return done ? values[0] : nil
  }
}
