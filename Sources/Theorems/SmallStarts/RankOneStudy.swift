import CMath
import FlowODE
import Models
import Verdicts

/// Small balanced starts with a leading component follow rank-one trajectories, over a ladder of initialization scales.
///
/// **Statement.** From the start α a, the flow follows a rank-one trajectory once ‖W‖ = ρ = min|y| − δ, as closely as α is small,
/// until t ≥ T or ‖W‖ ≥ D. Three references: A, the one-component flow reseeded with the leading component at ‖W‖ = ρ; B, the
/// one-component flow from the leading component's own start; both are O(αᴺ) away. C, the limiting direction at ‖W‖ = ρ, which does
/// not depend on α and is only O(α^min(κ,N)) away.
/// **Hypotheses.** ``LeadingComponent/Condition``.
/// **Judged by.** ``RankOneRule``: the sup-distances to A and B fall at the order N over at least four halvings of α.
/// **Refuted by.** Two equal leaders.
/// **Sources.** Razin, Maman, Cohen 2021, Theorem 2 and Corollary 2.
public struct RankOneStudy: Sendable {
  static let card = ClaimCard(
    name: "rank-one",
    summary: "small balanced starts with a leading component follow rank-one trajectories (own command)",
    formulas: [
      "from α a, with T₀ the time when ‖W‖ = ρ = min|y| − δ: ‖W(T₀ + t) − W₁(t)‖_F → 0 as α → 0 until t ≥ T or ‖W‖ ≥ D,",
      "like αᴺ for the one-component flows reseeded at T₀ (A) and started with the leader (B),",
      "like α^min(κ,N) for the flow from the limiting direction (C)",
    ],
    sources: [.razinMamanCohen2021("Theorem 2 and Corollary 2")], judgedBy: .limit,
    residual:
      "sup-distances over at least four halvings of α, falling, their last slope within 0.15 of N, the solver's error at most 1% "
      + "of each, the references being integrated on the same steps; violated only by a distance that does not fall over a decade "
      + "and exceeds the proof's estimates",
    example: "flowcheck rank-one --shape 3,3,3 --components 10 --rank 1 --target-norm 5 --observed 12 --loss huber "
      + "--huber-delta 0.02 --until 2000 --control")
  static let twins = "two equal leaders"
  /// What `list` and `explain` print.
  public static let page = ClaimPage(
    card: card, hypotheses: LeadingComponent.Condition.allCases.map(\.rawValue), controls: [twins])

  /// The experiment; its start is a, its horizon T.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let scales: [Double]
  /// D; infinite if the comparison ends with T only.
  public let largestNorm: Double
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  let context: RunContext

  /// sup-distances at one α.
  public struct Point: Sendable, Equatable {
    public let alpha: Double
    /// T₀: when ‖W‖ reached ρ.
    public let escape: Double
    /// sup_t ‖W(T₀ + t) − W₁(t)‖_F for the references A, B and C (nil where no limiting direction was found).
    public let reseeded: Double
    public let fromStart: Double
    public let fixed: Double?
    /// The largest ‖W‖ on the way.
    public let largestNorm: Double
    /// The distance to the target at the end, relative; nil where the target is not known everywhere.
    public let reconstruction: Double?
    /// t − T₀, ‖W‖ and the distances to A, B and C at the save times.
    public let path: [[Double?]]
  }

  /// - Throws: ``Refusal`` unless the scales are positive and strictly decreasing.
  public init(
    experiment: Experiment, scales: [Double], largestNorm: Double = .infinity, tolerances: [Double],
    context: RunContext = RunContext()
  ) throws(Refusal) {
    guard scales.count >= 2, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw Refusal(
        "the ladder of scales is \(scales)",
        remedy: "give init.scales two or more decreasing positive numbers; five halve four times")
    }
    guard tolerances.count >= 2 else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine two or more tolerances")
    }
    self.experiment = experiment
    self.scales = scales
    self.largestNorm = largestNorm
    self.tolerances = Array(tolerances.suffix(2))
    self.context = context
  }

  /// ρ: up to ‖W‖ = ρ no residual meets the kink of the Huber loss. For other losses, min|y|/2.
  public static func escapeNorm(_ experiment: Experiment) -> Double {
    let least = experiment.problem.measurements.values.map(abs).min() ?? 0
    if let huber = experiment.loss as? HuberLoss, huber.delta < least { return least - huber.delta }
    return 0.5 * least
  }

  /// A ladder whose first scale has the leading component's norm at ρ/10, halved `halvings` times. The default is six times at
  /// N = 3, where slopes settle late if others grow nearly as fast, and the four that a verdict needs above, where distances
  /// reach roundoff sooner.
  public static func defaultScales(
    _ experiment: Experiment, halvings chosen: Int? = nil
  ) throws(Refusal) -> [Double] {
    let leading = try LeadingComponent(experiment, start: experiment.start)
    let halvings = chosen ?? max(4, 18 / leading.order)
    let rho = escapeNorm(experiment)
    guard rho > 0 else {
      throw Refusal("an observed entry is 0, so no norm is safely below all of them", remedy: "leave it out")
    }
    let first = pow(rho / 10, 1 / Double(leading.order)) / leading.norms[leading.leader]
    return (0...halvings).map { first * pow(0.5, Double($0)) }
  }
}
