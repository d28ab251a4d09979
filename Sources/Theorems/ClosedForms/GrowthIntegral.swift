import CMath

/// ∫ da / (2 √(Π_n (a + δ_n))), the function of a component's smallest squared norm a that grows at the rate γ along gradient
/// flow: da/dt = 2γσ with σ² = Π_n (a + δ_n), where the δ_n ≥ 0 are conserved. N = 2: ½ asinh(2σ/δ), up to a constant.
public struct GrowthIntegral: Sendable {
  /// δ_n ≥ 0, by how much each squared norm exceeds the smallest; that one's own is 0.
  public let excesses: [Double]

  /// The integral for these δ_n.
  public init(excesses: [Double]) { self.excesses = excesses }

  /// Positive nodes and weights of the ten-point Gauss–Legendre rule on [−1, 1].
  private static let rule: [(node: Double, weight: Double)] = [
    (0.148874338981631210884826001130, 0.295524224714752870173815619189),
    (0.433395394129247190799265943166, 0.269266719309996355091226921570),
    (0.679409568299024406234327365115, 0.219086362515982043995534934228),
    (0.865063366688984510732096688423, 0.149451349150580593145863396958),
    (0.973906528517171720077964012085, 0.066671344308688137593568809893),
  ]

  /// The widest panel in ln a. The integrand's singularities lie at ln δ_n ± πi, so ten points are exact to roundoff on it.
  private static let panel = 1.5

  /// The integral from a to b, both positive; NaN otherwise.
  public func value(from a: Double, to b: Double) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite else { return .nan }
    let (low, high) = (log(a), log(b))
    // The difference of the logarithms of close numbers loses digits that log1p keeps.
    let width = abs(b - a) < 0.5 * a ? log1p((b - a) / a) : high - low
    let count = max(1, Int((abs(width) / Self.panel).rounded(.up)))
    let half = width / Double(2 * count)
    var total = 0.0
    for k in 0..<count {
      let center = Double(2 * k + 1) * half
      for (node, weight) in Self.rule {
        total += weight * (density(a * exp(center + half * node)) + density(a * exp(center - half * node)))
      }
    }
    return half * total
  }

  /// a / (2 √(Π (a + δ_n))), the integrand in ln a; also the size at which an error of the integral starts to matter.
  public func density(_ a: Double) -> Double {
    var product = 1.0
    for excess in excesses { product *= a + excess }
    return 0.5 * a / product.squareRoot()
  }
}
