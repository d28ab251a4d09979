import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// The rank-one trajectory theorem over a ladder of initialization scales (Razin, Maman, Cohen 2021, Theorem 2 and Corollary 2):
/// from the start α a, the flow follows a rank-one trajectory once ‖W‖ = ρ = min|y| − δ, as closely as α is small, until t ≥ T
/// or ‖W‖ ≥ D.
///
/// Three references: A, the one-component flow reseeded with the leading component at ‖W‖ = ρ; B, the one-component flow from
/// the leading component's own start; both are O(αᴺ) away. C, the limiting direction at ‖W‖ = ρ, which does not depend on α and is
/// only O(α^min(κ,N)) away.
public struct RankOneStudy: Sendable {
  /// The experiment; its start is a, its horizon T.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let scales: [Double]
  /// D; infinite if the comparison ends with T only.
  public let largestNorm: Double
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  let hooks: ScaleHooks

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

  /// - Throws: ``ExperimentError`` unless the scales are positive and strictly decreasing.
  public init(
    experiment: Experiment, scales: [Double], largestNorm: Double = .infinity, tolerances: [Double],
    hooks: ScaleHooks = ScaleHooks()
  ) throws(ExperimentError) {
    guard scales.count >= 2, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw ExperimentError(
        "the ladder of scales is \(scales)",
        remedy: "give --scales two or more decreasing positive numbers; five halve four times")
    }
    guard tolerances.count >= 2 else {
      throw ExperimentError("the refinement ladder is \(tolerances)", remedy: "give --refine two or more tolerances")
    }
    self.experiment = experiment
    self.scales = scales
    self.largestNorm = largestNorm
    self.tolerances = Array(tolerances.suffix(2))
    self.hooks = hooks
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
  ) throws(ExperimentError) -> [Double] {
    let leading = try LeadingComponent(experiment, start: experiment.start)
    let halvings = chosen ?? max(4, 18 / leading.order)
    let rho = escapeNorm(experiment)
    guard rho > 0 else {
      throw ExperimentError("an observed entry is 0, so no norm is safely below all of them", remedy: "leave it out")
    }
    let first = pow(rho / 10, 1 / Double(leading.order)) / leading.norms[leading.leader]
    return (0...halvings).map { first * pow(0.5, Double($0)) }
  }

  /// Runs the study and its refutation and judges them.
  ///
  /// - Throws: ``InterruptedRun``, ``ExperimentError``.
  public func report(runsControls: Bool) throws -> ScaleOutcome {
    let leader = try LeadingComponent(experiment, start: experiment.start)
    let hypotheses = leader.hypotheses(experiment, start: experiment.start)
    let stages = runsControls ? 4 : 2
    let coarse = try points(start: experiment.start, leader: leader, tolerance: tolerances[0], stage: (0, stages))
    let fine = try points(
      start: experiment.start, leader: leader, tolerance: tolerances[1], stage: (1, stages), recorders: hooks.recorders)
    var judgement = JudgingRule.judge(
      hypotheses: hypotheses, order: leader.order, guarantee: guarantee(leader, fine), refinement: refinement,
      coarse, fine)
    var controls: [ControlReport] = []
    if runsControls {
      let start = try twinned(leader)
      let twin = try LeadingComponent(experiment, start: start, leader: leader.leader)
      let coarse = try points(start: start, leader: twin, tolerance: tolerances[0], stage: (2, stages))
      let fine = try points(start: start, leader: twin, tolerance: tolerances[1], stage: (3, stages))
      let verdict = JudgingRule.judge(
        hypotheses: [], order: leader.order, guarantee: 0, refinement: refinement, coarse, fine)
      controls.append(
        ControlReport(
          name: "two equal leaders", verdict: verdict.verdict, residual: fine.last?.fromStart, reason: verdict.reason,
          isRejected: verdict.verdict == .violated))
      judgement = Examination.weigh(judgement, controls: controls)
    }
    let kappa = try RankOneReference(experiment).limit(
      of: ComponentRegistry(experiment.problem.model).map {
        RankOneReference.extract(leader.leader, of: $0, from: experiment.start)
      } ?? [], norm: Self.escapeNorm(experiment), isCancelled: hooks.isCancelled)?.kappa
    let report = ClaimReport(
      claim: "rank-one", kind: "limit",
      statement: Self.statement(experiment, order: leader.order, largestNorm: largestNorm), hypotheses: hypotheses,
      judgement: judgement, controls: controls,
      tables: [Self.table(fine, leader: leader, kappa: kappa)], figures: [Self.plot(fine, order: leader.order)])
    return ScaleOutcome(
      report: report, tables: [("series.csv", Self.series(fine)), ("distances.csv", Self.paths(fine))])
  }

  /// By how much the last rung's tolerance is tighter.
  private var refinement: Double { tolerances[0] / tolerances[1] }

  /// What the proof allows the other components at the smallest α, magnified by the growth since ‖W‖ = ρ: while the gradient is
  /// constant, s_r ≤ α a_r (1 − q_r)^{−1/(N−2)} with q_r = (a_r/a_1)^{N−2} ‖∇L(0)‖/γ_1 < 1.
  private func guarantee(_ leader: LeadingComponent, _ points: [Point]) -> Double {
    guard let last = points.last, let size = leader.gradientNorm else { return .infinity }
    let n = Double(leader.order)
    var total = 0.0
    for r in leader.norms.indices where r != leader.leader {
      let q = pow(leader.norms[r] / leader.norms[leader.leader], n - 2) * size / leader.gammas[leader.leader]
      guard q < 1 else { return .infinity }
      total += pow(last.alpha * leader.norms[r] * pow(1 - q, -1 / (n - 2)), n)
    }
    return total * max(1, pow(last.largestNorm / Self.escapeNorm(experiment), 2))
  }

  /// The start with the next component made a copy of the leader: two equal leaders.
  func twinned(_ leader: LeadingComponent) throws(ExperimentError) -> [Double] {
    guard let registry = ComponentRegistry(experiment.problem.model), registry.components.count >= 2 else {
      throw ExperimentError("one component has no twin", remedy: "use --components 2 or more")
    }
    let other = leader.leader == 0 ? 1 : 0
    var start = experiment.start
    for (from, to) in zip(registry.components[leader.leader], registry.components[other]) {
      for i in 0..<from.count { start[to.offset + i * to.stride] = start[from.offset + i * from.stride] }
    }
    return start
  }
}
