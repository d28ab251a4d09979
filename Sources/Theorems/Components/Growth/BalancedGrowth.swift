import FlowODE
import Models
import Verdicts

/// Component norms of balanced starts grow like a power of themselves, with nothing fitted.
///
/// **Statement.** dσ/dt = m γ σ^{2−2/m}, linearized: σ^{−(m−2)/m}(t) = σ_0^{−(m−2)/m} − (m−2) ∫γ for m ≥ 3, ln σ − 2∫γ constant for
/// m = 2.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; the start is balanced within each component; the
/// loss is differentiable along the path.
/// **Judged by.** The departure from the integral, relative to the component's own largest term.
/// **Refuted by.** A wrong rate of the second block; other exponents; an unbalanced start.
/// **Sources.** Razin, Maman, Cohen 2021, Theorem 1 and Corollary 1; the linearized form is derived.
public enum BalancedGrowth: Claim {
  public typealias Variant = GrowthPower

  public static let card = ClaimCard(
    name: "growth-law",
    summary: "component norms of balanced starts grow like dσ/dt = N γ σ^(2−2/N), with nothing fitted",
    formulas: [
      .init("N ≥ 3", "σ_r^(−(N−2)/N)(t) + (N−2) ∫₀ᵗ γ_r ds is constant"),
      .init("N = 2", "ln σ_r(t) − 2 ∫₀ᵗ γ_r ds is constant"),
    ],
    sources: [.razinMamanCohen2021("Theorem 1 and Corollary 1"), .derived("linearized form")], judgedBy: .integral,
    residual: "largest departure over all accepted steps, relative to the largest term of the same component",
    example: ComponentGrowth.balancedExample)

  public static let hypotheses: [HypothesisRule] = [
    .hasComponents, .equalFactorCounts, .balancedComponents, .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .secondRate, GrowthPower.componentRivals, .unbalancedComponents("an unbalanced start"),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    let m = setting.model.components?.components[0].count ?? 2
    return m == 2
      ? "dσ_r/dt = 2 γ_r σ_r: ln σ_r − 2∫γ_r is constant, for every component of a balanced start"
      : "dσ_r/dt = \(m) γ_r σ_r^(2−2/\(m)): σ_r^(−\(m - 2)/\(m)) + \(m - 2 == 1 ? "" : "\(m - 2) ")∫γ_r is constant, for every "
        + "component of a balanced start"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard let states = setting.componentStates else { return nil }
    let power = variant.exponent(states.registry.components[0].count)
    return .integral(ComponentLawTerms(ComponentLaw(kind: .power(power)), states))
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { ComponentSetting.balanced(setting).isMet }
}
