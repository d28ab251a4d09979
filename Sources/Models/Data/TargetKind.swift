/// What a generated target is a sum or a contraction of: by default what the model is.
public enum TargetKind: String, CaseIterable, Sendable {
  /// Σ_r a_r¹ ⊗ … ⊗ a_rᴺ, gaussian vectors.
  case cp
  /// A Bᵀ with gaussian factors.
  case matrix
  /// A gaussian core of extents r_1, …, r_N and matrices with orthonormal columns: multilinear rank r_1, …, r_N.
  case tucker
  /// A tree of modes with matrices of orthonormal columns at the leaves and gaussian ones at inner nodes.
  case hierarchical
}
