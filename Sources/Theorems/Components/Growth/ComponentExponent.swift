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
    setting.componentStates.map {
      .exponent(ComponentGrowthTerms($0, claimed: variant.exponent($0.registry.components[0].count)))
    }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { ComponentSetting.balanced(setting).isMet }
}

/// Component norms and ∫ m γ.
private final class ComponentGrowthTerms: GrowthTerms {
  let claimed: Double
  private let states: ComponentStates
  private let balance: BalanceWatch
  private let gammas: Buffer<Double>

  init(_ states: ComponentStates, claimed: Double) {
    self.states = states
    self.claimed = claimed
    _ = states.rates.place(of: .gamma)
    gammas = Buffer(count: states.count)
    balance = BalanceWatch(.balance, count: states.count)
  }

  var recorder: GrowthRecorder { GrowthRecorder() }

  var quadratures: [any Quadrature] { [states.rates] }

  func record(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, in recorder: GrowthRecorder) {
    states.move(to: point)
    let rows = states.rows
    balance.update(rows, time: point.time)
    states.rates.read(.gamma, integrals, into: gammas.pointer)
    let m = states.registry.components[0].count
    recorder.record(
      time: point.time, norms: (0..<rows.count).map { rows.norms.pointer[$0] },
      rates: (0..<rows.count).map { rows.last[$0] },
      integrals: (0..<rows.count).map { Double(m) * gammas.pointer[$0] }, m: m,
      without: balance.end == nil ? nil : balance.isOver)
  }

  func complete(_ evidence: inout Evidence) { evidence.inexactness = balance.inexactness }
}
