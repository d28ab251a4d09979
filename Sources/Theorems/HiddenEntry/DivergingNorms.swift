import FlowODE
import Verdicts

/// Every norm and quasi-norm goes to infinity while rank is minimized.
///
/// **Statement.** On Razin and Cohen's 2×2 problem, as the loss falls, every norm and quasi-norm of W goes to infinity, while its effective
/// rank and its distance from rank one fall to their infima. Constants are those of the half-sum ℓ = δ²/2, formed from the residuals
/// themselves whatever normalization the flow runs in.
/// **Hypotheses.** Those of hidden-entry; 2×2 with ±1 beside the hidden entry and 0 opposite.
/// **Judged by.** The slack of every bound while the sign of det W is known.
/// **Refuted by.** Norm floors without −b; δ² for δ; a start of the other determinant sign; an unbalanced start.
/// **Sources.** Razin and Cohen 2020, Theorem 1.
public enum DivergingNorms: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// Norm floors 1.05 a/√ℓ, without −b.
    case steeperNorms
    /// Rank ceilings with δ² for δ.
    case squaredDelta
  }

  public static let card = ClaimCard(
    name: "norms", summary: "every norm and quasi-norm goes to infinity while rank is minimized (2×2)",
    formulas: [
      "‖W‖ ≥ a/√ℓ − b, a = 1/(√2 c), b = max{√2 a, 8c²}: spectral, Frobenius, nuclear, Schatten-1/2 and -1/4, entrywise l_1",
      "and l_1/2, with c = 1 for norms and 2^(1/p − 1) for p < 1",
      "erank(W) ≤ 1 + (2√12/ln 2)√ℓ and ≤ exp(h(δ/(B(δ) + δ))); distance to rank one ≤ δ for δ < 1",
      "ℓ = δ²/2 is the half-sum loss, formed from the residuals whatever the normalization in force",
    ],
    sources: [.razinCohen2020("Theorem 1"), .derived("sharp rank bounds")], judgedBy: .bound,
    residual:
      "slack of every bound at every accepted step while the sign of det W is known; σ_min comes from the layers' "
      + "determinants or from svd coordinates, never from an SVD of the product",
    example: "flowcheck norms --depth 2 --init-scale 0.5 --coordinates svd --method bsimp --until 1e9 --stop-loss 1e-4")

  public static let hypotheses =
    HiddenEntrySetting.hypotheses + [.isCanonicalProblem, .differentiableAlongThePath]

  public static let mutants: [MutantRule<Variant>] =
    [
      .statement("floors 1.05 a/√ℓ without −b", .steeperNorms),
      .statement("distance to rank one ≤ δ²", .squaredDelta),
    ] + HiddenEntrySetting.startMutants()

  public static func statement(_ setting: ClaimSetting) -> String {
    "every (quasi-)norm ‖W‖ ≥ a/√ℓ − b, a = 1/(√2 c), b = max{√2 a, 8c²}; erank(W) ≤ 1 + (2√12/ln 2)√ℓ and ≤ "
      + "exp(h(δ/(B(δ) + δ))); distance to rank one ≤ δ for δ < 1; ℓ = δ²/2 is the half-sum loss"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.hiddenEntryState.map { .bound(NormTerms($0, variant)) }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { HiddenEntrySetting.isCanonical(setting) }
}

/// Norms and measures of rank beside their bounds.
private final class NormTerms: BoundTerms {
  let names: [String]
  private let state: HiddenEntryState?
  private let form: DivergingNorms.Variant
  private var isFalsified = false
  /// Per law: value and bound at the last state that counted.
  private var last: [(name: String, value: Double, bound: Double)] = []
  private var lastTime = 0.0

  private static let rankLaws = ["erank, the paper's bound", "erank, sharp", "distance to rank one"]

  init(_ state: HiddenEntryState?, _ form: DivergingNorms.Variant) {
    self.state = state
    self.form = form
    switch form {
    case .law: names = MatrixNorm.named.map { "\($0.name) norm" } + Self.rankLaws
    case .steeperNorms: names = MatrixNorm.named.map { "\($0.name) norm" }
    case .squaredDelta: names = ["distance to rank one"]
    }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    if let state, state.update(point), state.delta > 0 { note(state, point.time, &fold) }
  }

  private func note(_ state: HiddenEntryState, _ time: Double, _ fold: inout MarginFold) {
    let delta = state.delta
    var laws: [(name: String, value: Double, bound: Double, isFloor: Bool)] = []
    if form != .squaredDelta {
      for norm in MatrixNorm.named {
        let value = norm.value(entries: state.matrix.elements, singularValues: state.singularValues)
        let floor =
          form == .law
          ? HiddenEntryBound.normFloor(delta, unit: norm.unit, triangleConstant: norm.triangleConstant)
          : 1.05 * norm.unit / (norm.triangleConstant * delta)
        laws.append(("\(norm.name) norm", value, floor, true))
      }
    }
    let distance = RankMeasure.distanceToRankOne(state.singularValues)
    switch form {
    case .law:
      let rank = RankMeasure.effectiveRank(state.singularValues)
      laws.append(("erank (paper)", rank, HiddenEntryBound.effectiveRankCeiling(delta), false))
      laws.append(("erank (sharp)", rank, HiddenEntryBound.sharpEffectiveRankCeiling(delta), false))
      laws.append(("distance to rank one", distance, HiddenEntryBound.rankOneDistanceCeiling(delta), false))
    case .squaredDelta: laws.append(("distance to rank one", distance, delta < 1 ? delta * delta : 3 * delta, false))
    case .steeperNorms: break
    }
    for (k, law) in laws.enumerated() {
      if law.isFloor {
        fold.note(k, value: law.bound, bound: law.value, time: time)
        if law.value < law.bound { isFalsified = true }
      } else {
        fold.note(k, value: law.value, bound: law.bound, time: time)
        if law.value > law.bound { isFalsified = true }
      }
    }
    last = laws.map { ($0.name, $0.value, $0.bound) }
    lastTime = time
  }

  func complete(_ evidence: inout Evidence) {
    evidence.doubt = state?.watch.doubt
    evidence.isFalsified = isFalsified
    evidence.tables = [
      Table(
        "at t = \(tableNumber(lastTime))", columns: ["quantity", "value", "bound"],
        rows: last.map { [.text($0.name), Cell($0.value), Cell($0.bound)] })
    ]
  }
}
