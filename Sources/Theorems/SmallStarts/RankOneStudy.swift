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
/// **Hypotheses.** The order is at least 3, the loss is Huber's on observed entries, the start balanced with a leading component.
/// **Judged by.** ``RankOneRule``: the sup-distances to A and B fall at the order N over at least four halvings of α.
/// **Refuted by.** Two equal leaders.
/// **Sources.** Razin, Maman, Cohen 2021, Theorem 2 and Corollary 2.
public struct RankOneStudy: ValueLadder, LadderStudy {
  public static let card = ClaimCard(
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

  /// The experiment; its start is a, its horizon T.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let values: [Double]
  /// D; infinite if the comparison ends with T only.
  public let largestNorm: Double
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  public var keptRun: (experiment: Experiment, tolerance: Double)? { tolerances.last.map { (experiment, $0) } }
  /// What the start's components say; nil below order 3, where the theorem says nothing.
  let leading: LeadingComponent?

  /// - Parameter scales: those of ``defaultScales(_:halvings:)`` where none are given.
  /// - Throws: ``Refusal`` unless the scales are positive and strictly decreasing, or if the model is no CP factorization.
  public init(
    experiment: Experiment, scales: [Double]? = nil, largestNorm: Double = .infinity, tolerances: [Double]
  ) throws(Refusal) {
    let isOrdered = experiment.problem.model.endShape.count >= 3
    leading = isOrdered ? try LeadingComponent(experiment, start: experiment.start) : nil
    let isNamed = isOrdered && Self.escapeNorm(experiment) > 0
    values = if let scales { scales } else { isNamed ? try Self.defaultScales(experiment) : [] }
    if isNamed || scales != nil {
      try ScaleRun.check(
        scales: values, remedy: "give init.scales two or more decreasing positive numbers; five halve four times")
    }
    self.experiment = experiment
    self.largestNorm = largestNorm
    self.tolerances = try ScaleRun.lastTwo(tolerances)
  }

  /// The same ladder from two equal leaders: the start with the next component made a copy of the leader.
  private init(twinning study: RankOneStudy, _ leading: LeadingComponent) throws(Refusal) {
    guard let registry = study.experiment.problem.model.components, registry.components.count >= 2 else {
      throw Refusal("one component has no twin", remedy: "use problem.components 2 or more")
    }
    var start = study.experiment.start
    for (from, to) in zip(registry.components[leading.leader], registry.components[leading.leader == 0 ? 1 : 0]) {
      for (target, source) in zip(to.positions, from.positions) { start[target] = start[source] }
    }
    experiment = try study.experiment.replacing(start: start)
    self.leading = try LeadingComponent(experiment, start: start, leader: leading.leader)
    values = study.values
    largestNorm = study.largestNorm
    tolerances = study.tolerances
  }

  /// False where the theorem does not even name a norm to compare at.
  public var canRun: Bool { leading != nil && Self.escapeNorm(experiment) > 0 }

  public static let mutants: [LadderMutant<RankOneStudy>] = [
    LadderMutant("two equal leaders", key: "twins", droppingHypotheses: true) { study, _ in
      try study.leading.map { try RankOneStudy(twinning: study, $0) }
    }
  ]

  public static func statement(_ study: Self) -> String {
    let experiment = study.experiment
    return "from α a, ‖W(T₀ + t) − W₁(t)‖_F → 0 as α → 0 for rank-one trajectories W₁, like "
      + "α^\(experiment.problem.model.endShape.count) (A, B), until t ≥ \(tableSetting(experiment.until))"
      + (study.largestNorm.isFinite ? " or ‖W‖ ≥ \(tableSetting(study.largestNorm))" : "")
  }

  public static func judge(_ study: Self, _ found: Found, _ hypotheses: [Hypothesis]) -> LadderFinding {
    LadderFinding(
      RankOneRule.judge(
        hypotheses: hypotheses, order: found.shared.leading.order,
        guarantee: hypotheses.isEmpty ? 0 : study.guarantee(found),
        refinement: study.tolerances[0] / study.tolerances[1],
        found.coarse.map(\.evidence), found.fine.map(\.evidence)),
      figure: found.fine.last?.fromStart)
  }

  /// What the proof allows the other components at the smallest α, magnified by the growth since ‖W‖ = ρ: while the gradient is
  /// constant, s_r ≤ α a_r (1 − q_r)^{−1/(N−2)} with q_r = (a_r/a_1)^{N−2} ‖∇L(0)‖/γ_1 < 1.
  private func guarantee(_ found: Found) -> Double {
    let leader = found.shared.leading
    guard let last = found.fine.last, let size = leader.gradientNorm else { return .infinity }
    let n = Double(leader.order)
    var total = 0.0
    for r in leader.norms.indices where r != leader.leader {
      let q = pow(leader.norms[r] / leader.norms[leader.leader], n - 2) * size / leader.gammas[leader.leader]
      guard q < 1 else { return .infinity }
      total += pow(last.alpha * leader.norms[r] * pow(1 - q, -1 / (n - 2)), n)
    }
    return total * max(1, pow(last.largestNorm / Self.escapeNorm(experiment), 2))
  }

  /// ρ: up to ‖W‖ = ρ no residual meets the end of the loss's linear branch. For losses without one, min|y|/2.
  public static func escapeNorm(_ experiment: Experiment) -> Double {
    let least = experiment.problem.measurements.values.map(abs).min() ?? 0
    if let delta = experiment.loss.linearBranch, delta < least { return least - delta }
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
