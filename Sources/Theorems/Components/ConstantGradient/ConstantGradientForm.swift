import FlowODE
import Models
import Verdicts

/// While ∇L is constant, components in stationary directions grow as a closed form in t says.
///
/// **Statement.** A component whose directions are stationary has γ = γ(0), so the integral of ``UnbalancedGrowth`` is γ(0) t: a closed
/// form with nothing integrated along.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; every residual of a Huber loss starts above δ; some
/// component points in a stationary direction of ∇L(0).
/// **Judged by.** The departure up to the located kink; other components are not looked at.
/// **Refuted by.** γ(0) × 1.01; δ × 1.05.
/// **Sources.** Proof of Theorem 2 in Razin, Maman, Cohen 2021; the unbalanced form is derived.
public enum ConstantGradientForm: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// γ(0) 1 % too large.
    case speed
    /// δ 5 % too large.
    case excess
  }

  public static let card = ClaimCard(
    name: "constant-gradient-form",
    summary: "while ∇L is constant, components in stationary directions grow as a closed form in t says",
    formulas: [
      "until the first kink of a Huber loss: ∫_{a(0)}^{a(t)} da/(2 √Π_n(a + δ_n)) = γ_r(0) t",
      .init("balanced, N ≥ 3", "σ = [σ_0^(−(N−2)/N) − (N−2) γ t]^(−N/(N−2))"),
      .init("N = 2", "σ = (δ/2) sinh(2γt + asinh(2σ_0/δ))"),
    ],
    sources: [.razinMamanCohen2021("proof of Theorem 2"), .derived("unbalanced form")], judgedBy: .integral,
    residual:
      "largest departure over every accepted step up to the located kink, relative as in unbalanced-growth; other "
      + "components are not looked at",
    example: "flowcheck growth --shape 1,1,1 --components 2 --rank 1 --target-norm 8 --loss huber --huber-delta 0.01 "
      + "--init-scale 0.2 --until 300")

  public static let hypotheses: [HypothesisRule] = [
    .hasComponents, .sumOfProducts, .startsSteep,
    HypothesisRule("stationary", "some component points in a stationary direction of ∇L(0)") { setting in
      let found = stationaryComponents(setting).count
      return (found > 0, "\(found) do; one-dimensional modes always do")
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .statement("γ(0) × 1.01", .speed), .statement("δ × 1.05", .excess),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    UnbalancedGrowth.statement(right: "γ(0) t until the first kink")
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard let states = setting.componentStates, let components = ComponentSetting(setting) else { return nil }
    let factor = variant == .speed ? 1.01 : 1
    return .integral(
      UnbalancedGrowthTerms(
        states, start: setting.start, excess: variant == .excess ? UnbalancedGrowth.excessFactor : 1,
        clock: (0..<states.count).map { factor * components.start.component($0).gamma },
        chosen: stationaryComponents(setting), events: ConstantGradient.events(setting)))
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { startHypotheses(setting).allSatisfy(\.isMet) }

  /// A component counts as pointing in a stationary direction if ∇f leaves that direction by at most this part of itself.
  static let stationaryLevel = 1e-10

  /// The components that ∇f moves along themselves only; while ∇L is constant they do so for ever.
  static func stationaryComponents(_ setting: ClaimSetting) -> [Int] {
    guard let registry = setting.model.components, let objective = try? setting.experiment.objective() else {
      return []
    }
    var gradient = [Double](repeating: 0, count: setting.start.count)
    gradient.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      setting.start.withUnsafeBufferPointer { start in
        if let start = start.baseAddress { objective.gradient(start, into: base) }
      }
    }
    return registry.components.indices.filter { r in
      registry.components[r].allSatisfy { view in
        let positions = view.positions
        let own = positions.reduce(0) { $0 + setting.start[$1] * setting.start[$1] }
        let along = positions.reduce(0) { $0 + setting.start[$1] * gradient[$1] } / own
        let size = positions.reduce(0) { $0 + gradient[$1] * gradient[$1] }
        let across = positions.reduce(0.0) { sum, i in
          let rest = gradient[i] - along * setting.start[i]
          return sum + rest * rest
        }
        return own > 0 && size > 0 && across <= stationaryLevel * stationaryLevel * size
      }
    }
  }
}
