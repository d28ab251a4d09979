import FlowODE
import GSLBridge
import Models
import Verdicts

/// Modes of a deep factorization rise one after the other, as the closed form says.
///
/// **Statement.** With every entry of the target Y = Σ s_i u_i v_iᵀ observed and W(0) = α Σ u_i v_iᵀ from balanced layers, the modes
/// u_iᵀ W v_i decouple, and with the half-sum of squares
///
///     ẋ = L x^{2−2/L}(s_i − x):  t_i = ∫_α^{s_i/2} dx/(L x^{2−2/L}(s_i − x)),  t_i/t_j → s_j/s_i as α → 0,
///
/// so that larger modes are learned first, and the further apart the smaller α is. What is tested is the closed form at every α; the
/// ratio's limit is approached too slowly to be tested at one.
/// **Hypotheses.** ``Condition``.
/// **Judged by.** ``ModeRule``: located half-rise times beside the closed form at every α; larger modes rise first.
/// **Refuted by.** The closed form of depth L + 1, targets of neighbours exchanged, a wrong rate of the last layer.
/// **Sources.** Saxe, McClelland, Ganguli 2014; Gidel et al. 2019; Gissin et al. 2020.
public struct ModeStudy: Sendable {
  static let card = ClaimCard(
    name: "incremental-modes",
    summary:
      "modes of a deep factorization rise one after the other, as the closed form says (incremental problem.model matrix)",
    formulas: [
      "from W(0) = α Σ u_i v_iᵀ, the target Σ s_i u_i v_iᵀ observed everywhere, x_i = u_iᵀ W v_i is s_i/2 at",
      "t_i = ∫_α^(s_i/2) dx/(L x^(2−2/L)(s_i − x)), half-sum's unit;  t_1/t_2 → s_2/s_1 as α → 0",
    ],
    sources: [.saxeMcClellandGanguli2014(), .gidelBachLacosteJulien2019(), .gissinShalevShwartzDaniely2020()],
    judgedBy: .limit,
    residual:
      "largest relative departure of a located half-rise time from the closed form at every α, beside 1000·τ; larger modes rise "
      + "first. The ratio's approach to its limit and, at depth 2, the α below which modes separate are printed",
    example:
      "flowcheck incremental --model matrix --shape 6,5 --depth 3 --rank 3 --target-norm 10 --until 1e5 --control")

  enum Condition: String, CaseIterable {
    case complete = "every entry of the target is observed, each once, so that modes decouple"
    case squares = "the loss is a sum of squares"
    case distinct = "the target's modes differ"
  }

  /// The false closed forms.
  enum Mutant: String, CaseIterable {
    case depth = "the closed form of depth L + 1"
    case exchanged = "targets of neighbouring modes exchanged"
  }

  /// What `list` and `explain` print.
  public static let page = ClaimPage(
    card: card, hypotheses: Condition.allCases.map(\.rawValue),
    controls: Mutant.allCases.map(\.rawValue) + ["the last layer's rate × 1.01"])

  /// The part of a mode's target at which it counts as learned beside one that has not reached the rest of its own.
  public static let learnedPart = 0.95
  /// How far neighbouring modes of the target must lie apart, relative to the larger one.
  private static let leastGap = 1e-6

  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let scales: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  let modes: TargetModes?
  let context: RunContext

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
  /// - Throws: ``Refusal`` if the target cannot be decomposed.
  public static func defaultScales(_ experiment: Experiment) throws(Refusal) -> [Double] {
    let least = try TargetModes(experiment.problem.measurements)?.targets.last ?? 1
    return [1e-2, 1e-3, 1e-4, 1e-5, 1e-6].map { $0 * least }
  }

  /// - Throws: ``Refusal`` for unusable scales or a model that is no matrix factorization of depth 2 or more.
  public init(
    experiment: Experiment, scales: [Double], tolerances: [Double], context: RunContext = RunContext()
  ) throws(Refusal) {
    guard let model = experiment.problem.model as? MatrixFactorization, model.depth >= 2 else {
      throw Refusal(
        "modes rise one after the other in matrix factorizations of depth 2 or more, not in "
          + experiment.problem.model.summary, remedy: "use problem.model matrix problem.depth 2 or more")
    }
    modes = try TargetModes(experiment.problem.measurements)
    let least = modes?.targets.last ?? .infinity
    guard scales.count >= 2, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else {
      throw Refusal(
        "the ladder of scales is \(scales)", remedy: "give init.scales two or more decreasing positive numbers")
    }
    guard scales[0] < 0.5 * least else {
      throw Refusal(
        "the largest scale \(scales[0]) is not below half of the target's smallest mode \(least)",
        remedy: "give smaller init.scales")
    }
    guard tolerances.count >= 2 else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine two or more tolerances")
    }
    self.experiment = experiment
    self.scales = scales
    self.tolerances = Array(tolerances.suffix(2))
    self.context = context
  }

  /// The experiment with the aligned start Σ u_i v_iᵀ that the study scales by α, for reports; as it is where the target's modes
  /// are not known.
  ///
  /// - Throws: ``Refusal`` if the layers are too narrow for a balanced start.
  public static func aligning(_ experiment: Experiment) throws(Refusal) -> Experiment {
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
        Condition.complete.rawValue, isMet: modes != nil,
        detail: "\(count) measurements of \(size) entries; see problem.observed and problem.measure-with"),
      Hypothesis(
        Condition.squares.rawValue, isMet: experiment.loss is SquaredLoss, detail: experiment.loss.identifier),
      Hypothesis(
        Condition.distinct.rawValue, isMet: gap > Self.leastGap,
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
      throw Refusal("the target's modes are not known", remedy: "observe every entry")
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
      throw Refusal(
        "at α = \(tableSetting(alpha)) the last mode rises at t = \(tableNumber(latest)), after the horizon "
          + tableNumber(experiment.until), remedy: "raise integration.until or use larger init.scales")
    }
    let run = try experiment.replacing(
      start: start, startSummary: "aligned", until: min(experiment.until, 1.25 * latest), stops: [])
    let trajectory = try ScaleRun.integrate(
      run, tolerance: tolerance,
      grid: try SaveGrid.linear(until: run.until, count: observers.isEmpty ? 2 : run.saveCount), events: events,
      observers: observers, blockRates: blockRates, isCancelled: context.isCancelled)
    let times = try targets.indices.map { i -> Double in
      guard let hit = trajectory.events.first(where: { $0.name == events[i].name }) else {
        throw Refusal(
          "at α = \(tableSetting(alpha)) mode \(i) does not reach half of its target \(tableNumber(targets[i])) by t = "
            + tableNumber(run.until), remedy: "raise integration.until or tighten integration.refine")
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
  ) throws(Refusal) -> Double {
    try FactorModes.time(depth: depth, target: target, from: alpha, to: part * target) / rate
  }
}
