import CMath
import FlowODE
import Models
import Verdicts

/// The constant-gradient regime: as long as every residual of a Huber loss stays beyond its threshold, ∇L(W) does not depend on W,
/// and component norms obey closed forms. Each claim is checked from the start to the first kink, which is located.
public struct ConstantGradient: Claim {
  enum Kind: Sendable, Equatable {
    /// γ_r never decreases.
    case monotoneGamma
    /// Balanced, γ_r(0) > 0, N ≥ 3: (s_0^{2−N} − (N−2) γ(0) t)^{−1/(N−2)} ≤ s ≤ (s_0^{2−N} − (N−2) ‖∇L(0)‖ t)^{−1/(N−2)}, s = σ^{1/N}.
    case sandwich
  }

  private let kind: Kind
  /// What the growth rates in the bounds are multiplied by towards each other; 1 is the claim.
  private let factor: Double

  /// γ_r is nondecreasing.
  public static let monotoneGamma = ConstantGradient(kind: .monotoneGamma, factor: 1)
  /// Component norms between the closed forms of their own γ(0) and of ‖∇L(0)‖.
  public static let sandwich = ConstantGradient(kind: .sandwich, factor: 1)

  public var isInequality: Bool { true }

  public var identifier: String {
    (kind == .sandwich ? "constant-gradient-bounds" : "constant-gradient-gamma") + (factor == 1 ? "" : " mutated")
  }

  public func statement(_ setting: ClaimSetting) -> String {
    kind == .sandwich
      ? "until the first kink, (s₀^(2−N) − (N−2) γ(0) t)^(−1/(N−2)) ≤ σ^(1/N) ≤ (s₀^(2−N) − (N−2) ‖∇L(0)‖ t)^(−1/(N−2)) for balanced "
        + "components with γ(0) > 0"
      : "until the first kink, every γ_r is nondecreasing"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    var hypotheses = [ComponentSetting.existence(setting), Self.steepness(setting)]
    if kind == .sandwich {
      let leading = try? LeadingComponent(setting.experiment, start: setting.start)
      hypotheses += [
        ComponentSetting.balanced(setting),
        Hypothesis(
          "the order N is at least 3, entries are observed and some γ(0) > 0",
          isMet: leading.map { $0.gradientNorm != nil && ($0.gammas.max() ?? 0) > 0 } ?? false,
          detail: leading.map { "largest γ(0) \(tableNumber($0.gammas.max() ?? 0))" }
            ?? "not a CP model of order 3 or more"),
      ]
    }
    return hypotheses
  }

  /// Every residual starts on the linear branch of a Huber loss, so ∇L is constant until one of them falls to δ.
  static func steepness(_ setting: ClaimSetting) -> Hypothesis {
    let delta = setting.experiment.loss.linearBranch
    var least = 0.0
    if let objective = try? setting.experiment.objective() {
      var residuals = [Double](repeating: 0, count: objective.measurementCount)
      residuals.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { objective.residuals(setting.start, into: base) }
      }
      least = residuals.map(abs).min() ?? 0
    }
    return Hypothesis(
      "the loss is Huber's and every |residual| starts above δ", isMet: delta.map { $0 < least } ?? false,
      detail: "the smallest |residual| is \(tableNumber(least)), δ \(delta.map { tableNumber($0) } ?? "none")")
  }

  public func events(_ setting: ClaimSetting) -> [Event] {
    Event.firstKink(of: setting.experiment.loss)
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let registry = ComponentRegistry(setting.model) else { return VacuousMonitor() }
    let leading = try? LeadingComponent(setting.experiment, start: setting.start)
    return Monitor(registry: registry, kind: kind, factor: factor, leading: leading)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    [
      NegativeControl(
        kind == .sandwich ? "γ(0) × 1.5 and ‖∇L(0)‖/1.5" : "γ_r is nonincreasing",
        .claim(ConstantGradient(kind: kind, factor: 1.5)))
    ]
  }

  private final class Monitor: ClaimMonitor {
    private let terms: ComponentTerms
    private let kind: Kind
    private let factor: Double
    private let leading: LeadingComponent?
    private var fold: MarginFold
    private var isOver = false
    private var last: [Double] = []
    private var saved: [Double] = []
    private var start: [Double] = []
    private var laws: Int

    init(registry: ComponentRegistry, kind: Kind, factor: Double, leading: LeadingComponent?) {
      terms = ComponentTerms(registry)
      self.kind = kind
      self.factor = factor
      self.leading = leading
      laws = terms.count
      fold = MarginFold(
        laws: (0..<terms.count).map {
          kind == .sandwich ? "the lower bound of component \($0)" : "γ of component \($0)"
        }
          + (kind == .sandwich ? (0..<terms.count).map { "the upper bound of component \($0)" } : []))
    }

    func observe(_ point: TrajectoryPoint) {
      guard !isOver else {
        if point.isSave { fold.save(time: point.time) }
        return
      }
      terms.update(point.parameters, gradient: kind == .monotoneGamma ? point.gradient : nil)
      kind == .sandwich ? noteBounds(point) : noteGammas(point)
      if point.event == Event.firstKinkName { isOver = true }
      if point.isSave { fold.save(time: point.time) }
    }

    private func noteGammas(_ point: TrajectoryPoint) {
      let now = (0..<laws).map { terms.component($0).gamma }
      let size = leading?.gradientNorm ?? now.map(abs).max() ?? 0
      // Over the last step, then since the last save time, which the rungs share.
      for base in [last, saved] where !base.isEmpty {
        for r in 0..<laws {
          let moved = factor == 1 ? now[r] - base[r] : base[r] - now[r]
          fold.note(r, value: 0, bound: moved, terms: size, time: point.time)
        }
      }
      if point.isSave { saved = now }
      last = now
    }

    private func noteBounds(_ point: TrajectoryPoint) {
      guard let leading, let largest = leading.gradientNorm else { return }
      let n = Double(leading.order)
      let norms = (0..<laws).map { pow(terms.component($0).norm, 1 / n) }
      if start.isEmpty { start = norms }
      guard point.steps > 0 else { return }
      for r in 0..<laws where leading.gammas[r] > 0 && start[r] > 0 {
        func form(_ rate: Double) -> Double? {
          let base = pow(start[r], 2 - n) - (n - 2) * rate * point.time
          return base > 0 ? pow(base, -1 / (n - 2)) : nil
        }
        if let low = form(leading.gammas[r] * factor) {
          fold.note(r, value: low, bound: norms[r], time: point.time)
        }
        if let high = form(largest / factor) { fold.note(laws + r, value: norms[r], bound: high, time: point.time) }
      }
    }

    var evidence: Evidence { Evidence(margin: fold.margin) }
  }
}
