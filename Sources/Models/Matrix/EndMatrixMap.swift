import GSLBridge

/// Linear measurements of a dense end-to-end matrix W, rows × columns row-major: y = M W and its adjoint G = Mᵀ r.
final class EndMatrixMap {
  let count: Int
  private let rows: Int
  private let columns: Int
  private let kind: Kind

  private enum Kind {
    /// Flat positions of the observed entries.
    case entries(Buffer<Int>)
    /// count × (rows · columns) coefficients.
    case dense([Double])
    /// X¹ (count × rows), X² (count × columns) and scratch of X²'s size: y_k = x_k¹ᵀ W x_k².
    case rankOne(left: [Double], right: [Double], scratch: Buffer<Double>)
    /// W x for every input x.
    case inputs(InputMap)
  }

  /// - Parameter measurements: of a matrix, that is, of order 2.
  init(_ measurements: Measurements) {
    count = measurements.count
    rows = measurements.shape[0]
    columns = measurements.shape[1]
    switch measurements.operators {
    case .entries(let indices):
      let columns = columns
      kind = .entries(
        Buffer((0..<measurements.count).map { Int(indices[2 * $0]) * columns + Int(indices[2 * $0 + 1]) }))
    case .dense(let coefficients):
      kind = .dense(coefficients)
    case .rankOne(let factors):
      kind = .rankOne(left: factors[0], right: factors[1], scratch: Buffer(count: factors[1].count))
    case .inputs(let inputs):
      kind = .inputs(InputMap(inputs: inputs, shape: measurements.shape))
    }
  }

  /// y = M W.
  func apply(_ matrix: UnsafePointer<Double>, into results: UnsafeMutablePointer<Double>) {
    switch kind {
    case .entries(let positions):
      let positions = positions.pointer
      for k in 0..<count { results[k] = matrix[positions[k]] }
    case .dense(let coefficients):
      BLAS.multiplyVector(
        m: count, n: rows * columns, a: coefficients, lda: rows * columns, x: matrix, y: results)
    case .rankOne(let left, let right, let scratch):
      BLAS.multiply(
        m: count, n: columns, k: rows, a: left, lda: rows, b: matrix, ldb: columns, c: scratch.pointer,
        ldc: columns)
      right.withUnsafeBufferPointer { right in
        guard let right = right.baseAddress else { return }
        for k in 0..<count {
          results[k] = BLAS.dot(count: columns, scratch.pointer + k * columns, right + k * columns)
        }
      }
    case .inputs(let inputs): inputs.apply(matrix, into: results)
    }
  }

  /// G = Mᵀ r, every entry written.
  func applyTransposed(_ weights: UnsafePointer<Double>, into matrix: UnsafeMutablePointer<Double>) {
    switch kind {
    case .entries(let positions):
      let positions = positions.pointer
      matrix.update(repeating: 0, count: rows * columns)
      for k in 0..<count { matrix[positions[k]] += weights[k] }
    case .dense(let coefficients):
      BLAS.multiplyVector(
        m: count, n: rows * columns, a: coefficients, lda: rows * columns, transposeA: true, x: weights,
        y: matrix)
    case .rankOne(let left, let right, let scratch):
      let scratch = scratch.pointer
      for k in 0..<count {
        for j in k * columns..<(k + 1) * columns { scratch[j] = weights[k] * right[j] }
      }
      BLAS.multiply(
        m: rows, n: columns, k: count, a: left, lda: rows, transposeA: true, b: scratch, ldb: columns,
        c: matrix, ldc: columns)
    case .inputs(let inputs): inputs.applyTransposed(weights, into: matrix)
    }
  }
}
