import CMath
import GSLBridge
import Models

/// Closed forms of one mode of a deep matrix factorization: u = Π w_l with loss ½(u − s)², balanced unless said otherwise.
///
/// Gradient flow then is u̇ = L u^{2−2/L}(s − u). Another normalization c Σ r² runs through the same u at t·2c.
public enum FactorModes {
  /// u(t) at depth 2: s e^{2st}/(e^{2st} − 1 + s/u₀) (Saxe, McClelland, Ganguli 2014).
  public static func logistic(target s: Double, start u0: Double, time: Double) -> Double {
    // Divided by e^{2st}, so that nothing overflows.
    s / (1 + (s / u0 - 1) * exp(-2 * s * time))
  }

  /// a, b and u = ab at depth 2 from any a₀ > |b₀|, by the Riccati equation of Y = (a + b)/(a − b) with c = a² − b² > 0.
  public static func unbalanced(
    target s: Double, a0: Double, b0: Double, time: Double
  ) -> (a: Double, b: Double, u: Double) {
    let c = (a0 - b0) * (a0 + b0)
    let q = (4 * s * s + c * c).squareRoot()
    let upper = (2 * s + q) / c
    // (2s − q)/c = −c/(2s + q), without cancellation for s > 0.
    let lower = s >= 0 ? -c / (2 * s + q) : (2 * s - q) / c
    let y0 = (a0 + b0) / (a0 - b0)
    let k = (y0 - upper) / (y0 - lower) * exp(-q * time)
    let y = (upper - k * lower) / (1 - k)
    let root = y.squareRoot()
    let half = c.squareRoot() / 2
    return (half * (root + 1 / root), half * (root - 1 / root), c / 4 * (y - 1 / y))
  }

  /// The time from u₀ to u at any depth, ∫ dx / (L x^{2−2/L}(s − x)), for 0 < u₀ ≤ u < s.
  ///
  /// - Throws: ``Refusal`` unless the values are ordered so, or if the quadrature fails.
  public static func time(
    depth: Int, target s: Double, from u0: Double, to u: Double
  ) throws(Refusal) -> Double {
    guard 0 < u0, u0 <= u, u < s, depth >= 1 else {
      throw Refusal(
        "a mode of depth \(depth) does not pass from \(u0) to \(u) on its way to \(s)",
        remedy: "choose 0 < start ≤ level < target")
    }
    let order = Double(depth)
    // x = e^y spreads the slow escape from u₀ evenly.
    do {
      return try Integral.adaptive(from: log(u0), to: log(u)) { y in
        let x = exp(y)
        return exp((2 / order - 1) * y) / (order * (s - x))
      }.value
    } catch {
      throw Refusal(
        "the time of a mode could not be integrated: \(error)", remedy: "move the level off the target")
    }
  }

  /// An antiderivative of dt/du at depth 4: ¼(−2/(s√u) + s^{−3/2} ln((√s + √u)/(√s − √u))).
  public static func depthFourTime(target s: Double, at u: Double) -> Double {
    let (root, level) = (s.squareRoot(), u.squareRoot())
    return 0.25 * (-2 / (s * level) + log((root + level) / (root - level)) / (s * root))
  }

  /// The leading-order half-rise time of a mode from a small start: exact, ln(s/u₀ − 1)/(2s), at depth 2, and
  /// u₀^{−(L−2)/L}/((L − 2)s) as u₀ → 0 for L ≥ 3.
  public static func riseTime(depth: Int, target s: Double, start u0: Double) -> Double {
    if depth == 2 { return log(s / u0 - 1) / (2 * s) }
    let order = Double(depth)
    return pow(u0, -(order - 2) / order) / ((order - 2) * s)
  }

  /// The start u₀ below which, at depth 2, mode s₁ > s₂ is at (1 − f)s₁ before mode s₂ is at f s₂ (leading order in u₀):
  /// [(f/(1−f))^{1/s₂+1/s₁} s₂^{1/s₂} s₁^{−1/s₁}]^{1/(1/s₂−1/s₁)}.
  public static func separationThreshold(first s1: Double, second s2: Double, fraction f: Double) -> Double {
    let exponent = 1 / (1 / s2 - 1 / s1)
    return exp(exponent * ((1 / s2 + 1 / s1) * log(f / (1 - f)) + log(s2) / s2 - log(s1) / s1))
  }
}
