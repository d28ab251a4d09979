import FlowODE
import Models
import Verdicts

/// While ∇L is constant, no γ_r decreases.
///
/// **Statement.** dγ_r/dt = Σ_n (Π_{m≠n}‖w_rᵐ‖/‖w_rⁿ‖) ‖P⊥ g_n‖² ≥ 0 until the first kink of a Huber loss.
/// **Hypotheses.** The model is a sum of terms multilinear in at least two blocks; every residual of a Huber loss starts above δ.
/// **Judged by.** The change of γ_r over every accepted step and since the last save time, relative to ‖∇L(0)‖_F.
/// **Refuted by.** γ_r nonincreasing.
/// **Sources.** Derived.
public enum ConstantGradientGamma: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// γ_r never increases.
    case nonincreasing
  }

  public static let card = ClaimCard(
    name: "constant-gradient-gamma", summary: "while ∇L is constant, no γ_r decreases",
    formulas: ["dγ_r/dt = Σ_n (Π_{m≠n}‖w_rᵐ‖/‖w_rⁿ‖) ‖P⊥ g_n‖² ≥ 0 until the first kink of a Huber loss"],
    sources: [.derived("direction dynamics under a constant gradient")], judgedBy: .bound,
    residual: "change of γ_r over every accepted step up to the located kink, relative to ‖∇L(0)‖_F",
    example: ConstantGradient.example("constant-gradient-gamma", "--init-scale 0.1"))

  public static let hypotheses: [HypothesisRule] = [
    .hasComponents, .sumOfProducts, .startsSteep, .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [.statement("γ_r is nonincreasing", .nonincreasing)]

  public static func statement(_ setting: ClaimSetting) -> String {
    "until the first kink, every γ_r is nondecreasing"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    let leading = try? LeadingComponent(setting.experiment, start: setting.start, takesGradientAtStart: true)
    return setting.model.components.map {
      .bound(
        GammaTerms(
          $0, size: leading?.gradientNorm, isMutated: variant != .law, events: ConstantGradient.events(setting)))
    }
  }
}

private final class GammaTerms: BoundTerms {
  let names: [String]
  let events: [Event]
  private let terms: ComponentTerms
  /// ‖∇L(0)‖_F; nil takes the largest γ there is.
  private let size: Double?
  private let isMutated: Bool
  /// γ of every component now, at the state before and at the last save time.
  private let now: Buffer<Double>
  private let last: Buffer<Double>
  private let saved: Buffer<Double>
  private var isBegun = false
  /// The most that some γ has risen over a step or since a save time, relative to the size.
  private var rise = 0.0
  private var isOver = false

  init(_ registry: ComponentRegistry, size: Double?, isMutated: Bool, events: [Event]) {
    terms = ComponentTerms(registry)
    now = Buffer(count: registry.components.count)
    last = Buffer(count: registry.components.count)
    saved = Buffer(count: registry.components.count)
    self.size = size
    self.isMutated = isMutated
    self.events = events
    names = registry.components.indices.map { "γ of component \($0)" }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    guard !isOver else { return }
    isOver = point.event == Event.firstKinkName
    terms.update(point.parameters, gradient: point.gradient)
    let (count, now, last, saved) = (terms.count, now.pointer, last.pointer, saved.pointer)
    for r in 0..<count { now[r] = terms.component(r).gamma }
    let size = size ?? (0..<count).reduce(0) { max($0, abs(now[$1])) }
    // Over the last step, then since the last save time, which the rungs share.
    if isBegun {
      note(since: last, size, point.time, &fold)
      note(since: saved, size, point.time, &fold)
    }
    if point.isSave || !isBegun { saved.update(from: now, count: count) }
    last.update(from: now, count: count)
    isBegun = true
  }

  private func note(since base: UnsafePointer<Double>, _ size: Double, _ time: Double, _ fold: inout MarginFold) {
    let now = now.pointer
    for r in 0..<terms.count {
      if size > 0 { rise = max(rise, (now[r] - base[r]) / size) }
      fold.note(r, value: 0, bound: isMutated ? base[r] - now[r] : now[r] - base[r], terms: size, time: time)
    }
  }

  func complete(_ evidence: inout Evidence) {
    // Where no γ moves, as in one-dimensional modes, none increases either.
    if isMutated { evidence.isFalsified = rise > Self.leastRise }
  }

  /// A rise below this part of ‖∇L(0)‖ is not asked to be noticed.
  private static let leastRise = 1e-6
}
