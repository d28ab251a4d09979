/// Where the target comes from.
public enum TargetSource: Sendable, Equatable {
  /// T = Σ_r a_r¹ ⊗ … ⊗ a_rᴺ with `rank` terms, factors N(0, 1), scaled to Frobenius norm `norm`.
  case generated(rank: Int, norm: Double)
  /// A Tucker tensor of multilinear rank `ranks` with factors of orthonormal columns, scaled to Frobenius norm `norm`.
  case tucker(ranks: [Int], norm: Double)
  /// A tensor of a tree of modes with `ranks` local components at its inner nodes, scaled to Frobenius norm `norm`.
  case hierarchical(tree: String, ranks: [Int], norm: Double)
  /// T = Σ_r v_r q_r¹ ⊗ … ⊗ q_rᴺ with orthonormal q_rⁿ: every matricization has these singular values.
  case singularValues([Double])
  /// The user's own entries (a text) or dense array (NPY, NPZ; NaN means unknown).
  case file(String, as: FileReading = FileReading())

  /// Generates the target, or reads it.
  ///
  /// - Parameter shape: what was asked for; empty to take a file's own.
  /// - Throws: ``Refusal`` if there is no such target, what reading throws.
  func target(shape: [Int], seed: UInt64) throws -> any Target {
    switch self {
    case .generated(let rank, let norm): try GeneratedTarget(shape: shape, rank: rank, norm: norm, seed: seed)
    case .tucker(let ranks, let norm): try StructuredTarget.tucker(shape: shape, ranks: ranks, norm: norm, seed: seed)
    case .hierarchical(let tree, let ranks, let norm):
      try StructuredTarget.hierarchical(shape: shape, tree: tree, ranks: ranks, norm: norm, seed: seed)
    case .singularValues(let values): try StructuredTarget.orthogonal(shape: shape, values: values, seed: seed)
    case .file(let path, let reading): try TargetFile(path, shape: shape, reading: reading)
    }
  }
}
