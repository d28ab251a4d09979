import CMath

/// Lower bounds on the hidden entry of the 2×2 completion problem of Razin and Cohen (2020), and of its generalizations.
///
/// Observed: w01 = w10 = 1 and w11 = 0; hidden: w00. δ is the Euclidean norm of the residuals over the observed entries, so
/// with the half-sum loss ℓ = δ²/2 and with a sum δ²; the bounds in δ need no normalization.
public enum HiddenEntryBound {
  /// B(δ): the infimum of |w00| over matrices with det > 0 whose observed entries are off by δ in norm.
  ///
  /// With x = (√(1 + 4δ²) − 1)/2: (1 − x)^{3/2}/√x for δ² ≤ 3/4, √(1 − δ²) up to δ = 1, and 0 beyond; ~ 1/δ as δ → 0.
  public static func sharp(_ delta: Double) -> Double {
    let square = delta * delta
    if square > 1 { return 0 }
    if square >= 0.75 { return (1 - square).squareRoot() }
    if square == 0 { return .infinity }
    // (√(1+4δ²) − 1)/2 without cancellation.
    let x = 2 * square / ((1 + 4 * square).squareRoot() + 1)
    return pow(1 - x, 1.5) / x.squareRoot()
  }

  /// The 2×2 problem with values z₁, z₂ beside the hidden entry and ε opposite to it, when det has the sign of z₁z₂:
  /// |w| ≥ (|z₁| − δ)(|z₂| − δ)/(|ε| + δ) for δ < min|z_i|, else 0.
  public static func perturbed(_ delta: Double, z1: Double, z2: Double, epsilon: Double) -> Double {
    guard delta < min(abs(z1), abs(z2)) else { return 0 }
    return (abs(z1) - delta) * (abs(z2) - delta) / (abs(epsilon) + delta)
  }

  /// Razin and Cohen's Theorem 1 for a (quasi-)norm with triangle constant c: ‖W‖ ≥ a/√ℓ − b with ℓ the half-sum,
  /// a = ‖e₀e₀ᵀ‖/(√2 c) and b = max{√2 a, 8c² max‖e_ie_jᵀ‖}.
  public static func normFloor(_ delta: Double, unit: Double, triangleConstant c: Double) -> Double {
    let a = unit / (2.0.squareRoot() * c)
    let b = max(2.0.squareRoot() * a, 8 * c * c * unit)
    return a / (delta / 2.0.squareRoot()) - b
  }

  /// The paper's bound on the effective rank: 1 + (2√12/ln 2)√ℓ.
  public static func effectiveRankCeiling(_ delta: Double) -> Double {
    1 + 2 * 12.0.squareRoot() / log(2) * delta / 2.0.squareRoot()
  }

  /// The sharp form for δ < 1: erank ≤ exp(h(δ/(B(δ) + δ))) with the binary entropy h (natural logarithm); 2 beyond.
  public static func sharpEffectiveRankCeiling(_ delta: Double) -> Double {
    guard delta < 1 else { return 2 }
    let share = delta / (sharp(delta) + delta)
    guard share > 0 else { return 1 }
    guard share < 0.5 else { return 2 }
    return exp(-share * log(share) - (1 - share) * log1p(-share))
  }

  /// The distance to rank one: at most δ for δ < 1. Beyond, the paper's weaker constant is all there is.
  public static func rankOneDistanceCeiling(_ delta: Double) -> Double { delta < 1 ? delta : 3 * delta }

  /// d×d with one hidden entry: rows of the data (hidden entry 0), its determinant, and the determinant of the minor that
  /// the hidden entry multiplies. If det W has the sign opposite to the data's, |w| ≥ (|det| − Δ_d)/(|minor| + Δ_{d−1}),
  /// where Δ = Π(‖row‖ + δ) − Π‖row‖ bounds how far residuals of norm δ can move each determinant (Hadamard, row by row).
  public static func determinant(
    _ delta: Double, rowNorms: [Double], minorRowNorms: [Double], determinant: Double, minor: Double
  ) -> Double {
    func shift(_ norms: [Double]) -> Double {
      // Σ over the ways to pick rows from the residuals, without the cancellation of the difference of products.
      var moved = 0.0
      var still = 1.0
      for norm in norms {
        moved = moved * (norm + delta) + still * delta
        still *= norm
      }
      return moved
    }
    let reach = abs(minor) + shift(minorRowNorms)
    guard reach > 0 else { return .infinity }
    return max(0, (abs(determinant) - shift(rowNorms)) / reach)
  }
}
