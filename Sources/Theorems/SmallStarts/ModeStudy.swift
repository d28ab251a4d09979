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
  let modes: TargetModes?
  let hooks: ScaleHooks

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
      zip(times, form).reduce(0) { worst, pair in
        let departure = abs(pair.0 / pair.1 - 1)
        return departure.isNaN ? .infinity : max(worst, departure)
      }
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
}
