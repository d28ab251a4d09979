import FlowODE
import Verdicts

/// The hidden entry of a square completion problem goes to infinity as the loss falls.
///
/// **Statement.** From balanced starts whose determinant has the sign opposite to the data's, gradient flow keeps that sign, so
/// |h| ≥ B(δ) → ∞ as the residual norm δ → 0.
/// **Hypotheses.** A matrix factorization of depth 2 or more with square layers; all entries but one observed; a balanced start with
/// that sign of its determinant; the loss is 0 exactly at the targets and differentiable along the path.
/// **Judged by.** The slack |h| − bound while the sign of det W is known. The bound is algebra once the sign is kept; the flow's part is
/// that it is.
/// **Refuted by.** 1.05 × the bound; δ² for δ; a start of the other determinant sign; an unbalanced start.
/// **Sources.** Razin and Cohen 2020, Theorems 1 and 2, in sharp form.
public enum HiddenEntryFloor: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// 1.05 × the bound.
    case higher
    /// δ² for δ.
    case squaredDelta
  }

  public static let card = ClaimCard(
    name: "hidden-entry",
    summary: "the hidden entry of a square completion problem goes to infinity as the loss falls",
    formulas: [
      .init(
        "2×2, ±1 beside the hidden entry, 0 opposite", "|h| ≥ B(δ) = (1 − x)^(3/2)/√x, x = (√(1 + 4δ²) − 1)/2, δ² ≤ 3/4"
      ),
      .init("2×2, z₁ and z₂ beside it, ε opposite", "|h| ≥ (|z₁| − δ)(|z₂| − δ)/(|ε| + δ)"),
      .init("d×d", "|h| ≥ (|det| − Δ_d)/(|minor| + Δ_(d−1)), Δ_n = Π(‖row‖ + δ) − Π‖row‖"),
      "δ is the norm of the residuals, whatever the loss's normalization",
    ],
    sources: [.razinCohen2020("Theorems 1 and 2, in sharp form: B(δ) is the exact infimum")], judgedBy: .bound,
    residual:
      "slack |h| − bound at every accepted step while the sign of det W is known; inconclusive once it is lost to "
      + "rounding: the balancedness drift of a layer's smallest direction exceeds half of σ_min², or σ_min < 10³u‖W_l‖",
    example: "flowcheck norms --depth 3 --init-scale 0.5 --until 1e4 --save-log --method bsimp")

  public static let hypotheses = HiddenEntrySetting.hypotheses + [.differentiableAlongThePath]

  public static let mutants: [MutantRule<Variant>] =
    [
      .statement("1.05 × the bound", .higher), .statement("δ² for δ in the bound", .squaredDelta),
    ] + HiddenEntrySetting.startMutants()

  public static func statement(_ setting: ClaimSetting) -> String {
    guard let hidden = HiddenEntry(setting.experiment.problem.measurements) else {
      return "|h| ≥ a bound that grows without limit as the loss falls"
    }
    return "|w\(hidden.row)\(hidden.column)| ≥ \(hidden.formula), where δ is the norm of the residuals"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    .bound(
      HiddenEntryTerms(
        setting.hiddenEntryState, factor: variant == .higher ? 1.05 : 1,
        squaresDelta: variant == .squaredDelta))
  }
}

/// |h| beside its bound.
private final class HiddenEntryTerms: BoundTerms {
  let names: [String]
  private let state: HiddenEntryState?
  /// What the bound is multiplied by; 1 is the claim.
  private let factor: Double
  /// Whether δ² stands for δ.
  private let squaresDelta: Bool
  private var isFalsified = false
  private var curve: (loss: [Double], entry: [Double], bound: [Double]) = ([], [], [])
  private var last: (time: Double, loss: Double, entry: Double, bound: Double, logSmallest: Double)?

  init(_ state: HiddenEntryState?, factor: Double, squaresDelta: Bool) {
    self.state = state
    self.factor = factor
    self.squaresDelta = squaresDelta
    let name = state.map { "|w\($0.hidden.row)\($0.hidden.column)|" } ?? "|h|"
    names = ["\(name) ≥ \(factor == 1 ? "" : "\(factor) × ")\(squaresDelta ? "B(δ²)" : "B(δ)")"]
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    guard let state else { return }
    let known = state.update(point)
    let bound = factor * state.hidden.bound(squaresDelta ? state.delta * state.delta : state.delta)
    if known, bound.isFinite {
      // A matrix of norm ‖W‖ is known to u‖W‖ only, and so are δ and, through 1/δ, the bound.
      fold.note(0, value: bound, bound: state.size, time: point.time)
      if state.size < bound { isFalsified = true }
      last = (point.time, point.loss, state.size, bound, state.logSmallest)
    }
    if point.isSave, known, bound.isFinite, bound > 0, state.delta > 0 {
      curve.loss.append(state.delta * state.delta / 2)
      curve.entry.append(state.size)
      curve.bound.append(bound)
    }
  }

  func complete(_ evidence: inout Evidence) {
    evidence.doubt = state?.watch.doubt
    evidence.isFalsified = isFalsified
    guard let last, let state else { return }
    let name = "w\(state.hidden.row)\(state.hidden.column)"
    var table = Table(
      "where the sign of det W was last known",
      columns: ["t", "loss", "|\(name)|", "bound", "ln σ_min", "sign changed"])
    table.rows = [
      [
        Cell(last.time), Cell(last.loss), Cell(last.entry), Cell(last.bound),
        Cell(last.logSmallest),
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
  }
}
