import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Incremental learning of a deep matrix factorization from small aligned starts: with every entry of the target Y = Σ s_i u_i v_iᵀ
/// observed and W(0) = α Σ u_i v_iᵀ from balanced layers, the modes u_iᵀ W v_i decouple, and with the half-sum of squares
///
///     ẋ = L x^{2−2/L}(s_i − x):  t_i = ∫_α^{s_i/2} dx/(L x^{2−2/L}(s_i − x)),  t_i/t_j → s_j/s_i as α → 0,
///
/// so that larger modes are learned first, and the further apart the smaller α is (Gidel et al. 2019; Gissin et al. 2020).
/// What is tested is the closed form at every α; the ratio's limit is approached too slowly to be tested at one.
public struct ModeStudy: Sendable {
  /// The part of a mode's target at which it counts as learned beside one that has not reached the rest of its own.
  public static let learnedPart = 0.95

  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let scales: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  private let modes: TargetModes?
  private let hooks: ScaleHooks

  /// One α: the half-rise times of the modes.
  public struct Point: Sendable, Equatable {
    public let alpha: Double
    /// Located half-rise times, largest target first.
    public let times: [Double]
    /// The same by the closed form, by that of depth L + 1, and with the targets of neighbours exchanged.
    public let exact: [Double]
    public let wrongDepth: [Double]
    public let swapped: [Double]
    /// The second mode's part of its target when the first is at 95 % of its own; nil with a single mode.
    public let secondPart: Double?

    /// The largest relative departure of the times from a closed form.
    func error(_ form: [Double]) -> Double {
      zip(times, form).reduce(0) { max($0, abs($1.0 / $1.1 - 1)) }
    }
  }

  /// Five scales from a hundredth to a millionth of the smallest mode of the target, or of 1 where the modes are not known.
  ///
  /// - Throws: ``ExperimentError`` if the target cannot be decomposed.
  public static func defaultScales(_ experiment: Experiment) throws(ExperimentError) -> [Double] {
    let least = try TargetModes(experiment.problem.measurements)?.targets.last ?? 1
    return [1e-2, 1e-3, 1e-4, 1e-5, 1e-6].map { $0 * least }
  }

