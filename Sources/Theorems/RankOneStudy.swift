import FlowODE
import GSLBridge

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
  private let isCancelled: @Sendable () -> Bool

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
  }

  /// - Throws: ``ExperimentError`` unless the scales are positive and strictly decreasing.
  public init(
    experiment: Experiment, scales: [Double], largestNorm: Double = .infinity, tolerances: [Double],
    isCancelled: @escaping @Sendable () -> Bool = { false }
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
    self.isCancelled = isCancelled
  }

  /// ρ: up to ‖W‖ = ρ no residual meets the kink of the Huber loss. For other losses, min|y|/2.
  public static func escapeNorm(_ experiment: Experiment) -> Double {
    let least = experiment.problem.measurements.values.map(abs).min() ?? 0
    if let huber = experiment.loss as? HuberLoss, huber.delta < least { return least - huber.delta }
    return 0.5 * least
  }

  /// A ladder whose first scale has the leading component's norm at ρ/10, halved `halvings` times.
  public static func defaultScales(_ experiment: Experiment, halvings: Int = 4) throws(ExperimentError) -> [Double] {
    let leading = try LeadingComponent(experiment, start: experiment.start)
    let rho = escapeNorm(experiment)
    guard rho > 0 else {
      throw ExperimentError("an observed entry is 0, so no norm is safely below all of them", remedy: "leave it out")
    }
    let first = pow(rho / 10, 1 / Double(leading.order)) / leading.norms[leading.leader]
    return (0...halvings).map { first * pow(0.5, Double($0)) }
  }

  /// Runs the ladder at one tolerance.
  func points(start: [Double], leader: LeadingComponent, tolerance: Double) throws -> [Point] {
    let rho = Self.escapeNorm(experiment)
    guard let registry = ComponentRegistry(experiment.problem.model), rho > 0 else { return [] }
    let reference = try RankOneReference(experiment)
    let direction = RankOneReference.extract(leader.leader, of: registry, from: start)
    let limit = reference.limit(of: direction, norm: rho)
    let grid = try SaveGrid.linear(until: experiment.until, count: experiment.saveCount)
    let fixed = try limit.map {
      try reference.states(from: $0.parameters, grid: grid, tolerance: tolerance, isCancelled: isCancelled)
    }
    return try scales.map { alpha in
      let scaled = start.map { alpha * $0 }
      // While the gradient is constant the leader blows up by this time at the latest.
      let order = Double(leader.order)
      let latest =
        pow(alpha * leader.norms[leader.leader], 2 - order) / ((order - 2) * max(leader.gammas[leader.leader], 1e-300))
      let growth = try experiment.replacing(
        start: scaled, until: 4 * latest, stops: [.endNormAbove(rho)])
      let first = try ScaleRun.integrate(
        growth, tolerance: tolerance, grid: try SaveGrid.linear(until: growth.until, count: 2), isCancelled: isCancelled
      )
      guard case .stopped(_, let escape) = first.outcome, escape > 0 else {
        throw ExperimentError(
          "at α = \(tableSetting(alpha)) the norm does not grow to ρ = \(tableNumber(rho)) by t = \(tableNumber(growth.until))",
          remedy: "use smaller --scales, a larger --leader or another --seed")
      }
      let seed = RankOneReference.extract(leader.leader, of: registry, from: first.parameters)
      let reseeded = try reference.states(from: seed, grid: grid, tolerance: tolerance, isCancelled: isCancelled)
      let own = RankOneReference.extract(leader.leader, of: registry, from: scaled)
      let atEscape = try reference.states(
        from: own, grid: try SaveGrid.linear(until: escape, count: 2), tolerance: tolerance, isCancelled: isCancelled)
      let fromStart = try reference.states(
        from: atEscape[atEscape.count - 1], grid: grid, tolerance: tolerance, isCancelled: isCancelled)
      let observer = DistanceObserver(
        model: experiment.problem.model, reference: reference.model,
        references: [reseeded, fromStart] + (fixed.map { [$0] } ?? []), largestNorm: largestNorm)
      let rest = try experiment.replacing(start: first.parameters, stops: [])
      let last = try ScaleRun.integrate(
        rest, tolerance: tolerance, grid: grid, observers: [observer], isCancelled: isCancelled)
      return Point(
        alpha: alpha, escape: escape, reseeded: observer.worst[0], fromStart: observer.worst[1],
        fixed: fixed == nil ? nil : observer.worst[2], largestNorm: observer.norm,
        reconstruction: reconstruction(last.parameters))
    }
  }

  private func reconstruction(_ parameters: [Double]) -> Double? {
    guard let truth = experiment.problem.truth, !truth.contains(where: \.isNaN) else { return nil }
    let end = experiment.problem.model.endToEnd(parameters)
    let error = zip(end, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (error / truth.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// Runs the study and its refutation and judges them.
  ///
  /// - Throws: ``InterruptedRun``, ``ExperimentError``.
  public func report(runsControls: Bool) throws -> (report: ClaimReport, plot: EvidencePlot) {
    let leader = try LeadingComponent(experiment, start: experiment.start)
    let hypotheses = leader.hypotheses(experiment, start: experiment.start)
    let coarse = try points(start: experiment.start, leader: leader, tolerance: tolerances[0])
    let fine = try points(start: experiment.start, leader: leader, tolerance: tolerances[1])
    var judgement = JudgingRule.judge(
      hypotheses: hypotheses, order: leader.order, guarantee: guarantee(leader, fine), refinement: refinement,
      coarse, fine)
    var controls: [ControlReport] = []
    if runsControls {
      let start = try twinned(leader)
      let twin = try LeadingComponent(experiment, start: start, leader: leader.leader)
      let coarse = try points(start: start, leader: twin, tolerance: tolerances[0])
      let fine = try points(start: start, leader: twin, tolerance: tolerances[1])
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
      } ?? [], norm: Self.escapeNorm(experiment))?.kappa
    let report = ClaimReport(
      claim: "rank-one", kind: "limit",
      statement:
        "from α a, ‖W(T₀ + t) − W₁(t)‖_F → 0 as α → 0 for rank-one trajectories W₁, like α^\(leader.order) (A, B), until "
        + "t ≥ \(tableSetting(experiment.until))"
        + (largestNorm.isFinite ? " or ‖W‖ ≥ \(tableSetting(largestNorm))" : ""),
      hypotheses: hypotheses, judgement: judgement, controls: controls,
      tables: [Self.table(fine, leader: leader, kappa: kappa)])
    return (report, Self.plot(fine))
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

  private static func table(_ points: [Point], leader: LeadingComponent, kappa: Double?) -> EvidenceTable {
    var table = EvidenceTable(
      "component \(leader.leader) leads, γ(0) = \(tableNumber(leader.gammas[leader.leader])), its norm is "
        + "\(tableNumber(leader.margin)) × what (ii) asks; expected slopes \(leader.order) (A, B), "
        + "\(kappa.map { tableNumber(min($0, Double(leader.order))) } ?? "unknown") (C); sup-distances",
      columns: [
        "alpha", "T0", "A reseed", "slope", "B start", "slope", "C fixed", "slope", "largest norm", "to target",
      ])
    for (k, point) in points.enumerated() {
      let before = k > 0 ? points[k - 1] : nil
      func slope(_ value: (Point) -> Double?) -> Double? {
        guard let before, let a = value(before), let b = value(point), a > 0, b > 0 else { return nil }
        return log(a / b) / log(before.alpha / point.alpha)
      }
      table.rows.append([
        EvidenceCell(point.alpha), EvidenceCell(point.escape), EvidenceCell(point.reseeded),
        EvidenceCell(slope(\.reseeded)), EvidenceCell(point.fromStart), EvidenceCell(slope(\.fromStart)),
        EvidenceCell(point.fixed), EvidenceCell(slope(\.fixed)), EvidenceCell(point.largestNorm),
        EvidenceCell(point.reconstruction),
      ])
    }
    return table
  }

  private static func plot(_ points: [Point]) -> EvidencePlot {
    let alphas = points.map(\.alpha)
    var curves = [
      EvidencePlot.Curve("A: reseeded at the escape", x: alphas, y: points.map(\.reseeded)),
      EvidencePlot.Curve("B: from the start", x: alphas, y: points.map(\.fromStart)),
    ]
    let fixed = points.compactMap(\.fixed)
    if fixed.count == points.count { curves.append(EvidencePlot.Curve("C: limiting direction", x: alphas, y: fixed)) }
    return EvidencePlot(
      "distance to a rank-one trajectory", xLabel: "alpha", yLabel: "sup-distance", logX: true, logY: true,
      curves: curves)
  }
}

/// The largest ‖W − W₁‖_F at the save times to several one-component trajectories, until ‖W‖ reaches a bound.
private final class DistanceObserver: TrajectoryObserver {
  private(set) var worst: [Double]
  private(set) var norm = 0.0
  private let model: any Model
  private let reference: any Model
  private let references: [[[Double]]]
  private let largestNorm: Double
  private var index = 0
  private var isOver = false

  init(model: any Model, reference: any Model, references: [[[Double]]], largestNorm: Double) {
    self.model = model
    self.reference = reference
    self.references = references
    self.largestNorm = largestNorm
    worst = [Double](repeating: 0, count: references.count)
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isSave, !isOver else { return }
    let end = model.endToEnd(point.parameters)
    norm = max(norm, end.reduce(0) { $0 + $1 * $1 }.squareRoot())
    for (k, states) in references.enumerated() where index < states.count {
      let other = reference.endToEnd(states[index])
      worst[k] = max(worst[k], zip(end, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot())
    }
    index += 1
    isOver = norm >= largestNorm
  }
}
