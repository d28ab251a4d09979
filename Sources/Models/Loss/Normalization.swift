/// The constant c in f = c · Σₖ ℓ(rₖ). Every rate and time of a flow scales with it, so reports always state it.
public enum Normalization: String, CaseIterable, Sendable {
  /// c = 1.
  case sum
  /// c = 1/m.
  case mean
  /// c = 1/2.
  case halfSum = "half-sum"

  /// c for m measurements.
  public func constant(measurements: Int) -> Double {
    switch self {
    case .sum: 1
    case .mean: 1 / Double(measurements)
    case .halfSum: 0.5
    }
  }
}
