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
/// **Hypotheses.** Every entry of the target is observed; squares are summed; its modes differ.
/// **Judged by.** ``ModeRule``: located half-rise times beside the closed form at every α; larger modes rise first.
/// **Refuted by.** The closed form of depth L + 1, targets of neighbours exchanged, a wrong rate of the last layer.
/// **Sources.** Saxe, McClelland, Ganguli 2014; Gidel et al. 2019; Gissin et al. 2020.
public struct ModeStudy: ValueLadder, LadderClaim {
  public static let card = ClaimCard(
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

  /// The part of a mode's target at which it counts as learned beside one that has not reached the rest of its own.
  public static let learnedPart = 0.95
  /// How far neighbouring modes of the target must lie apart, relative to the larger one.
  private static let leastGap = 1e-6

  /// The experiment, from the target's modes.
  public let experiment: Experiment
  /// The α, strictly decreasing.
  public let values: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  public var keptRun: (experiment: Experiment, tolerance: Double)? { tolerances.last.map { (experiment, $0) } }
  let modes: TargetModes?
  let chain: MatrixFactorization

  /// Five scales from a hundredth to a millionth of the smallest mode of the target, or of 1 where the modes are not known.
  ///
  /// - Throws: ``Refusal`` if the target cannot be decomposed.
  public static func defaultScales(_ experiment: Experiment) throws(Refusal) -> [Double] {
    let least = try TargetModes(experiment.problem.measurements)?.targets.last ?? 1
    return [1e-2, 1e-3, 1e-4, 1e-5, 1e-6].map { $0 * least }
  }

  /// - Parameter scales: those of ``defaultScales(_:)`` where none are given.
  /// - Throws: ``Refusal`` for unusable scales or a model that is no matrix factorization of depth 2 or more.
  public init(experiment: Experiment, scales: [Double]? = nil, tolerances: [Double]) throws(Refusal) {
    guard let chain = experiment.problem.model.chain, chain.depth >= 2 else {
      throw Refusal(
        "modes rise one after the other in matrix factorizations of depth 2 or more, not in "
          + experiment.problem.model.summary, remedy: "use problem.model matrix problem.depth 2 or more")
    }
    self.chain = chain
    modes = try TargetModes(experiment.problem.measurements)
    values = if let scales { scales } else { try Self.defaultScales(experiment) }
    try ScaleRun.check(scales: values)
    let least = modes?.targets.last ?? .infinity
    guard values[0] < 0.5 * least else {
      throw Refusal(
        "the largest scale \(values[0]) is not below half of the target's smallest mode \(least)",
        remedy: "give smaller init.scales")
    }
    self.tolerances = try ScaleRun.lastTwo(tolerances)
    self.experiment = experiment
  }

  /// The experiment with the aligned start Σ u_i v_iᵀ that the study scales by α, for reports; as it is where the target's modes
  /// are not known.
  ///
  /// - Throws: ``Refusal`` if the layers are too narrow for a balanced start.
  public static func aligning(_ experiment: Experiment) throws(Refusal) -> Experiment {
    guard let chain = experiment.problem.model.chain,
      let modes = try TargetModes(experiment.problem.measurements)
    else { return experiment }
    return try experiment.replacing(
      start: try chain.balancedParameters(endToEnd: modes.frame), startSummary: "balanced, the target's modes times α")
  }

  public static let hypotheses: [LadderHypothesis<ModeStudy>] = [
    LadderHypothesis("every entry of the target is observed, each once, so that modes decouple") { study in
      let size = study.experiment.problem.model.endShape.reduce(1, *)
      return (
        study.modes != nil,
        "\(counted(study.experiment.problem.measurements.count, "measurement")) of \(counted(size, "entry", plural: "entries")); see problem.observed and "
          + "problem.measure-with"
      )
    },
    LadderHypothesis("the loss is a sum of squares") { study in
      (study.experiment.loss.isSquare, study.experiment.loss.identifier)
    },
    LadderHypothesis("the target's modes differ") { study in
      let targets = study.modes?.targets ?? []
      let gap = zip(targets, targets.dropFirst()).map { ($0 - $1) / $0 }.min() ?? 1
      return (gap > leastGap, "largest modes \(targets.map(tableNumber).joined(separator: ", "))")
    },
  ]

  /// False unless all hypotheses are met: only then modes decouple.
  public var canRun: Bool { Self.hypotheses.allSatisfy { $0.evaluate(self, nil)?.isMet != false } }

  public static let mutants: [LadderMutant<ModeStudy>] = [
    LadderMutant("the closed form of depth L + 1") { _, found, _ in
      found.fine.last.map { finding($0.error($0.wrongDepth), found) }
    },
    LadderMutant("targets of neighbouring modes exchanged") { _, found, _ in
      found.fine.last.flatMap { $0.times.count > 1 ? finding($0.error($0.swapped), found) : nil }
    },
    LadderMutant(
      WrongRate.text("the last layer"), name: { study, _ in WrongRate.text("W\(study.chain.depth)") },
      finding: { study, found, context in
        try found.fine.last.map { last in
          let rates = WrongRate.rates(study.experiment.problem.model.layout, block: study.chain.depth - 1)
          let perturbed = try study.point(
            last.alpha, tolerance: study.tolerances[1], found.shared, context, blockRates: rates)
          return finding(perturbed.error(perturbed.exact), found)
        }
      }),
  ]

  private static func finding(_ departure: Double, _ found: Found) -> LadderFinding {
    let error = found.fine.map { $0.error($0.exact) }.max() ?? 0
    return LadderFinding(
      ControlRule.judge(form: "the closed form", departure: departure, trueForm: error), figure: departure)
  }

  public static func statement(_ study: Self) -> String {
    let depth = study.chain.depth
    return "from W(0) = α Σ u_i v_iᵀ the i-th mode is half risen at t_i = ∫_α^(s_i/2) "
      + "dx/(\(depth) x^(2−2/\(depth))(s_i − x)), half-sum's unit; t_1/t_2 → s_2/s_1 as α → 0"
  }

  public static func judge(_ study: Self, _ found: Found, _ hypotheses: [Hypothesis]) -> LadderFinding {
    LadderFinding(
      ModeRule.judge(
        hypotheses: hypotheses, found.coarse.map(\.evidence), found.fine.map(\.evidence), tolerance: study.tolerances[1]
      ))
  }
}
