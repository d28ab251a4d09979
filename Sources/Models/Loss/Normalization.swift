/// The constant c in f = c · Σ ℓ(ŷ, y). Every rate and time of a flow scales with it, so reports always state it.
///
/// The sum runs over measurements; a measurement with several outputs counts once.
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

  /// c for the measurements, each of which counts once.
  public func constant(for measurements: Measurements) -> Double { constant(measurements: measurements.sampleCount) }
}
