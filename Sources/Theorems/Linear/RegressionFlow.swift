import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Linear regression runs through its closed form, whatever the start.
///
/// **Statement.** With f = c ‖X w − y‖² and X = Σ σ_k u_k v_kᵀ, ⟨v_k, w(t)⟩ = e^(−2cσ_k²t) ⟨v_k, w(0)⟩ + (1 − e^(−2cσ_k²t)) ⟨u_k, y⟩/σ_k, and
/// what X does not see stays: w(t) → w(0) + X⁺(y − X w(0)), the fit next to the start, which is X⁺y only from a start in the range of Xᵀ.
/// **Hypotheses.** The predictions are linear in the parameters, which are w; squares are summed; X is small enough to be decomposed.
/// **Judged by.** The largest departure of a part of w from its closed form over all accepted steps, relative to the largest part.
/// **Refuted by.** A wrong rate; the limit X⁺y from a start with a part that X does not see.
/// **Sources.** Classical; THEOREMS of gradient flow on a quadratic.
public enum RegressionFlow: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// The limit X⁺y: what is not seen decays as the slowest of what is.
    case leastNorm
  }

  public static let card = ClaimCard(
    name: "regression", summary: "linear regression runs through its closed form and ends at the fit next to its start",
    formulas: [
      "⟨v_k, w(t)⟩ = e^(−2cσ_k²t) ⟨v_k, w(0)⟩ + (1 − e^(−2cσ_k²t)) ⟨u_k, y⟩/σ_k, f = c ‖X w − y‖², X = Σ σ_k u_k v_kᵀ",
      "w(t) → w(0) + X⁺(y − X w(0)): X⁺y only from a start in the range of Xᵀ",
    ],
    sources: [.derived("ẇ = −2c Xᵀ(X w − y) is linear, and diagonal along the right singular vectors of X")],
    judgedBy: .integral,
    residual:
      "largest departure of a part of w along a singular vector from its closed form over all accepted steps, relative to the "
      + "largest part along the run",
    example: LinearRegression.card.example)

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("linear", "the parameters are w, of which predictions are linear") { setting in
      (setting.isRegression, setting.model.summary)
    },
    HypothesisRule("squares", "the loss is a sum of squares") { setting in
      (setting.experiment.loss.isSquare, setting.experiment.loss.identifier)
    },
    HypothesisRule("decomposed", "X is small enough to be decomposed") { setting in
      guard setting.isRegression else { return nil }
      let design = LinearDesign(setting.experiment.problem.measurements)
      return (
        design != nil,
        design.map { "rank \($0.rank) of \($0.count)" }
          ?? "w has \(setting.model.layout.count) entries; at most \(LinearDesign.largestCount) are decomposed"
      )
    },
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .lastRate,
    .statement("the limit X⁺y", .leastNorm) { setting in
      guard let terms = RegressionTerms(setting, .law) else { return false }
      return terms.unseenPart > 1e-3
    },
  ]

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    RegressionTerms(setting, variant).map { .integral($0) }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { setting.isRegression }
}

extension ClaimSetting {
  /// Whether the parameters are the end-to-end object itself, moved by gradient flow.
  var isRegression: Bool { model.identifier == LinearRegression.card.name && experiment.motion == nil }
}

/// The parts of w beside the closed form.
private final class RegressionTerms: IntegralTerms {
  let names: [String]
  private let design: LinearDesign
  private let variant: RegressionFlow.Variant
  /// The parts of w(0), of the limit, and 2cσ².
  private let initial: [Double]
  private let limit: [Double]
  private let rates: [Double]
  private var last: (time: Double, distance: Double)?
  /// Units in the last place that the parts of X⁺y are known to, for each unit of the condition number.
  private static let roundings = 32.0

  init?(_ setting: ClaimSetting, _ variant: RegressionFlow.Variant) {
    guard setting.isRegression, setting.experiment.loss.isSquare,
      let design = LinearDesign(setting.experiment.problem.measurements)
    else { return nil }
    self.design = design
    self.variant = variant
    let constant = setting.experiment.normalization.constant(for: setting.experiment.problem.measurements)
    initial = design.parts(setting.start)
    rates = design.singularValues.map { 2 * constant * $0 * $0 }
    let (start, rank) = (initial, design.rank)
    limit = design.leastFit.enumerated().map { $0 < rank || variant == .leastNorm ? $1 : start[$0] }
    names = (0..<design.count).map { $0 < rank ? "w along v\($0 + 1)" : "w along v\($0 + 1), which X does not see" }
  }

  /// The part of w(0) that X does not see, relative to the larger of w(0) and the limit.
  var unseenPart: Double {
    let unseen = initial[design.rank...].reduce(0) { $0 + $1 * $1 }.squareRoot()
    let size = max(norm(initial), norm(limit))
    return size > 0 ? unseen / size : 0
  }

  private func norm(_ parts: [Double]) -> Double { parts.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    let parts = design.parts(point.parameters)
    // The slowest rate stands for those that a false relative lets decay though X does not see them.
    let slowest = design.rank > 0 ? rates[design.rank - 1] : 0
    var distance = 0.0
    for k in 0..<design.count {
      let rate = k < design.rank ? rates[k] : variant == .leastNorm ? slowest : 0
      let closed = limit[k] + exp(-rate * point.time) * (initial[k] - limit[k])
      fold.note(
        k, residual: abs(parts[k] - closed), size: max(abs(parts[k]), abs(closed)), change: abs(parts[k] - initial[k]))
      distance += (parts[k] - limit[k]) * (parts[k] - limit[k])
    }
    last = (point.time, distance.squareRoot())
    let condition = design.rank > 0 ? design.singularValues[0] / design.singularValues[design.rank - 1] : 1
    // The fit is known to roundoff times the condition number, beside what is compared.
    fold.note(rounding: Self.roundings * JudgingRule.unitRoundoff * condition)
  }

  func complete(_ evidence: inout Evidence) {
    guard variant == .law, let last, design.rank > 0 else { return }
    let bound = exp(-rates[design.rank - 1] * last.time) * norm(zip(initial, limit).map { $0 - $1 })
    evidence.tables.append(
      Table(
        "the end beside the limit w(0) + X⁺(y − X w(0))",
        columns: ["t", "distance", "at most", "norm of the limit", "norm of X⁺y"],
        rows: [[last.time, last.distance, bound, norm(limit), norm(design.leastFit)].map { Cell($0) }]))
  }
}
