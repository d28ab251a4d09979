extension CPFactorization {
  public func kernel(for measurements: Measurements) throws(Refusal) -> (any Evaluator)? {
    try evaluator(for: measurements, path: .best)
  }

  /// The kernel on a chosen copy of the inner loops, for tests; the path must be supported.
  package func evaluator(
    for measurements: Measurements, path: KernelPath
  ) throws(Refusal) -> any Evaluator {
    try measurements.check(fit: shape)
    switch measurements.operators {
    case .entries(let indices):
      return try CPEntryEvaluator(dimensions: shape, components: components, indices: indices, path: path)
    case .dense(let operators):
      return DenselySensedEvaluator(entries: try allEntries(path), operators: operators)
    case .inputs(let inputs):
      return DenselySensedEvaluator(entries: try allEntries(path), inputs: InputMap(inputs: inputs, shape: shape))
    case .rankOne(let factors):
      return try RankOneSensedEvaluator(
        dimensions: shape, components: components, sensing: factors, count: measurements.count, path: path)
    }
  }

  private func allEntries(_ path: KernelPath) throws(Refusal) -> CPEntryEvaluator {
    try CPEntryEvaluator(dimensions: shape, components: components, indices: Self.allEntries(of: shape), path: path)
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
