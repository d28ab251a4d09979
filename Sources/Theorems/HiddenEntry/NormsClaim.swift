import FlowODE
import Verdicts

/// Razin and Cohen's Theorem 1 on their 2×2 problem: as the loss falls every norm and quasi-norm of W goes to infinity, while
/// its effective rank and its distance from rank one fall to their infima.
///
/// Constants are those of the half-sum ℓ = δ²/2, formed from the residuals themselves whatever normalization the flow runs in.
public struct NormsClaim: Claim {
  private enum Form: Sendable {
    case theorem
    /// Norm floors 1.05 a/√ℓ, without −b.
    case steeperNorms
    /// Rank ceilings with δ² for δ.
    case squaredDelta
  }

  private let form: Form
  private let ignoresHypotheses: Bool

  public init() { self.init(.theorem) }
  private init(_ form: Form, ignoresHypotheses: Bool = false) {
    self.form = form
    self.ignoresHypotheses = ignoresHypotheses
  }

  public var identifier: String {
    let name =
      switch form {
      case .theorem: "norms"
      case .steeperNorms: "norms with floors 1.05 a/√ℓ"
      case .squaredDelta: "norms with δ² in the rank bounds"
      }
    return name + (ignoresHypotheses ? " whatever the start" : "")
  }

  public var isInequality: Bool { true }

  public func statement(_ setting: ClaimSetting) -> String {
    switch form {
    case .theorem:
      "every (quasi-)norm ‖W‖ ≥ a/√ℓ − b, a = 1/(√2 c), b = max{√2 a, 8c²}; erank(W) ≤ 1 + (2√12/ln 2)√ℓ and ≤ "
        + "exp(h(δ/(B(δ) + δ))); distance to rank one ≤ δ for δ < 1; ℓ = δ²/2 is the half-sum loss"
    case .steeperNorms: "every (quasi-)norm ‖W‖ ≥ 1.05 a/√ℓ, a = 1/(√2 c)"
    case .squaredDelta: "distance to rank one ≤ δ² for δ < 1"
    }
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    let list = HiddenEntryHypotheses.all(setting, ignoringStart: ignoresHypotheses)
    guard let hidden = HiddenEntry(setting.experiment.problem.measurements) else { return list }
    return list + [
      Hypothesis(
        "the problem is Razin and Cohen's: 2×2 with ±1 beside the hidden entry and 0 opposite",
        isMet: hidden.isCanonical,
        detail: hidden.isCanonical ? "w\(hidden.row)\(hidden.column) is hidden" : "other data")
    ]
  }

  public func pathHypotheses(_ setting: ClaimSetting, facts: PathFacts) -> [Hypothesis] {
    ignoresHypotheses ? [] : HiddenEntryHypotheses.path(setting, facts)
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(state: HiddenEntryState(setting.experiment), form: form)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard case .theorem = form, !ignoresHypotheses else { return [] }
    return [
      NegativeControl("floors 1.05 a/√ℓ without −b", .claim(NormsClaim(.steeperNorms))),
      NegativeControl("distance to rank one ≤ δ²", .claim(NormsClaim(.squaredDelta))),
    ] + HiddenEntryHypotheses.startControls(setting, NormsClaim(.theorem, ignoresHypotheses: true))
  }

  private final class Monitor: ClaimMonitor {
    private let state: HiddenEntryState?
    private let form: Form
    private var fold: MarginFold
    private var isFalsified = false
    /// Per law: value and bound at the last state that counted.
    private var last: [(name: String, value: Double, bound: Double)] = []
    private var lastTime = 0.0

    private static let rankLaws = ["erank, the paper's bound", "erank, sharp", "distance to rank one"]

    init(state: HiddenEntryState?, form: Form) {
      self.state = state
      self.form = form
      switch form {
      case .theorem: fold = MarginFold(laws: MatrixNorm.named.map { "\($0.name) norm" } + Self.rankLaws)
      case .steeperNorms: fold = MarginFold(laws: MatrixNorm.named.map { "\($0.name) norm" })
      case .squaredDelta: fold = MarginFold(laws: ["distance to rank one"])
      }
    }

    func observe(_ point: TrajectoryPoint) {
      guard let state else { return }
      if state.update(point), state.delta > 0 { note(state, point.time) }
      if point.isSave { fold.save(time: point.time) }
    }

    private func note(_ state: HiddenEntryState, _ time: Double) {
      let delta = state.delta
      var laws: [(name: String, value: Double, bound: Double, isFloor: Bool)] = []
      if form != .squaredDelta {
        for norm in MatrixNorm.named {
          let value = norm.value(entries: state.matrix.elements, singularValues: state.singularValues)
          let floor =
            form == .theorem
            ? HiddenEntryBound.normFloor(delta, unit: norm.unit, triangleConstant: norm.triangleConstant)
            : 1.05 * norm.unit / (norm.triangleConstant * delta)
          laws.append(("\(norm.name) norm", value, floor, true))
        }
      }
      let distance = RankMeasure.distanceToRankOne(state.singularValues)
      switch form {
      case .theorem:
        let rank = RankMeasure.effectiveRank(state.singularValues)
        laws.append(("erank (paper)", rank, HiddenEntryBound.effectiveRankCeiling(delta), false))
        laws.append(("erank (sharp)", rank, HiddenEntryBound.sharpEffectiveRankCeiling(delta), false))
        // For δ ≥ 1 the paper's weaker constant is all there is.
        laws.append(("distance to rank one", distance, delta < 1 ? delta : 3 * delta, false))
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

    var evidence: Evidence {
      var evidence = Evidence(margin: fold.margin)
      evidence.doubt = state?.watch.doubt
      evidence.isFalsified = isFalsified
      evidence.tables = [
        EvidenceTable(
          "at t = \(tableNumber(lastTime))", columns: ["quantity", "value", "bound"],
          rows: last.map { [.text($0.name), EvidenceCell($0.value), EvidenceCell($0.bound)] })
      ]
      return evidence
    }
  }
}
