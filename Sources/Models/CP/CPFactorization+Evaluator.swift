extension CPFactorization {
  public func evaluator(for measurements: Measurements) throws(Refusal) -> any Evaluator {
    try evaluator(for: measurements, path: .best)
  }

  /// The same on a chosen copy of the inner loops, for tests; the path must be supported.
  package func evaluator(
    for measurements: Measurements, path: KernelPath
  ) throws(Refusal) -> any Evaluator {
    try Shapes.check(measurements, fit: shape)
    switch measurements.operators {
    case .entries(let indices):
      return try CPEntryEvaluator(dimensions: shape, components: components, indices: indices, path: path)
    case .dense(let operators):
      let entries = try CPEntryEvaluator(
        dimensions: shape, components: components, indices: Self.allEntries(of: shape), path: path)
      return DenselySensedEvaluator(entries: entries, operators: operators)
    case .rankOne(let factors):
      return try RankOneSensedEvaluator(
        dimensions: shape, components: components, sensing: factors, count: measurements.count, path: path)
    }
  }

  /// Every multi-index, row-major, flattened.
  private static func allEntries(of shape: [Int]) throws(Refusal) -> [Int32] {
    let size = shape.reduce(1, *)
    try MemoryLimit.check([size, shape.count], what: "the list of all entries", remedy: "use a smaller problem.shape")
    var indices = [Int32](repeating: 0, count: size * shape.count)
    for k in 0..<size {
      var rest = k
      for n in shape.indices.reversed() {
        indices[k * shape.count + n] = Int32(rest % shape[n])
        rest /= shape[n]
      }
    }
    return indices
  }
}