  /// - Throws: ``ExperimentError`` for unusable scales or a model that is no matrix factorization of depth 2 or more.
  public init(
    experiment: Experiment, scales: [Double], tolerances: [Double], hooks: ScaleHooks = ScaleHooks()
  ) throws(ExperimentError) {
    guard let model = experiment.problem.model as? MatrixFactorization, model.depth >= 2 else {
      throw ExperimentError(
        "modes rise one after the other in matrix factorizations of depth 2 or more, not in "
          + experiment.problem.model.summary, remedy: "use --model matrix --depth 2 or more")
    }
    modes = try TargetModes(experiment.problem.measurements)
    let least = modes?.targets.last ?? .infinity
    guard scales.count >= 2, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw ExperimentError(
        "the ladder of scales is \(scales)", remedy: "give --scales two or more decreasing positive numbers")
    }
    guard scales[0] < 0.5 * least else {
      throw ExperimentError(
        "the largest scale \(scales[0]) is not below half of the target's smallest mode \(least)",
        remedy: "give smaller --scales")
    }
    guard tolerances.count >= 2 else {
      throw ExperimentError("the refinement ladder is \(tolerances)", remedy: "give --refine two or more tolerances")
    }
    self.experiment = experiment
    self.scales = scales
    self.tolerances = Array(tolerances.suffix(2))
    self.hooks = hooks
  }

  /// The experiment with the aligned start Σ u_i v_iᵀ that the study scales by α, for reports; as it is where the target's modes
  /// are not known.
  ///
  /// - Throws: ``ExperimentError`` if the layers are too narrow for a balanced start.
  public static func aligning(_ experiment: Experiment) throws(ExperimentError) -> Experiment {
    guard let model = experiment.problem.model as? MatrixFactorization,
      let modes = try TargetModes(experiment.problem.measurements)
    else { return experiment }
    return try experiment.replacing(
      start: try model.balancedParameters(endToEnd: modes.frame), startSummary: "balanced, the target's modes times α")
  }

  var hypotheses: [Hypothesis] {
    let count = experiment.problem.measurements.count
    let size = experiment.problem.model.endShape.reduce(1, *)
    let targets = modes?.targets ?? []
    let gap = zip(targets, targets.dropFirst()).map { ($0 - $1) / $0 }.min() ?? 1
    return [
      Hypothesis(
        "every entry of the target is observed, each once, so that modes decouple", isMet: modes != nil,
        detail: "\(count) measurements of \(size) entries; see --observed and --measure-with"),
      Hypothesis(
        "the loss is a sum of squares", isMet: experiment.loss is SquaredLoss, detail: experiment.loss.identifier),
      Hypothesis(
        "the target's modes differ", isMet: gap > 1e-6,
        detail: "largest modes \(targets.map(tableNumber).joined(separator: ", "))"),
    ]
  }

  /// The time unit: a flow of c Σ r² runs through the closed form's states at 2c t.
  private var rate: Double {
    2 * experiment.normalization.constant(measurements: experiment.problem.measurements.count)
  }

  func point(
    alpha: Double, tolerance: Double, blockRates: [Double]? = nil, observers: [any TrajectoryObserver] = []
  ) throws -> Point {
    guard let model = experiment.problem.model as? MatrixFactorization, let modes else {
      throw ExperimentError("the target's modes are not known", remedy: "observe every entry")
    }
    let start = try model.balancedParameters(endToEnd: alpha * modes.frame)
    let targets = modes.targets
    func event(_ i: Int, _ part: Double, _ name: String) -> Event {
      .reaches(part * targets[i], name) { modes.value(i, model.endToEnd($0.parameters)) }
    }
    var events = targets.indices.map { event($0, 0.5, "mode \($0) half risen") }
    let learned = "mode 0 learned"
    events.append(event(0, Self.learnedPart, learned))
    let exact = try targets.map { try time(model.depth, $0, alpha) }
    let latest = max(exact.max() ?? 0, try time(model.depth, targets[0], alpha, part: Self.learnedPart))
    guard latest <= experiment.until else {
      throw ExperimentError(
        "at α = \(tableSetting(alpha)) the last mode rises at t = \(tableNumber(latest)), after the horizon "
          + tableNumber(experiment.until), remedy: "raise --until or use larger --scales")
    }
    let run = try experiment.replacing(
      start: start, startSummary: "aligned", until: min(experiment.until, 1.25 * latest), stops: [])
    let trajectory = try ScaleRun.integrate(
      run, tolerance: tolerance,
      grid: try SaveGrid.linear(until: run.until, count: observers.isEmpty ? 2 : run.saveCount), events: events,
      observers: observers, blockRates: blockRates, isCancelled: hooks.isCancelled)
    let times = try targets.indices.map { i -> Double in
      guard let hit = trajectory.events.first(where: { $0.name == events[i].name }) else {
        throw ExperimentError(
          "at α = \(tableSetting(alpha)) mode \(i) does not reach half of its target \(tableNumber(targets[i])) by t = "
            + tableNumber(run.until), remedy: "raise --until or tighten --refine")
      }
      return hit.time
    }
    let neighbours = targets.indices.map { targets[$0 + 1 < targets.count ? $0 + 1 : max(0, $0 - 1)] }
    let second = trajectory.events.first { $0.name == learned }.flatMap { hit in
      targets.count > 1 ? modes.value(1, model.endToEnd(hit.parameters)) / targets[1] : nil
    }
    return Point(
      alpha: alpha, times: times, exact: exact, wrongDepth: try targets.map { try time(model.depth + 1, $0, alpha) },
      swapped: try neighbours.map { try time(model.depth, $0, alpha) }, secondPart: second)
  }

  private func time(
    _ depth: Int, _ target: Double, _ alpha: Double, part: Double = 0.5
  ) throws(ExperimentError) -> Double {
    try FactorModes.time(depth: depth, target: target, from: alpha, to: part * target) / rate
  }

  /// Runs the ladder and judges it.
  ///
  /// - Throws: ``InterruptedRun``, ``ExperimentError``.
  public func report(runsControls: Bool) throws -> ScaleOutcome {
    let depth = (experiment.problem.model as? MatrixFactorization)?.depth ?? 0
    var coarse: [Point] = []
    var fine: [Point] = []
    if hypotheses.allSatisfy(\.isMet) {
      for (k, scale) in scales.enumerated() {
        coarse.append(try point(alpha: scale, tolerance: tolerances[0]))
        let observers = k == scales.count - 1 ? try hooks.recorders() : []
        fine.append(try point(alpha: scale, tolerance: tolerances[1], observers: observers))
        hooks.progress(k, 1)
      }
    }
    var judgement = JudgingRule.judge(hypotheses: hypotheses, modes: coarse, fine, tolerance: tolerances[1])
    var controls: [ControlReport] = []
    if runsControls, let last = fine.last {
      let error = fine.map { $0.error($0.exact) }.max() ?? 0
      func control(_ name: String, _ departure: Double) {
        let isRejected = departure > JudgingRule.rivalFactor * max(JudgingRule.unitRoundoff, error)
        controls.append(
          ControlReport(
            name: name, verdict: isRejected ? .violated : .inconclusive,
            residual: departure.isFinite ? departure : nil,
            reason: "the closed form misses by \(tableNumber(departure))", isRejected: isRejected))
      }
      control("the closed form of depth L + 1", last.error(last.wrongDepth))
      if last.times.count > 1 { control("targets of neighbouring modes exchanged", last.error(last.swapped)) }
      var rates = [Double](repeating: 1, count: depth)
      rates[depth - 1] = 1.01
      let perturbed = try point(alpha: last.alpha, tolerance: tolerances[1], blockRates: rates)
      control("W\(depth)'s rate × 1.01", perturbed.error(perturbed.exact))
      judgement = Examination.weigh(judgement, controls: controls)
    }
    let report = ClaimReport(
      claim: "incremental-modes", kind: "limit",
      statement:
        "from W(0) = α Σ u_i v_iᵀ the i-th mode is half risen at t_i = ∫_α^(s_i/2) dx/(\(depth) x^(2−2/\(depth))(s_i − x)), "
        + "half-sum's unit; t_1/t_2 → s_2/s_1 as α → 0",
      hypotheses: hypotheses, judgement: judgement, controls: controls, tables: tables(fine),
      figures: [Self.plot(fine)])
    return ScaleOutcome(report: report, tables: [("series.csv", Self.series(fine))])
  }

  /// One row per α and mode.
  private static func series(_ points: [Point]) -> NumberTable {
    var table = NumberTable(["alpha", "mode", "half_rise_time", "closed_form"])
    for point in points {
      for i in point.times.indices { table.append([point.alpha, Double(i + 1), point.times[i], point.exact[i]]) }
    }
    return table
  }

  private func tables(_ points: [Point]) -> [EvidenceTable] {
    guard let modes, !points.isEmpty else { return [] }
    var times = EvidenceTable(
      "half-rise times; the targets' modes are \(modes.targets.map(tableNumber).joined(separator: ", "))",
      columns: ["alpha", "t_1", "t_2", "closed forms off by", "(t_1/t_2)/(s_2/s_1) − 1", "x_2/s_2 when x_1 = 0.95 s_1"])
    for point in points {
      let second = point.times.count > 1 ? point.times[1] : nil
      times.rows.append([
        EvidenceCell(point.alpha), EvidenceCell(point.times[0]), EvidenceCell(second),
        EvidenceCell(point.error(point.exact)),
        EvidenceCell(second.map { point.times[0] / $0 / (modes.targets[1] / modes.targets[0]) - 1 }),
        EvidenceCell(point.secondPart),
      ])
    }
    guard (experiment.problem.model as? MatrixFactorization)?.depth == 2, modes.targets.count > 1 else {
      return [times]
    }
    let threshold = FactorModes.separationThreshold(
      first: modes.targets[0], second: modes.targets[1], fraction: 1 - Self.learnedPart)
    return [
      times,
      EvidenceTable(
        "mode 1 is at 95 % of its target before mode 2 is at 5 % of its own", columns: ["for alpha below"],
        rows: [[EvidenceCell(threshold)]]),
    ]
  }

  private static func plot(_ points: [Point]) -> Figure {
    let alphas = points.map(\.alpha)
    let count = points.first?.times.count ?? 0
    return Figure(
      "half-rise times of the modes", xLabel: "alpha", yLabel: "t", logX: true, logY: true,
      curves: (0..<count).flatMap { i in
        [
          Figure.Curve("mode \(i + 1)", x: alphas, y: points.map { $0.times[i] }),
          Figure.Curve(
            "mode \(i + 1), closed form", x: alphas, y: points.map { $0.exact[i] }, role: .reference),
        ]
      })
  }
}
