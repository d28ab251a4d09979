import FlowODE
import Models
import Verdicts

/// Component norms grow at an exact rate, from any start.
///
/// **Statement.** dσ_r/dt = γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖², with σ_r = Π_n ‖w_rⁿ‖ and γ_r = ⟨−∇L(W), ⊗_n ŵ_rⁿ⟩, in integral form.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; the loss is differentiable along the path.
/// **Judged by.** The departure from the integral, relative to the component's own largest term.
/// **Refuted by.** A wrong rate of the second block; the squares dropped; the integral × 1.01.
/// **Sources.** Razin, Maman, Cohen 2021, Theorem 1 and Corollary 1.
public enum ComponentGrowth: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// dσ/dt = γ Σ_n Π_{n'≠n} ‖w^{n'}‖.
    case withoutSquares
    /// The integral 1 % too large.
    case factor
  }

  static let balancedExample =
    "flowcheck growth --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init balanced "
    + "--init-scale 0.1 --until 3000"
  static let anyStartExample =
    "flowcheck growth --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init-scale 0.1 --until 3000"

  public static let card = ClaimCard(
    name: "component-rate",
    summary: "component norms grow at exactly γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖², from any start",
    formulas: [
      "σ_r(t) − σ_r(0) = ∫₀ᵗ γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖² ds",
      "σ_r = Π_n ‖w_rⁿ‖, γ_r = ⟨−∇L(W), ⊗_n ŵ_rⁿ⟩ = −⟨∇_{w_rⁿ} f, w_rⁿ⟩/σ_r",
    ],
    sources: [.razinMamanCohen2021("Theorem 1 and Corollary 1")], judgedBy: .integral,
    residual:
      "largest departure over all accepted steps, relative to the largest term of the same component; the integral is "
      + "formed along the flow (the rate evaluated at a state would be algebra)", example: balancedExample)

  public static let hypotheses: [HypothesisRule] = [.hasComponents, .differentiableAlongThePath]

  public static let mutants: [MutantRule<Variant>] = [
    .secondRate, .statement("the squares dropped", .withoutSquares), .statement("the integral × 1.01", .factor),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    "σ_r(t) − σ_r(0) = ∫ γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖² ds for every component r, from any start"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard let states = setting.componentStates else { return nil }
    let law =
      switch variant {
      case .law: ComponentLaw(kind: .rate)
      case .withoutSquares: ComponentLaw(kind: .rate, dropsSquares: true)
      case .factor: ComponentLaw(kind: .rate, factor: 1.01)
      }
    return .integral(ComponentLawTerms(law, states, describesLargest: variant == .law))
  }
}
