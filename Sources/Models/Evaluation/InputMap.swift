import GSLBridge

/// An end-to-end object W at input vectors, as a linear map: P = X Wᵀ with W as a matrix of ⋯ × d_N and one input a row of X.
struct InputMap: Sendable {
  private let inputs: [Double]
  private let width: Int
  private let rows: Int
  private let samples: Int

  /// - Parameters:
  ///   - inputs: n × d_N, row-major.
  ///   - shape: d_1, …, d_N.
  init(inputs: [Double], shape: [Int]) {
    self.inputs = inputs
    width = shape[shape.count - 1]
    rows = shape.dropLast().reduce(1, *)
    samples = inputs.count / width
  }

  /// The outputs of all samples.
  var count: Int { samples * rows }

  /// P = X Wᵀ, n × rows.
  func apply(_ object: UnsafePointer<Double>, into results: UnsafeMutablePointer<Double>) {
    BLAS.multiply(
      m: samples, n: rows, k: width, a: inputs, lda: width, b: object, ldb: width, transposeB: true, c: results,
      ldc: rows)
  }

  /// G = Rᵀ X, every entry written.
  func applyTransposed(_ weights: UnsafePointer<Double>, into object: UnsafeMutablePointer<Double>) {
    BLAS.multiply(
      m: rows, n: width, k: samples, a: weights, lda: rows, transposeA: true, b: inputs, ldb: width, c: object,
      ldc: width)
  }
}
