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
public struct CoordinateStudy: Ladder, LadderClaim {
  public static let card = ClaimCard(
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

  /// The experiment, in any coordinates.
  public let experiment: Experiment
  /// Levels of |h|, ascending.
  public let levels: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]
  private let hidden: HiddenEntry

  /// Four levels a decade, from 1 on.
  static let levelsPerDecade = 4.0
  static let decades = 12

  /// - Throws: ``Refusal`` unless exactly one entry of a square matrix is hidden and svd coordinates take the start.
  public init(experiment: Experiment, tolerances: [Double]) throws(Refusal) {
    guard let hidden = HiddenEntry(experiment.problem.measurements) else {
      throw Refusal(
        "coordinates are compared on a hidden entry, and the data hide none or several",
        remedy: "drop integration.compare-coordinates")
    }
    self.tolerances = try ScaleRun.lastTwo(tolerances)
    _ = try experiment.replacing(coordinates: .svd)
    self.experiment = experiment
    self.hidden = hidden
    let initial = abs(
      experiment.problem.model.endToEnd(experiment.start)[hidden.row * hidden.dimension + hidden.column])
    levels = (0...Int(Self.levelsPerDecade) * Self.decades).map { pow(10, Double($0) / Self.levelsPerDecade) }
      .filter { $0 > initial }
  }

  public func run(_ context: RunContext) throws -> HittingTimeEvidence {
    HittingTimeEvidence(
      levels: levels, weights: try rungs(.weights, context), svd: try rungs(.svd, context), tolerance: tolerances[1])
  }

  private func rungs(
    _ coordinates: Coordinates, blockRates: [Double]? = nil, _ context: RunContext
  ) throws -> HittingTimeEvidence.Rungs {
    let runs = try tolerances.map { try run(coordinates, tolerance: $0, blockRates: blockRates, context) }
    return HittingTimeEvidence.Rungs(coarse: runs[0], fine: runs[1])
  }

  private func run(
    _ coordinates: Coordinates, tolerance: Double, blockRates: [Double]?, _ context: RunContext
  ) throws -> HittingTimeEvidence.Run {
    let isRecorded = coordinates == .svd && tolerance == tolerances[1]
    let context = isRecorded ? context : context.unrecorded
    let key = RunKey("coordinates \(coordinates.rawValue)").with("rtol", tolerance).with("rates", blockRates)
    return try context.kept(key) {
      try integrated(coordinates, tolerance: tolerance, blockRates: blockRates, context)
    }
  }

  private func integrated(
    _ coordinates: Coordinates, tolerance: Double, blockRates: [Double]?, _ context: RunContext
  ) throws -> HittingTimeEvidence.Run {
    let run = try experiment.replacing(coordinates: coordinates)
    let model = run.problem.model
    let position = hidden.row * hidden.dimension + hidden.column
    var plan = run.plan(relativeTolerance: tolerance, grid: try SaveGrid.linear(until: run.until, count: 2))
    plan.events = levels.indices.map { k in
      .reaches(levels[k], "level \(k)") { abs(model.endToEnd($0.parameters)[position]) }
    }
    let watch = coordinates == .weights ? HiddenEntryState(run).map(SignObserver.init) : nil
    let trajectory = try Integrator(
      model: model, field: try run.flow(blockRates: blockRates, isCancelled: context.isCancelled), plan: plan
    ).run(
      from: run.start,
      observers: (watch.map { [$0] } ?? []) + context.recorders())
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
    let times = levels.indices.map { k in trajectory.events.first { $0.name == "level \(k)" }?.time }
    return HittingTimeEvidence.Run(
      times: times.prefix { $0 != nil }.compactMap(\.self), lost: watch?.lost,
      incompleteness: trajectory.outcome.incompleteness)
  }

  private final class SignObserver: TrajectoryObserver {
    private let state: HiddenEntryState
    private(set) var lost: Double?

    init(_ state: HiddenEntryState) { self.state = state }

    func observe(_ point: TrajectoryPoint) {
      if !state.update(point), lost == nil { lost = point.time }
    }
  }

  public static let hypotheses: [LadderHypothesis<CoordinateStudy>] = [
    LadderHypothesis("svd coordinates describe the start: balanced, of full rank") {
      (true, $0.experiment.startSummary)
    }
  ]

  public static let mutants: [LadderMutant<CoordinateStudy>] = [
    LadderMutant(
      "\(WrongRate.text("the last layer")) in the weights",
      name: { study, _ in
        "\(WrongRate.text("W\(study.experiment.problem.model.layout.blocks.count)")) in the weights"
      },
      finding: { study, found, context in
        let layout = study.experiment.problem.model.layout
        let rates = WrongRate.rates(layout, block: layout.blocks.count - 1)
        let perturbed = HittingTimeEvidence(
          levels: found.levels, weights: try study.rungs(.weights, blockRates: rates, context), svd: found.svd,
          tolerance: found.tolerance)
        return LadderFinding(HittingTimeRule.judge(perturbed, ignoringLoss: true))
      })
  ]

  public static var reportKind: String { "equality" }

  public static func statement(_ study: Self) -> String {
    "weights and svd coordinates bring |w\(study.hidden.row)\(study.hidden.column)| to every level at the same time"
  }

  public static func judge(_ study: Self, _ found: Found, _ hypotheses: [Hypothesis]) -> LadderFinding {
    LadderFinding(HittingTimeRule.judge(found))
  }

  /// A level, and when it was reached in either coordinates.
  private struct Passage {
    let level: Double
    let weights: Double?
    let svd: Double
  }

  private static let columns: [Column<Passage>] = [
    Column("level", title: "level") { $0.level }, Column("t_weights", title: "t, weights") { $0.weights },
    Column("t_svd", title: "t, svd") { $0.svd },
    Column("difference", title: "relative difference") { passage in
      passage.weights.map { abs($0 / passage.svd - 1) }
    },
  ]

  public static func exhibits(_ study: Self, _ found: Found) -> LadderExhibits {
    let (w, s) = (found.weights.fine, found.svd.fine)
    let passages = s.times.indices.map { k in
      Passage(level: study.levels[k], weights: k < w.times.count ? w.times[k] : nil, svd: s.times[k])
    }
    let title =
      "first times of |w\(study.hidden.row)\(study.hidden.column)| reaching a level"
      + (w.lost.map { "; the weights lose the sign of det W at t = \(tableNumber($0))" } ?? "")
    let sheet = Sheet(passages, columns)
    return LadderExhibits(tables: [sheet.table(title)], files: [("series.csv", sheet.series)])
  }
}
