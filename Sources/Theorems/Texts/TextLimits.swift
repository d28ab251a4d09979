import FlowODE
import Models
import Verdicts

/// Claims of a text about the limit of small starts, on a ladder of scales: the start is multiplied by α, and at every scale each claim
/// is what it is without the limit.
///
/// **Statement.** The claim's departure vanishes as α → 0, over the times of the run.
/// **Judged by.** ``VanishingRule``: no departure at any scale, or one that falls like a power of α.
/// **Refuted by.** What the claim itself is refuted by, at every scale.
public struct TextLimits: Sendable {
  /// The experiment; its start is multiplied.
  public let experiment: Experiment
  /// The claims without the limit.
  public let claims: [StatedClaim]
  /// α, strictly decreasing.
  public let scales: [Double]
  /// The tolerances of the last two rungs, coarser first.
  public let tolerances: [Double]

  /// What the file of departures is called beside others.
  public static let fileName = "limits"

  /// What is run where no scales are given: a departure that ceases to fall is seen on the last five.
  public static let defaultScales = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4]

  /// - Throws: ``Refusal`` for scales that do not fall, or fewer than two tolerances.
  public init(
    experiment: Experiment, claims: [StatedClaim], scales: [Double]? = nil, tolerances: [Double]
  ) throws(Refusal) {
    self.experiment = experiment
    self.claims = claims
    self.scales = scales ?? Self.defaultScales
    try ScaleRun.check(scales: self.scales)
    self.tolerances = try ScaleRun.lastTwo(tolerances)
    guard experiment.start.contains(where: { $0 != 0 }) else {
      throw Refusal(
        "the start is 0, which no scale makes smaller", remedy: "give the parameters a start: init = gaussian(1)")
    }
  }

  /// Until what is judged has happened at every α.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    guard let least = scales.last else { return try HorizonSearch(experiment).run(isCancelled: isCancelled) }
    return try HorizonSearch(scaled(to: least), need: .init(of: claims)).run(isCancelled: isCancelled)
  }

  /// The experiment from α times its start.
  func scaled(to alpha: Double) throws(Refusal) -> Experiment {
    try experiment.replacing(
      start: experiment.start.map { alpha * $0 }, startSummary: "\(tableSetting(alpha)) × (\(experiment.startSummary))")
  }

  /// What the claims' runs found.
  public struct Outcome {
    /// One report per claim.
    public let reports: [ClaimReport]
    /// A row per scale, a column per claim.
    public let file: LadderFile
  }

  /// One scale: its experiment, its save times, and what was folded over its two rungs.
  struct Point {
    let scale: Double
    let refinement: Refinement
    let grid: SaveGrid
    let rungs: [Rung]
    var setting: ClaimSetting { ClaimSetting(experiment: refinement.experiment) }
  }

  /// Runs all scales and judges every claim; the context's recorders see the smallest scale at the tightest tolerance.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func run(runsControls: Bool, _ context: RunContext = RunContext()) throws -> Outcome {
    let cases = claims.map { LimitCase($0, ClaimSetting(experiment: experiment), runsControls: runsControls) }
    var points: [Point] = []
    for (k, scale) in scales.enumerated() {
      var own = context
      own.progress = { context.progress(k, Double($0) / 2 + $1 / 2) }
      let refinement = try Refinement(experiment: scaled(to: scale), tolerances: tolerances, context: own)
      let grid = try refinement.experiment.grid(tightest: tolerances[1])
      let rungs = try refinement.run(
        cases.flatMap { [$0.law] + $0.folded }, grid: grid,
        recorders: k == scales.count - 1 ? context.recorders : { [] },
        records: k == scales.count - 1 ? context.records : [])
      points.append(Point(scale: scale, refinement: refinement, grid: grid, rungs: rungs))
      context.progress(k, 1)
    }
    let reports = try cases.map { try report($0, points) }
    let columns = reports.map { report in report.tables.first?.rows.map { $0.count > 1 ? $0[1].value : nil } ?? [] }
    let series = NumberTable(
      ["scale"] + claims.map(\.card.name),
      rows: scales.enumerated().map { k, scale in [scale] + columns.map { $0.indices.contains(k) ? $0[k] : nil } })
    return Outcome(
      reports: reports, file: LadderFile(claim: Self.fileName, name: "series.csv", table: series))
  }

  private func report(_ item: LimitCase, _ points: [Point]) throws -> ClaimReport {
    let hypotheses = self.hypotheses(of: item.law, points)
    let evidence = evidence(of: item.law, points, \.rungs.findings)
    var judgement = VanishingRule.judge(hypotheses: hypotheses, evidence)
    var controls: [ControlReport] = []
    if judgement.verdict != .vacuous {
      controls = try item.mutants.map { try control($0, of: item, points) }
      judgement = ControlRule.weigh(
        judgement, controls: controls.map(\.evidence), needsOne: item.claim.card.judgedBy.isInequality,
        remedy: "; use smaller init.scales, raise integration.until or tighten integration.refine")
    }
    var table = Table("departures", columns: ["scale", "departure", "known to", "slope"])
    let slopes = VanishingRule.slopes(evidence)
    for (point, slope) in zip(evidence, slopes) {
      table.rows.append(
        [Cell(point.scale), Cell(point.departure), Cell(max(point.uncertainty, point.level)), Cell(slope)])
    }
    let shown = evidence.filter { $0.departure > 0 && $0.departure.isFinite }
    let figure = Figure(
      "\(item.claim.card.name): departure as α falls", xLabel: "α", yLabel: "departure", logX: true, logY: true,
      curves: [Figure.Curve("departure", x: shown.map(\.scale), y: shown.map(\.departure))])
    return ClaimReport(
      claim: item.claim.card.name, kind: "limit",
      statement: "as scale -> 0: \(item.claim.statement(ClaimSetting(experiment: experiment)))",
      hypotheses: hypotheses, judgement: judgement, controls: controls, tables: [table],
      figures: shown.count > 1 ? [figure] : [])
  }

  /// The claim's hypotheses: each is met where it is at every scale, and the first scale at which it is not decides.
  func hypotheses(of statement: Statement, _ points: [Point]) -> [Hypothesis] {
    var found: [Hypothesis] = []
    for point in points {
      for hypothesis in statement.claim.hypotheses(point.setting, point.rungs.last?.facts ?? PathFacts()) {
        let named = Hypothesis(
          hypothesis.statement, isMet: hypothesis.isMet,
          detail: "at α = \(tableSetting(point.scale)): \(hypothesis.detail)")
        if let known = found.firstIndex(where: { $0.statement == hypothesis.statement }) {
          if found[known].isMet { found[known] = named }
        } else {
          found.append(named)
        }
      }
      // What an equation was assumed to be may end along the path.
      if let ended = point.rungs.last?.evidence[statement.identity]?.inexactness, let end = ended.end {
        found.append(
          Hypothesis(
            "what is given, along the flow", isMet: false,
            detail: "at α = \(tableSetting(point.scale)) from t = \(tableNumber(end)) on: \(ended.what)"))
      }
    }
    return found
  }
}

extension Cell {
  /// The number, if it is one.
  fileprivate var value: Double? { if case .number(let value) = self { value } else { nil } }
}

/// One claim, with the ways to be wrong that are to be rejected.
struct LimitCase {
  let claim: StatedClaim
  let law: Statement
  let mutants: [Mutant<Statement>]

  init(_ claim: StatedClaim, _ setting: ClaimSetting, runsControls: Bool) {
    self.claim = claim
    law = claim.law
    mutants = claim.mutants(setting).filter { mutant in
      if runsControls { return true }
      if case .statement = mutant.change { return claim.card.judgedBy.isInequality }
      return false
    }
  }

  /// The false relatives that are folded over the claim's own trajectories.
  var folded: [Statement] {
    mutants.compactMap { mutant in if case .statement(let mutated) = mutant.change { mutated } else { nil } }
  }
}
