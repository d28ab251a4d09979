import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Weights and svd coordinates bring a hidden entry to every level at the same time.
///
/// **Statement.** The times at which |h| first reaches each of a ladder of levels, on the flow of the weights and on that of
/// (ln σ, U, V), agree to the solver's accuracy wherever the weights still know the sign of det W. In the weights a layer's smallest
/// singular value sinks below rounding (at depth 2 near t = 100), and with it that sign; from then on their trajectory says nothing
/// about the flow, and the comparison is *inconclusive*, which is why svd coordinates are offered at all.
/// **Hypotheses.** One entry of a square matrix is hidden; svd coordinates describe the start.
/// **Judged by.** ``HittingTimeRule``: the relative difference of every located time beside what the solver explains.
/// **Refuted by.** A wrong rate of the last layer in the weights.
/// **Sources.** Arora, Cohen, Hu, Luo 2019, Theorem 3, with the rotation of its vectors.
public struct CoordinateStudy: Sendable {
  static let card = ClaimCard(
    name: "coordinates",
    summary:
      "weights and svd coordinates bring a hidden entry to every level at the same time (norms integration.compare-coordinates)",
    formulas: [
      "first times of |h| = 10^(k/4), located on the flow of the weights and on that of (ln σ, U, V), are equal"
    ],
    sources: [
      .aroraCohenHuLuo2019("Theorem 3"),
      .derived("both integrate the same balanced flow, with the rotation of the singular vectors"),
    ], judgedBy: .agreement,
    residual:
      "relative difference of every located time, beside 3 × what the last two rungs differ by + 1000·τ; levels reached after the "
      + "weights lost the sign of det W to rounding do not count and make it inconclusive",
    example:
      "flowcheck norms --depth 3 --init-scale 0.5 --until 1e9 --stop-loss 1e-4 --method bsimp --compare-coordinates "
      + "--control")
  private static let startCondition = "svd coordinates describe the start: balanced, of full rank"
  /// What `list` and `explain` print.
  public static let page = ClaimPage(
    card: card, hypotheses: [startCondition], controls: ["the last layer's rate × 1.01 in the weights"])

  public let experiment: Experiment
  /// Levels of |h|, ascending.
  public let levels: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  private let hidden: HiddenEntry
  private let isCancelled: @Sendable () -> Bool

  /// Four levels a decade, from 1 on.
  static let levelsPerDecade = 4.0
  static let decades = 12

  /// What one integration found: the times of the levels it reached, in their order, and when it lost the sign.
  public struct Run: Sendable, Equatable {
    public let times: [Double]
    /// When double precision ceased to know the sign of det W; nil if never.
    public let lost: Double?
    public let end: Double
    public let outcome: Outcome
  }

  /// - Throws: ``Refusal`` unless exactly one entry of a square matrix is hidden and svd coordinates take the start.
  public init(
    experiment: Experiment, tolerances: [Double], isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(Refusal) {
    guard let hidden = HiddenEntry(experiment.problem.measurements) else {
      throw Refusal(
        "coordinates are compared on a hidden entry, and the data hide none or several",
        remedy: "drop integration.compare-coordinates")
    }
    guard tolerances.count >= 2 else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine two or more tolerances")
    }
    _ = try experiment.replacing(coordinates: .svd)
    self.experiment = experiment
    self.hidden = hidden
    self.tolerances = Array(tolerances.suffix(2))
    self.isCancelled = isCancelled
    let initial = abs(
      experiment.problem.model.endToEnd(experiment.start)[hidden.row * hidden.dimension + hidden.column])
    levels = (0...Int(Self.levelsPerDecade) * Self.decades).map { pow(10, Double($0) / Self.levelsPerDecade) }
      .filter { $0 > initial }
  }

