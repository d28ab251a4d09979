import CMath
import Models

/// A law λ(t) − λ(0) = ∫₀ᵗ q ds for every component of a model, where λ and q depend on the component's pairing and squared
/// norms.
///
/// With σ = Π‖w_i‖ over the m blocks, a_i = ‖w_i‖², γ = ⟨−∇L(W), ⊗ŵ_i⟩ and the elementary symmetric polynomials e_k(a):
///
/// - ``rate``: dσ/dt = γ e_{m−1}(a), for any start (Razin, Maman, Cohen 2021, Theorem 3);
/// - ``power(_:)``: the linearized form of dσ/dt = m γ σᵖ, d(σ^{1−p}/(1−p))/dt = m γ (ln σ for p = 1), which holds with
///   p = 2 − 2/m for balanced starts (Corollary 1 there);
/// - ``effectiveExponent``: d ln e_{m−1}(a)/dt = 4 ⟨−∇L, T⟩ e_{m−2}/e_{m−1}, which says that the exponent of γ⁻¹ dσ/dt in σ is
///   4 e_{m−2} e_m / e_{m−1}², for any start.
struct ComponentLaw: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case rate
    case power(Double)
    case effectiveExponent
  }

  let kind: Kind
  /// What q is multiplied by: 1 is the law, anything else a negative control.
  var factor = 1.0
  /// A false exponent: dσ/dt = γ Σ_i Π_{j≠i} ‖w_j‖, the squares dropped.
  var dropsSquares = false

  /// What is integrated.
  var rate: ComponentRates.Kind {
    switch kind {
    case .rate: dropsSquares ? .unsquared : .growth
    case .power: .gamma
    case .effectiveExponent: .exponent
    }
  }

  /// Whether λ is a logarithm.
  var isLogarithm: Bool { leastSize > 0 }

  /// The least size of λ beside which a residual is small: 1 for a logarithm, whose errors are relative ones.
  var leastSize: Double {
    switch kind {
    case .rate: 0
    case .power(let p): p == 1 ? 1 : 0
    case .effectiveExponent: 1
    }
  }

  /// Writes λ of every component.
  func writeLeft(_ rows: ComponentRows, into left: UnsafeMutablePointer<Double>) {
    let count = rows.count
    switch kind {
    case .rate: left.update(from: rows.norms.pointer, count: count)
    case .power(let p):
      let norms = rows.norms.pointer
      for r in 0..<count { left[r] = Self.antiderivative(norms[r], p) }
    case .effectiveExponent:
      let last = rows.last
      for r in 0..<count { left[r] = log(last[r]) }
    }
  }

  /// Writes ∫q of every component from the integrals of ``rate``, or the sums of its errors.
  func writeRight(
    _ states: ComponentStates, _ integrals: UnsafePointer<Double>, into right: UnsafeMutablePointer<Double>,
    errors: Bool = false
  ) {
    states.rates.read(rate, integrals, into: right, errors: errors)
    let orders = states.rows.orders.pointer
    if case .power = kind {
      for r in 0..<states.count { right[r] *= factor * orders[r] }
    } else {
      for r in 0..<states.count { right[r] *= factor }
    }
  }

  /// σ^{1−p}/(1−p), or ln σ for p = 1.
  static func antiderivative(_ norm: Double, _ p: Double) -> Double {
    p == 1 ? log(norm) : pow(norm, 1 - p) / (1 - p)
  }

  /// The elementary symmetric form of the exponent: 2 − 2/m exactly when balanced.
  static func effectiveExponent(_ state: ComponentState) -> Double {
    let middle = state.symmetric(state.m - 1)
    return middle > 0 ? 4 * state.symmetric(state.m - 2) * state.symmetric(state.m) / (middle * middle) : .nan
  }
}
