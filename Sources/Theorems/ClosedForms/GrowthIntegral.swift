import CMath

/// ∫ da / (2 √(Π_n (a + δ_n))), the function of a component's smallest squared norm a that grows at the rate γ along gradient
/// flow: da/dt = 2γσ with σ² = Π_n (a + δ_n), where the δ_n ≥ 0 are conserved. N = 2: ½ asinh(2σ/δ), up to a constant.
public struct GrowthIntegral: Sendable {
  /// δ_n ≥ 0, by how much each squared norm exceeds the smallest; that one's own is 0.
  public let excesses: [Double]

  /// The integral for these δ_n.
  public init(excesses: [Double]) { self.excesses = excesses }

  /// A Gauss–Legendre rule on [−1, 1]: the weight of the middle, and positive nodes with weights.
  private struct Rule {
    let middle: Double
    let pairs: [(node: Double, weight: Double)]
  }

  private static let ten = Rule(
    middle: 0,
    pairs: [
      (0.148874338981631210884826001130, 0.295524224714752870173815619189),
      (0.433395394129247190799265943166, 0.269266719309996355091226921570),
      (0.679409568299024406234327365115, 0.219086362515982043995534934228),
      (0.865063366688984510732096688423, 0.149451349150580593145863396958),
      (0.973906528517171720077964012085, 0.066671344308688137593568809893),
    ])
  private static let five = Rule(
    middle: 0.568888888888888888888888888889,
    pairs: [
      (0.538469310105683091036314420700, 0.478628670499366468041291514836),
      (0.906179845938663992797626878299, 0.236926885056189087514264040720),
    ])
  private static let three = Rule(
    middle: 0.888888888888888888888888888889,
    pairs: [(0.774596669241483377035853079956, 0.555555555555555555555555555556)])

  /// The widest panels in ln a for ten, five and three points. The integrand's singularities lie at ln δ_n ± πi, so on a panel of
  /// half-width h an n-point rule errs by about (h/2π)^{2n}: below roundoff on these.
  private static let panel = (ten: 1.5, five: 0.2, three: 0.015)

  /// The integral from a to b, both positive; NaN otherwise.
  public func value(from a: Double, to b: Double) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite else { return .nan }
    // The difference of the logarithms of close numbers loses digits that log1p keeps.
    let width = abs(b - a) < 0.5 * a ? log1p((b - a) / a) : log(b) - log(a)
    if abs(width) <= Self.panel.three { return panel(a, 0.5 * width, Self.three) }
    if abs(width) <= Self.panel.five { return panel(a, 0.5 * width, Self.five) }
    let count = max(1, Int((abs(width) / Self.panel.ten).rounded(.up)))
    let half = width / Double(2 * count)
    return (0..<count).reduce(0) { $0 + panel(a * exp(Double(2 * $1) * half), half, Self.ten) }
  }

  /// The integral from a over 2·`half` in ln a.
  private func panel(_ a: Double, _ half: Double, _ rule: Rule) -> Double {
    let center = a * exp(half)
    var total = rule.middle > 0 ? rule.middle * density(center) : 0
    for (node, weight) in rule.pairs {
      let factor = exp(half * node)
      total += weight * (density(center * factor) + density(center / factor))
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
