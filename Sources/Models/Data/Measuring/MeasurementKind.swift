/// What the measurement operators are.
public enum MeasurementKind: String, CaseIterable, Sendable {
  /// Completion: some entries of the target.
  case entries
  /// Sensing with dense tensors, entries N(0, 1/Πd).
  case gaussian
  /// Sensing with rank-one tensors x¹ ⊗ … ⊗ xᴺ, entries N(0, 1)·(Πd)^(−1/(2N)).
  case rankOne = "rank-one"
  /// Sensing of T Tᵀ, rescaled to the target's norm, with symmetric matrices that commute: Q diag(a_k) Qᵀ with one random
  /// orthogonal Q and entries of a_k N(0, 1/d).
  case commuting
  /// What W does to input vectors, entries N(0, 1); of a network what it computes at them. The outputs at one are one measurement.
  case inputs
}

extension MeasurementKind {
  /// What the measurements of sensing are called.
  var adjective: String {
    switch self {
    case .entries: "entrywise"
    case .gaussian: "dense Gaussian"
    case .rankOne: "rank-one"
    case .commuting: "symmetric commuting"
    case .inputs: "Gaussian-input"
    }
  }
}
