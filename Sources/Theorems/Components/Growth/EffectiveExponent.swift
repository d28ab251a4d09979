import FlowODE
import Models
import Verdicts

/// The exponent that an unbalanced start shows instead of 2 − 2/N.
///
/// **Statement.** The local exponent of γ⁻¹ dσ/dt in σ is 4 e_{N−2}(a) e_N(a)/e_{N−1}(a)² with a_n = ‖w_n‖², in integral form.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; the loss is differentiable along the path.
/// **Judged by.** The departure from the integral; logarithms count as relative errors.
/// **Refuted by.** A wrong rate of the second block; the exponent × 1.01.
/// **Sources.** Derived.
public enum EffectiveExponent: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// The exponent 1 % too large.
    case factor
  }

  public static let card = ClaimCard(
    name: "effective-exponent", summary: "an unbalanced start shows the exponent 4 e_{N−2} e_N / e_{N−1}² instead",
    formulas: [
      "ln e_{N−1}(t) − ln e_{N−1}(0) = ∫₀ᵗ 4 γ_r σ_r e_{N−2}/e_{N−1} ds, e_k of the squared norms of component r"
    ],
    sources: [.derived("d ln(σ'/γ)/d ln σ along the flow")], judgedBy: .integral,
    residual: "largest departure over all accepted steps; logarithms count as relative errors",
    example: ComponentGrowth.balancedExample)

  public static let hypotheses: [HypothesisRule] = [.hasComponents, .differentiableAlongThePath]

  public static let mutants: [MutantRule<Variant>] = [.secondRate, .statement("the exponent × 1.01", .factor)]

  public static func statement(_ setting: ClaimSetting) -> String {
    "γ⁻¹ dσ_r/dt has the local exponent 4 e_{N−2} e_N / e_{N−1}² in σ_r, e_k of the squared norms: "
      + "ln e_{N−1}(t) − ln e_{N−1}(0) = ∫ 4 γ_r σ_r e_{N−2}/e_{N−1} ds, from any start"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    let law = ComponentLaw(kind: .effectiveExponent, factor: variant == .law ? 1 : 1.01)
    return setting.componentStates.map { .integral(ComponentLawTerms(law, $0)) }
  }
}
