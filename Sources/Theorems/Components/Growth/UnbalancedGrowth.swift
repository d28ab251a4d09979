import FlowODE
import Models
import Verdicts

/// Component norms of any start grow as the closed form with the conserved unbalancedness says.
///
/// **Statement.** With a the smallest of a component's squared norms and δ_n = ‖w_n‖² − a, which are conserved,
/// ∫_{a(0)}^{a(t)} da / (2 √(Π_n (a + δ_n))) = ∫₀ᵗ γ ds. It is the growth law where every δ_n is 0, and
/// ½ asinh(2σ/δ) − ½ asinh(2σ_0/δ) = ∫γ for N = 2.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; the loss is differentiable along the path.
/// **Judged by.** The departure of the two integrals.
/// **Refuted by.** A wrong rate of the second block; δ × 1.05.
/// **Sources.** Derived.
public enum UnbalancedGrowth: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// δ 5 % too large.
    case excess
  }

  public static let card = ClaimCard(
    name: "unbalanced-growth",
    summary: "component norms of any start grow as the closed form with the conserved unbalancedness says",
    formulas: [
      "∫_{a(0)}^{a(t)} da/(2 √Π_n(a + δ_n)) = ∫₀ᵗ γ_r ds, a the smallest squared norm of component r, δ_n = ‖w_rⁿ‖² − a ≥ 0",
      .init("N = 2", "σ_r(t) = (δ/2) sinh(2∫γ_r + asinh(2σ_r(0)/δ)); all δ_n = 0: growth-law"),
    ],
    sources: [.derived("da/dt = 2 γ σ with σ² = Π(a + δ_n), and the δ_n are conserved")], judgedBy: .integral,
    residual:
      "largest departure over all accepted steps, relative to the component's largest term or a/(2σ), which is what an "
      + "error of a counts; the left side by ten-point Gauss–Legendre panels in ln a",
    example: ComponentGrowth.anyStartExample)

  public static let hypotheses: [HypothesisRule] = [.hasComponents, .differentiableAlongThePath]

  public static let mutants: [MutantRule<Variant>] = [.secondRate, .statement("δ × 1.05", .excess)]

  public static func statement(_ setting: ClaimSetting) -> String { statement(right: "∫γ_r") }

  static func statement(right: String) -> String {
    "∫ da/(2√Π(a + δ_n)) from a(0) to a(t) is \(right), a the smallest squared norm of component r and δ_n the conserved "
      + "excess of the others"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.componentStates.map { states in
      .integral(
        UnbalancedGrowthTerms(
          states, start: setting.start, excess: variant == .law ? 1 : excessFactor, clock: nil,
          chosen: Array(0..<states.count)))
    }
  }

  /// What the false relative multiplies δ by.
  static let excessFactor = 1.05

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { !ComponentSetting.balanced(setting).isMet }
}
