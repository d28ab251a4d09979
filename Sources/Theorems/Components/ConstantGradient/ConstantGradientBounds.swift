import CMath
import FlowODE
import Models
import Verdicts

/// While ∇L is constant, component norms lie between two closed forms.
///
/// **Statement.** For balanced components with γ_r(0) > 0 and N ≥ 3, until the first kink,
/// (s_0^{2−N} − (N−2) γ(0) t)^{−1/(N−2)} ≤ s ≤ (s_0^{2−N} − (N−2) ‖∇L(0)‖ t)^{−1/(N−2)} with s = σ^{1/N}.
/// **Hypotheses.** The model is a CP factorization of order 3 or more with observed entries and some γ(0) > 0; the start is balanced;
/// every residual of a Huber loss starts above δ.
/// **Judged by.** The slack at every accepted step up to the located kink.
/// **Refuted by.** Rates 1.5 times closer to each other.
/// **Sources.** Proof of Theorem 2 in Razin, Maman, Cohen 2021.
public enum ConstantGradientBounds: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// The growth rates in the bounds 1.5 times closer to each other.
    case closer
  }

  public static let card = ClaimCard(
    name: "constant-gradient-bounds",
    summary: "while ∇L is constant, component norms lie between two closed forms",
    formulas: [
      "until the first kink of a Huber loss, with s = σ^(1/N):",
      "(s₀^(2−N) − (N−2) γ(0) t)^(−1/(N−2)) ≤ s(t) ≤ (s₀^(2−N) − (N−2) ‖∇L(0)‖_F t)^(−1/(N−2))",
    ],
    sources: [.razinMamanCohen2021("proof of Theorem 2")], judgedBy: .bound,
    residual: "slack at every accepted step up to the located kink; u_slack from the change of the slack between rungs",
    example: ConstantGradient.example("constant-gradient-bounds", "--init balanced --init-scale 0.1"))

  public static let hypotheses: [HypothesisRule] = [
    .hasComponents, .sumOfProducts, .startsSteep, .balancedComponents,
    HypothesisRule("growing", "the order N is at least 3, entries are observed and some γ(0) > 0") { setting in
      let leading = try? LeadingComponent(setting.experiment, start: setting.start, takesGradientAtStart: true)
      return (
        leading.map { $0.gradientNorm != nil && ($0.gammas.max() ?? 0) > 0 } ?? false,
        leading.map { "largest γ(0) \(tableNumber($0.gammas.max() ?? 0))" } ?? "not a CP model of order 3 or more"
      )
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [.statement("γ(0) × 1.5 and ‖∇L(0)‖/1.5", .closer)]

  public static func statement(_ setting: ClaimSetting) -> String {
    "until the first kink, (s₀^(2−N) − (N−2) γ(0) t)^(−1/(N−2)) ≤ σ^(1/N) ≤ (s₀^(2−N) − (N−2) ‖∇L(0)‖ t)^(−1/(N−2)) for balanced "
      + "components with γ(0) > 0"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard let registry = setting.model.components,
      let leading = try? LeadingComponent(setting.experiment, start: setting.start, takesGradientAtStart: true)
    else { return nil }
    return .bound(
      SandwichTerms(
        registry, leading, factor: variant == .law ? 1 : 1.5, events: ConstantGradient.events(setting)))
  }
}

private final class SandwichTerms: BoundTerms {
  let names: [String]
  let events: [Event]
  private let terms: ComponentTerms
  private let leading: LeadingComponent
  /// What the growth rates in the bounds are multiplied by towards each other; 1 is the claim.
  private let factor: Double
  /// s of every component now, and s^(2−N) at the start; 0 for a component that no bound is about.
  private let sizes: Buffer<Double>
  private let starts: Buffer<Double>
  private var isBegun = false
  private var isOver = false

  init(_ registry: ComponentRegistry, _ leading: LeadingComponent, factor: Double, events: [Event]) {
    terms = ComponentTerms(registry)
    sizes = Buffer(count: registry.components.count)
    starts = Buffer(count: registry.components.count)
    self.leading = leading
    self.factor = factor
    self.events = events
    names =
      registry.components.indices.map { "the lower bound of component \($0)" }
      + registry.components.indices.map { "the upper bound of component \($0)" }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    guard !isOver else { return }
    isOver = point.event == Event.firstKinkName
    guard let largest = leading.gradientNorm else { return }
    terms.update(point.parameters, gradient: nil)
    let count = terms.count
    let n = Double(leading.order)
    let (sizes, starts) = (sizes.pointer, starts.pointer)
    for r in 0..<count { sizes[r] = pow(terms.component(r).norm, 1 / n) }
    if !isBegun {
      for r in 0..<count where leading.gammas[r] > 0 && sizes[r] > 0 { starts[r] = pow(sizes[r], 2 - n) }
      isBegun = true
    }
    guard point.steps > 0 else { return }
    for r in 0..<count where starts[r] > 0 {
      func form(_ rate: Double) -> Double? {
        let base = starts[r] - (n - 2) * rate * point.time
        return base > 0 ? pow(base, -1 / (n - 2)) : nil
      }
      if let low = form(leading.gammas[r] * factor) {
        fold.note(r, value: low, bound: sizes[r], time: point.time)
      }
      if let high = form(largest / factor) { fold.note(count + r, value: sizes[r], bound: high, time: point.time) }
    }
  }
}
