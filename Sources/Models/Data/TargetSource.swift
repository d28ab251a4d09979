/// Where the target comes from.
public enum TargetSource: Sendable, Equatable {
  /// T = Σ_r a_r¹ ⊗ … ⊗ a_rᴺ with `rank` terms, factors N(0, 1), scaled to Frobenius norm `norm`.
  case generated(rank: Int, norm: Double)
  /// The user's own entries (CSV) or dense array (NPY, NPZ; NaN means unknown).
  case file(String)

  /// Generates the target, or reads it.
  ///
  /// - Parameter shape: what was asked for; empty to take a file's own.
  /// - Throws: ``Refusal`` if there is no such target, what reading throws.
  func target(shape: [Int], seed: UInt64) throws -> any Target {
    switch self {
    case .generated(let rank, let norm): try GeneratedTarget(shape: shape, rank: rank, norm: norm, seed: seed)
    case .file(let path): try TargetFile(path, shape: shape)
    }
  }
}
