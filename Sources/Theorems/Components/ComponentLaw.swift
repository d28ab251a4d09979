import CMath
import FlowODE
import Models
import Verdicts

/// A law λ(t) − λ(0) = ∫₀ᵗ q ds for every component of a model, where λ and q depend on the component's pairing and squared
/// norms; the integral is a state of the ODE.
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

  /// λ.
  func left(_ state: ComponentState) -> Double {
    switch kind {
    case .rate: state.norm
    case .power(let p): Self.antiderivative(state.norm, p)
    case .effectiveExponent: log(state.symmetric(state.m - 1))
    }
  }

  /// The size of λ beside which a residual is small: that of the term itself, 1 for a logarithm.
  func size(_ left: Double) -> Double {
    switch kind {
    case .rate: abs(left)
    case .power(let p): p == 1 ? max(1, abs(left)) : abs(left)
    case .effectiveExponent: max(1, abs(left))
    }
  }

  /// q.
  var quadrature: ComponentRate {
    let (kind, factor, dropsSquares) = (kind, factor, dropsSquares)
    return ComponentRate("integral") { _, state in
      Self.scale(kind, state)
    } value: { _, state in
      switch kind {
      case .rate:
        guard dropsSquares else { return factor * state.rate }
        let norm = state.norm
        return norm > 0 ? factor * state.gamma * state.squaredNorms.reduce(0) { $0 + norm / $1.squareRoot() } : 0
      case .power: return factor * Double(state.m) * state.gamma
      case .effectiveExponent:
        let below = state.symmetric(state.m - 1)
        return below > 0 ? factor * 4 * state.pairing * state.symmetric(state.m - 2) / below : 0
      }
    }
  }

  private static func scale(_ kind: Kind, _ state: ComponentState) -> Double {
    let norm = state.norm
    guard norm > 0 else { return 1 }
    switch kind {
    case .rate: return norm
    case .power(let p): return p == 1 ? 1 : abs(antiderivative(norm, p))
    case .effectiveExponent: return 1
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