  private func run(
    _ coordinates: Coordinates, tolerance: Double, blockRates: [Double]? = nil
  ) throws -> Run {
    let run = try experiment.replacing(coordinates: coordinates)
    let model = run.problem.model
    let position = hidden.row * hidden.dimension + hidden.column
    var plan = run.plan(relativeTolerance: tolerance, grid: try SaveGrid.linear(until: run.until, count: 2))
    plan.events = levels.indices.map { k in
      .reaches(levels[k], "level \(k)") { abs(model.endToEnd($0.parameters)[position]) }
    }
    let watch = coordinates == .weights ? HiddenEntryState(run).map(SignObserver.init) : nil
    let trajectory = try Integrator(
      model: model, field: try run.flow(blockRates: blockRates, isCancelled: isCancelled), plan: plan
    ).run(from: run.start, observers: watch.map { [$0] } ?? [])
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
    let times = levels.indices.map { k in trajectory.events.first { $0.name == "level \(k)" }?.time }
    return Run(
      times: times.prefix { $0 != nil }.compactMap(\.self), lost: watch?.lost, end: trajectory.time,
      outcome: trajectory.outcome)
  }

  private final class SignObserver: TrajectoryObserver {
    private let state: HiddenEntryState
    private(set) var lost: Double?

    init(_ state: HiddenEntryState) { self.state = state }

    func observe(_ point: TrajectoryPoint) {
      if !state.update(point), lost == nil { lost = point.time }
    }
  }

  private func evidence(_ weights: [Run], _ svd: [Run]) -> HittingTimeEvidence {
    func rungs(_ runs: [Run]) -> HittingTimeEvidence.Rungs {
      let found = runs.map {
        HittingTimeEvidence.Run(times: $0.times, lost: $0.lost, incompleteness: $0.outcome.incompleteness)
      }
      return HittingTimeEvidence.Rungs(coarse: found[0], fine: found[1])
    }
    return HittingTimeEvidence(levels: levels, weights: rungs(weights), svd: rungs(svd), tolerance: tolerances[1])
  }

  /// Integrates in both coordinates on both rungs and judges.
  ///
  /// - Throws: ``InterruptedRun`` or ``Refusal``.
  public func report(runsControls: Bool) throws -> ClaimReport {
    let weights = try tolerances.map { try run(.weights, tolerance: $0) }
    let svd = try tolerances.map { try run(.svd, tolerance: $0) }
    var judgement = HittingTimeRule.judge(evidence(weights, svd))
    var controls: [ControlReport] = []
    if runsControls {
      var rates = [Double](repeating: 1, count: experiment.problem.model.layout.blocks.count)
      rates[rates.count - 1] = 1.01
      let perturbed = try tolerances.map { try run(.weights, tolerance: $0, blockRates: rates) }
      let judged = HittingTimeRule.judge(evidence(perturbed, svd), ignoringLoss: true)
      controls.append(
        ControlReport(
          name: "W\(rates.count)'s rate × 1.01 in the weights", judgement: judged, residual: nil,
          isRejected: judged.verdict == .violated))
      judgement = ControlRule.weigh(judgement, controls: controls.map(\.evidence))
    }
    let (w, s) = (weights[1], svd[1])
    let table = Table(
      "first times of |w\(hidden.row)\(hidden.column)| reaching a level"
        + (w.lost.map { "; the weights lose the sign of det W at t = \(tableNumber($0))" } ?? ""),
      columns: ["level", "t, weights", "t, svd", "relative difference"],
      rows: s.times.indices.map { k in
        let time = k < w.times.count ? w.times[k] : nil
        return [
          Cell(levels[k]), Cell(time), Cell(s.times[k]),
          Cell(time.map { abs($0 / s.times[k] - 1) }),
        ]
      })
    return ClaimReport(
      claim: Self.card.name, kind: "equality",
      statement: "weights and svd coordinates bring |w\(hidden.row)\(hidden.column)| to every level at the same time",
      hypotheses: [
        Hypothesis(
          Self.startCondition, isMet: true, detail: experiment.startSummary)
      ],
      judgement: judgement, controls: controls, tables: [table])
  }
}
