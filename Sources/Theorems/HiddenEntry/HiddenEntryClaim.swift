import FlowODE
import Verdicts

/// Razin and Cohen's lower bound on a hidden entry: from balanced starts whose determinant has the sign opposite to the
/// data's, gradient flow keeps that sign, so |h| ≥ B(δ) → ∞ as the residual norm δ → 0.
public struct HiddenEntryClaim: Claim {
  /// What the bound is multiplied by; 1 is the claim.
  private let factor: Double
  /// Whether δ² stands for δ, which makes the bound wrong.
  private let squaresDelta: Bool
  /// Whether starts are taken as they are, for controls that break a hypothesis.
  private let ignoresHypotheses: Bool

  public init() { self.init(factor: 1) }
  private init(factor: Double, squaresDelta: Bool = false, ignoresHypotheses: Bool = false) {
    self.factor = factor
    self.squaresDelta = squaresDelta
    self.ignoresHypotheses = ignoresHypotheses
  }

  public var identifier: String {
    let name = factor == 1 ? "hidden-entry" : "hidden-entry with \(factor) × the bound"
    return name + (squaresDelta ? " of δ²" : "") + (ignoresHypotheses ? " whatever the start" : "")
  }

  public var isInequality: Bool { true }

  public func statement(_ setting: ClaimSetting) -> String {
    guard let hidden = HiddenEntry(setting.experiment.problem.measurements) else {
      return "|h| ≥ a bound that grows without limit as the loss falls"
    }
    let scale = factor == 1 ? "" : "\(factor) × "
    return "|w\(hidden.row)\(hidden.column)| ≥ \(scale)\(hidden.formula), where δ is the norm of the residuals"
      + (squaresDelta ? " squared" : "")
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    HiddenEntryHypotheses.all(setting, ignoringStart: ignoresHypotheses)
  }

  /// The bound is algebra once the sign is kept; the flow's part is that it is.
  public func pathHypotheses(_ setting: ClaimSetting, facts: PathFacts) -> [Hypothesis] {
    ignoresHypotheses ? [] : HiddenEntryHypotheses.path(setting, facts)
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(state: HiddenEntryState(setting.experiment), factor: factor, squaresDelta: squaresDelta)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard factor == 1, !squaresDelta, !ignoresHypotheses else { return [] }
    return [
      NegativeControl("1.05 × the bound", .claim(HiddenEntryClaim(factor: 1.05))),
      NegativeControl("δ² for δ in the bound", .claim(HiddenEntryClaim(factor: 1, squaresDelta: true))),
    ] + HiddenEntryHypotheses.startControls(setting, HiddenEntryClaim(factor: 1, ignoresHypotheses: true))
  }

  private final class Monitor: ClaimMonitor {
    private let state: HiddenEntryState?
    private let factor: Double
    private let squaresDelta: Bool
    private var fold: MarginFold
    private var isFalsified = false
    private var curve: (loss: [Double], entry: [Double], bound: [Double]) = ([], [], [])
    private var last: (time: Double, loss: Double, entry: Double, bound: Double, logSmallest: Double)?

    init(state: HiddenEntryState?, factor: Double, squaresDelta: Bool) {
      self.state = state
      self.factor = factor
      self.squaresDelta = squaresDelta
      let name = state.map { "|w\($0.hidden.row)\($0.hidden.column)|" } ?? "|h|"
      fold = MarginFold(laws: ["\(name) ≥ \(factor == 1 ? "" : "\(factor) × ")\(squaresDelta ? "B(δ²)" : "B(δ)")"])
    }

    func observe(_ point: TrajectoryPoint) {
      guard let state else { return }
      let known = state.update(point)
      let bound = factor * state.hidden.bound(squaresDelta ? state.delta * state.delta : state.delta)
      if known, bound.isFinite {
        // A matrix of norm ‖W‖ is known to u‖W‖ only, and so are δ and, through 1/δ, the bound.
        fold.note(0, value: bound, bound: state.size, time: point.time)
        if state.size < bound { isFalsified = true }
        last = (point.time, point.loss, state.size, bound, state.logSmallest)
      }
      guard point.isSave else { return }
      fold.save(time: point.time)
      if known, bound.isFinite, bound > 0, state.delta > 0 {
        curve.loss.append(state.delta * state.delta / 2)
        curve.entry.append(state.size)
        curve.bound.append(bound)
      }
    }

    var evidence: Evidence {
      var evidence = Evidence(margin: fold.margin)
      evidence.doubt = state?.watch.doubt
      evidence.isFalsified = isFalsified
      guard let last, let state else { return evidence }
      let name = "w\(state.hidden.row)\(state.hidden.column)"
      var table = EvidenceTable(
        "where the sign of det W was last known",
        columns: ["t", "loss", "|\(name)|", "bound", "ln σ_min", "sign changed"])
      table.rows = [
        [
          EvidenceCell(last.time), EvidenceCell(last.loss), EvidenceCell(last.entry), EvidenceCell(last.bound),
          EvidenceCell(last.logSmallest),
          state.watch.crossing.map { .text("at t = \(tableNumber($0))") } ?? .text("never"),
        ]
      ]
      evidence.tables = [table]
      evidence.plot = Figure(
        "|\(name)| against the loss", xLabel: "half the sum of squared residuals", yLabel: "|\(name)|", logX: true,
        logY: true,
        curves: [
          .init("|\(name)|", x: curve.loss, y: curve.entry),
          .init("bound", x: curve.loss, y: curve.bound, role: .reference),
        ])
      return evidence
    }
  }
}
