internal import COpenBLAS

/// The Cholesky factorization A = L Lᵀ of a symmetric positive definite matrix, by LAPACK (`dpotrf`).
package struct Cholesky {
  /// L, with zeros above the diagonal.
  package private(set) var factor: Matrix

  /// Factors a matrix of which the diagonal and what is below it are read.
  ///
  /// Nil if it is empty, not square, too large for LAPACK, not finite or, to working precision, not positive definite.
  package init?(_ matrix: consuming Matrix) {
    let n = matrix.rows
    guard n >= 1, matrix.columns == n, n <= 20_000 else { return nil }
    factor = matrix
    // Row-major below the diagonal is column-major above it.
    var (upper, size, leading, status) = (CChar(UInt8(ascii: "U")), CInt(n), CInt(n), CInt(0))
    let isRegular = factor.elements.withUnsafeMutableBufferPointer { a -> Bool in
      guard let a = a.baseAddress else { return false }
      dpotrf_(&upper, &size, a, &leading, &status)
      guard status == 0 else { return false }
      for i in 0..<n {
        // NaN passes LAPACK's test of the pivots.
        guard a[i * n + i] > 0, a[i * n + i].isFinite else { return false }
        for j in (i + 1)..<n { a[i * n + j] = 0 }
      }
      return true
    }
    guard isRegular else { return nil }
  }

  /// A⁻¹ b.
  ///
  /// - Precondition: `b` has as many entries as A has rows.
  package func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == factor.rows, "\(b.count) numbers are no right-hand side of \(factor.rows) equations")
    var x = b
    var (upper, size, one, status) = (CChar(UInt8(ascii: "U")), CInt(b.count), CInt(1), CInt(0))
    var (leading, leadingX) = (size, size)
    factor.elements.withUnsafeBufferPointer { a in
      x.withUnsafeMutableBufferPointer { x in
        dpotrs_(&upper, &size, &one, a.baseAddress, &leading, x.baseAddress, &leadingX, &status)
      }
    }
    return x
  }
}
