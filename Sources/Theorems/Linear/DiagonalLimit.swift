import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// The flow of a diagonal network ends at the minimum of Q_α among the fits, without any optimization.
///
/// **Statement.** For w = u^L − v^L from u = v = α, the mirror coordinate ψ of w stays in the range of Xᵀ: ψ = asinh(w/(2α²)) at L = 2 and
/// h_L⁻¹(w/α^L) with h_L(z) = (1 − z)^(−L/(L−2)) − (1 + z)^(−L/(L−2)) above. ψ is ∇Q_α(w), so that an end with X w = y meets the conditions of
/// Karush, Kuhn and Tucker for the least Q_α among all w with X w = y; Q_α is convex, so it is the least. α → 0 gives ‖w‖₁ and α → ∞ ‖w‖₂.
/// **Hypotheses.** A diagonal network of depth at least 2 from u = v = α > 0; predictions linear in w that tie its entries to each other, and
/// leave some direction open.
/// **Judged by.** The largest part of ψ outside the range of Xᵀ, at all accepted steps, relative to ψ. Where the end does not meet the data
/// to 1e-3 there is no limit to speak of yet: *inconclusive*.
/// **Refuted by.** ψ = w, the limit of least ‖w‖₂; ψ of another depth: L + 1, and 5 for 3, whose own is that of 4 on the flow. Where w stays
/// below α^L all of them are linear in w, and none is false.
/// **Sources.** Woodworth et al. 2020; the form of ψ for L > 2 is derived.
public enum DiagonalLimit: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// ψ = w.
    case leastNorm
    /// ψ of another depth.
    case depth
  }

  public static let card = ClaimCard(
    name: "diagonal-limit",
    summary: "a diagonal network ends at the least Q_α among the fits: its mirror coordinate is in the range of Xᵀ",
    formulas: [
      .init("L = 2", "asinh(w/(2α²)) ∈ range(Xᵀ) for all t"),
      .init("L ≥ 3", "h_L⁻¹(w/α^L) ∈ range(Xᵀ) for all t, h_L(z) = (1 − z)^(−L/(L−2)) − (1 + z)^(−L/(L−2))"),
      .init("t → ∞", "w = argmin Q_α over X w = y, as ∇Q_α(w) ∈ range(Xᵀ) and Q_α is convex"),
    ],
    sources: [
      Source(paper: "Woodworth et al. 2020", arxiv: "2002.09277"),
      .derived("u^(2−L) and v^(2−L) move by ±L(L−2) ∇_w f, ln u and ln v by ∓2 ∇_w f"),
    ],
    judgedBy: .conservation,
    residual:
      "largest norm of the part of the mirror coordinate outside the range of Xᵀ over all accepted steps, relative to the largest "
      + "mirror coordinate; inconclusive while the data are not met to 1e-3",
    example:
      "flowcheck run --claims diagonal-limit --model diagonal --shape 8 --depth 2 --measure-with gaussian --samples 4 "
      + "--rank 1 --target-norm 2 --normalization half-sum --init balanced --init-scale 0.1 --until 200 --control")

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("diagonal", "the model is a diagonal network of depth at least 2") { setting in
      ((setting.model.diagonalDepth ?? 0) >= 2 && setting.experiment.motion == nil, setting.model.summary)
    },
    HypothesisRule("start", "it starts at u = v = α > 0, and the data are small enough to be decomposed") { setting in
      guard (setting.model.diagonalDepth ?? 0) >= 2 else { return nil }
      let found = DiagonalSetting(setting)
      return (found != nil, found.map { "α \(tableNumber($0.largestScale))" } ?? "use init.name balanced")
    },
    HypothesisRule("tied", "the data tie entries of w to each other, and leave some direction open") { setting in
      guard let design = DiagonalSetting(setting)?.design else { return nil }
      return (
        design.couples,
        design.couples
          ? "rank \(design.rank) of \(design.count)"
          : design.rank == design.count
            ? "the data determine w, whatever is minimized" : "every entry is seen by itself or not at all"
      )
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .statement("the mirror map w, of least ‖w‖₂", .leastNorm), .statement("the mirror map of another depth", .depth),
  ]

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard let diagonal = DiagonalSetting(setting), diagonal.design.couples else { return nil }
    return .conserved(MirrorTerms(diagonal, setting.experiment, variant))
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { DiagonalSetting(setting)?.design.couples == true }
}

/// The mirror coordinate, and what of it is in the range of Xᵀ.
private final class MirrorTerms: ConservedTerms {
  /// Data met to this part of their norm are fitted.
  private static let fitted = 1e-3

  let laws = [TermSum("the mirror coordinate less its part in the range of Xᵀ", [(0, 1), (1, -1)])]
  let sizes: [Int]
  private let diagonal: DiagonalSetting
  private let variant: DiagonalLimit.Variant
  private let targets: Double
  private var last: (misfit: Double, object: [Double])?
  /// The largest w_i/α_i^L: mirror maps are told from each other where it is not small.
  private var bend = 0.0

  init(_ diagonal: DiagonalSetting, _ experiment: Experiment, _ variant: DiagonalLimit.Variant) {
    self.diagonal = diagonal
    self.variant = variant
    sizes = [diagonal.scales.count, diagonal.scales.count]
    targets = experiment.problem.measurements.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  func update(_ point: TrajectoryPoint, into terms: UnsafeMutablePointer<Double>) {
    let parameters = point.parameters
    let d = diagonal.scales.count
    let whole =
      switch variant {
      case .law: diagonal.weighted(diagonal.mirror(parameters, depth: diagonal.depth))
      case .leastNorm: diagonal.object(parameters)
      case .depth: diagonal.mirror(parameters, depth: diagonal.depth == 3 ? 5 : diagonal.depth + 1)
      }
    let seen = diagonal.design.seen(whole)
    for i in 0..<d {
      terms[i] = whole[i]
      terms[d + i] = seen[i]
    }
    guard point.isSave else { return }
    if variant != .law { bend = max(bend, diagonal.bend(parameters)) }
    last = (point.residuals.reduce(0) { $0 + $1 * $1 }.squareRoot(), diagonal.object(parameters))
  }

  func complete(_ evidence: inout Evidence) {
    // However fast u and v move, ψ moves in the range of Xᵀ.
    evidence.isBlindToRates = true
    if variant != .law { evidence.isFalsified = bend > 0.01 }
    guard let last, variant == .law else { return }
    let misfit = targets > 0 ? last.misfit / targets : last.misfit
    let least = diagonal.design.leastFit
    let fit = (0..<least.count).map { i in
      least.indices.reduce(0) { $0 + diagonal.design.directions[i, $1] * least[$1] }
    }
    func norms(_ w: [Double]) -> [Double] {
      [w.reduce(0) { $0 + abs($1) }, w.reduce(0) { $0 + $1 * $1 }.squareRoot()]
    }
    evidence.tables.append(
      Table(
        "the end beside the fit of least norm", columns: ["misfit", "‖w‖₁", "‖w‖₂", "‖X⁺y‖₁", "‖X⁺y‖₂"],
        rows: [([misfit] + norms(last.object) + norms(fit)).map { Cell($0) }]))
    guard !(misfit <= Self.fitted) else { return }
    evidence.doubt =
      "the flow is not at its limit: the data are met to \(tableNumber(misfit)) of their norm; raise integration.until"
  }
}
