import FlowODE
import Models
import Verdicts

/// Component norms grow within two-sided bounds of the unbalancedness ε.
///
/// **Statement.** When | ‖w_i‖² − ‖w_j‖² | ≤ ε within components, m γ σ²/(σ^{2/m} + ε) ≤ dσ/dt ≤ m γ (σ^{2/m} + ε)^{m−1} where γ ≥ 0,
/// and both are reversed where γ < 0. ε is that of the start, which the flow conserves.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; the loss is differentiable along the path.
/// **Judged by.** The slack in integral form, between save times and over every accepted step; the pointwise form is algebra and would
/// test only code.
/// **Refuted by.** ε/20; ε = 0; not reversing for γ < 0; bounds 1 % closer.
/// **Sources.** Razin, Maman, Cohen 2021, Theorem 3.
public enum ComponentBounds: Claim {
  public typealias Variant = ComponentBand

  static let judging =
    "integral form over every accepted step and between save times; u_slack from the change of the slack between rungs"

  public static let card = ClaimCard(
    name: "component-bounds",
    summary: "growth of component norms within the two-sided bounds of the unbalancedness ε",
    formulas: [
      .init("γ_r ≥ 0", "N γ_r σ_r²/(σ_r^(2/N) + ε) ≤ dσ_r/dt ≤ N γ_r (σ_r^(2/N) + ε)^(N−1)"),
      .init("γ_r < 0", "both reversed"),
    ],
    sources: [.razinMamanCohen2021("Theorem 3")], judgedBy: .bound, residual: judging,
    example: ComponentGrowth.anyStartExample)

  public static let hypotheses: [HypothesisRule] = [.hasComponents, .differentiableAlongThePath]

  public static let mutants = ComponentBand.mutants

  public static func statement(_ setting: ClaimSetting) -> String { statement("ε", "ε the unbalancedness magnitude") }

  /// Both bounds with a symbol for ε and what it means.
  static func statement(_ symbol: String, _ meaning: String) -> String {
    "N γ_r σ_r²/(σ_r^(2/N) + \(symbol)) ≤ dσ_r/dt ≤ N γ_r (σ_r^(2/N) + \(symbol))^(N−1) where γ_r ≥ 0, reversed where "
      + "γ_r < 0; \(meaning)"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.componentStates.map { states in
      let own = states.unbalancedness(at: setting.start)
      let largest = own.max() ?? 0
      return .bound(
        ComponentBoundTerms(states, variant, start: setting.start, unbalancedness: own.map { _ in largest }))
    }
  }
}

/// ``ComponentBounds`` with each component's own unbalancedness.
///
/// **Statement.** As component-bounds with ε_r = max_{n,n'} |‖w_rⁿ‖² − ‖w_rⁿ'‖²| in place of ε.
/// **Hypotheses · Judged by · Refuted by.** As component-bounds.
/// **Sources.** Derived: the proof of Theorem 3 in Razin, Maman, Cohen 2021 uses one component at a time.
public enum SharpComponentBounds: Claim {
  public typealias Variant = ComponentBand

  public static let card = ClaimCard(
    name: "component-bounds-sharp", summary: "the same bounds with each component's own unbalancedness ε_r",
    formulas: ["as component-bounds, with ε_r = max_{n,n'} |‖w_rⁿ‖² − ‖w_rⁿ'‖²| in place of ε"],
    sources: [.derived("the proof of Theorem 3 in Razin, Maman, Cohen 2021 uses one component at a time")],
    judgedBy: .bound, residual: ComponentBounds.judging, example: ComponentGrowth.anyStartExample)

  public static let hypotheses = ComponentBounds.hypotheses

  public static let mutants = ComponentBand.mutants

  public static func statement(_ setting: ClaimSetting) -> String {
    ComponentBounds.statement("ε_r", "ε_r = max_{n,n'} |‖w_rⁿ‖² − ‖w_rⁿ'‖²|")
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.componentStates.map {
      .bound(
        ComponentBoundTerms(
          $0, variant, start: setting.start, unbalancedness: $0.unbalancedness(at: setting.start)))
    }
  }
}
