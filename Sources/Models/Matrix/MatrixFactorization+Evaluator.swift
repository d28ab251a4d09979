extension MatrixFactorization {
  public func kernel(for measurements: Measurements) throws(Refusal) -> (any Evaluator)? {
    try evaluator(for: measurements, path: .best)
  }

  /// The kernel on a chosen copy of the inner loops, for tests; the path must be supported.
  package func evaluator(
    for measurements: Measurements, path: KernelPath
  ) throws(Refusal) -> any Evaluator {
    try measurements.check(fit: shape)
    if case .entries(let indices) = measurements.operators,
      SparseMatrixEvaluator.pays(dimensions: dimensions, count: measurements.count)
    {
      return try SparseMatrixEvaluator(dimensions: dimensions, indices: indices, path: path)
    }
    return try MatrixEvaluator(dimensions: dimensions, measurements: measurements)
  }
}
