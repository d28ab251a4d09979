import FlowODE
import Models
import Verdicts

/// The exponent of balanced growth, fitted with an interval that counts misfit, solver and rounding.
///
/// **Statement.** γ⁻¹ dσ_r/dt = N σ_rᵖ with p = 2 − 2/N, the factor N known.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; the start is balanced within each component; the
/// loss is differentiable along the path.
/// **Judged by.** An exponent fitted to σ and ∫γ, never to differences of saved norms.
/// **Refuted by.** Other exponents; a fit on an unbalanced start.
/// **Sources.** Razin, Maman, Cohen 2021, Theorem 1 and Corollary 1.
public enum ComponentExponent: Claim {
  public typealias Variant = GrowthPower

  static let interval =
    "half-width = max|r| Σ|J|/ΣJ² + 3 |p(τ) − p(coarser τ)| + 1e-13; violated if no exponent fits or the "
    + "claimed one is 10 half-widths away; holds only if every rival exponent fits 1000 times worse"

  public static let card = ClaimCard(
    name: "growth-exponent",
    summary: "the fitted exponent of balanced growth covers 2 − 2/N within an honest interval",
    formulas: [
      "γ⁻¹ dσ_r/dt = N σ_rᵖ with p = 2 − 2/N; p is fitted to σ and ∫γ, never to differences of saved norms"
    ],
    sources: [.razinMamanCohen2021("Theorem 1 and Corollary 1")], judgedBy: .exponent, residual: interval,
    example: ComponentGrowth.balancedExample)

  public static let hypotheses: [HypothesisRule] = [
    .hasComponents, .equalFactorCounts, .balancedComponents, .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    GrowthPower.componentRivals, .unbalancedComponents("a fit on an unbalanced start"),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    "γ⁻¹ dσ_r/dt grows like σ_r to the power 2 − 2/N on balanced starts; fitted over time, its factor N known"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.model.components.map {
      .exponent(ComponentGrowthTerms($0, claimed: variant.exponent($0.components[0].count)))
    }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { ComponentSetting.balanced(setting).isMet }
}

/// Component norms and ∫ m γ.
private final class ComponentGrowthTerms: GrowthTerms {
  let claimed: Double
  private let registry: ComponentRegistry
  private let terms: ComponentTerms

  init(_ registry: ComponentRegistry, claimed: Double) {
    self.registry = registry
    self.claimed = claimed
    terms = ComponentTerms(registry)
  }

  var recorder: GrowthRecorder { GrowthRecorder() }

  var quadratures: [any Quadrature] {
    let power = GrowthPower.law.exponent(registry.components[0].count)
    return [ComponentQuadrature(registry, rates: [ComponentLaw(kind: .power(power)).quadrature])]
  }

  func record(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, in recorder: GrowthRecorder) {
    terms.update(point.parameters, gradient: nil)
    // A component's state is valid until the next one is asked for.
    recorder.record(
      time: point.time, norms: (0..<terms.count).map { terms.component($0).norm },
      rates: (0..<terms.count).map {
        let state = terms.component($0)
        return state.symmetric(state.m - 1)
      },
      integrals: (0..<terms.count).map { integrals[$0] }, m: terms.component(0).m)
  }
}
