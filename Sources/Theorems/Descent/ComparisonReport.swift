import FlowODE
import Verdicts

/// One learning rate's row. Numbers that do not exist, as after divergence, are nil.
public struct RateReport: Sendable, Equatable, Codable {
  public let learningRate: Double
  public let iterations: Int
  /// sup of the gap over the save times, in the chosen measure.
  public let gap: Double?
  /// Local order of the gap from the rate before.
  public let order: Double?
  /// sup of ‖θ_k − θ(t_k)‖₂.
  public let parameterGap: Double?
  /// sup of the change of a balancedness law.
  public let drift: Double?
  public let driftOrder: Double?
  /// Worst departure from the one-step formula, relative to the largest term.
  public let stepLaw: Double?
  /// Largest λ_max(∇²f(θ_k)) seen, as a part of the curvature at which the method loses stability.
  public let stabilityShare: Double?
  /// The smallest Hessian eigenvalue seen between flow and descent, less its error.
  public let smallestEigenvalue: Double?
  /// The largest value of the a-posteriori bound, and how many times the largest gap at its samples that is.
  public let bound: Double?
  public let looseness: Double?
  /// Where ‖θ_k − θ(t_k)‖ first exceeded 10 % of the largest ‖θ‖.
  public let agreementEndsAtIteration: Int?
  public let agreementEndsAtTime: Double?
  public let finalLoss: Double?
  /// What became of the descent.
  public let outcome: String
  public let isComplete: Bool
  /// The gap at the report's save times; shorter for a descent that stopped.
  public let gaps: [Double]
}

/// One claim of a comparison.
public struct ComparisonClaimReport: Sendable, Equatable, Codable {
  public let claim: String
  public let statement: String
  public let hypotheses: [Hypothesis]
  public let verdict: Verdict
  public let strength: Strength
  public let reason: String
  public let smallestVisibleRateError: Double?
  /// Slope of log gap against log η with its 95 % interval; decides nothing.
  public let fit: OrderFit?
  public let notes: [String]
  public let controls: [ControlReport]
}

/// What a comparison found out: the one value behind the terminal, JSON and figures.
public struct ComparisonReport: Sendable, Equatable, Codable {
  public let schema: String
  public let command: String
  public let experiment: ExperimentSummary
  public let optimizer: String
  public let formula: String
  public let against: String
  public let measure: String
  /// rtol of the reference and of the one that tells its error, tighter first.
  public let referenceTolerances: [Double]
  /// The horizon, rounded down to a multiple of ``saveUnit``.
  public let until: Double
  /// Save times are multiples of this; nil where time steps vary and the polygon of the iterates is compared.
  public let saveUnit: Double?
  public let saves: Int
  public let referenceError: Double?
  /// How far the flow moved, in the measure.
  public let movement: Double?
  public let referenceLoss: Double?
  public let referenceSteps: Int
  public let referenceGradients: Int
  /// The smallest Hessian eigenvalue along the flow at the sampled times.
  public let smallestEigenvalueAlongFlow: Double?
  public let times: [Double]
  public let rates: [RateReport]
  public let escapes: [EscapeReport]
  public let claims: [ComparisonClaimReport]
  public let notes: [String]
  /// The worst verdict: violated before inconclusive and vacuous before holds.
  public let verdict: Verdict
}

extension ComparisonReport {
  init(
    experiment: ExperimentSummary, setting: ComparisonSetting, run: ComparisonRun, unit: Double?,
    claims: [ComparisonClaimReport]
  ) {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    schema = "flowcheck.comparison/1"
    command = "compare"
    self.experiment = experiment
    optimizer = setting.plan.optimizer.identifier
    formula = setting.plan.optimizer.formula
    against = setting.plan.against.rawValue
    measure = setting.plan.measure.rawValue
    referenceTolerances = [setting.plan.tolerances.fine, setting.plan.tolerances.coarse]
    times = run.times
    until = run.times.last ?? 0
    saveUnit = unit
    saves = run.times.count
    referenceError = finite(run.referenceError)
    movement = finite(run.movement)
    referenceLoss = finite(run.references.last?.loss)
    referenceSteps = run.references.reduce(0) { $0 + $1.counts.accepted }
    referenceGradients = run.references.reduce(0) { $0 + $1.counts.evaluations }
    smallestEigenvalueAlongFlow = finite(run.observers.flatMap(\.smallestEigenvalues).map(\.value).min())
    let orders = OrderRule.localOrders(run.tracks.map { (rate: $0.rate, gap: $0.gap) })
    let driftOrders = OrderRule.localOrders(run.tracks.map { (rate: $0.rate, gap: $0.drift) })
    rates = run.tracks.enumerated().map { k, track in
      RateReport(
        learningRate: track.rate, iterations: track.descent.iteration, gap: finite(track.gap), order: orders[k],
        parameterGap: track.failure == nil ? finite(track.parameterGaps.compactMap { $0 }.max()) : nil,
        drift: finite(track.drift), driftOrder: driftOrders[k], stepLaw: finite(track.stepLawWorst),
        stabilityShare: track.failure == nil ? finite(track.sharpness.map(\.ratio).max()) : nil,
        smallestEigenvalue: finite(track.smallestEigenvalue),
        bound: track.isStable ? finite(track.bounds.map(\.bound).max()) : nil,
        looseness: track.isStable ? finite(GapBound.looseness(track)) : nil,
        agreementEndsAtIteration: track.agreementEnd?.iteration,
        agreementEndsAtTime: finite(track.agreementEnd?.time),
        finalLoss: finite(track.losses.last.flatMap { $0 }), outcome: track.failure ?? "the horizon was reached",
        isComplete: track.failure == nil, gaps: track.gaps.prefix { $0 != nil }.compactMap { $0 })
    }
    let rateValues = run.tracks.map(\.rate)
    let isShared = setting.plan.against == .flow
    let escapes =
      isShared
      ? EscapeTimes.reports(
        times: run.times, flow: run.observers.first?.norms ?? [], descents: run.tracks.map(\.norms)) : []
    self.escapes = escapes
    var notes = experiment.notes
    if let unit, let until = run.times.last, setting.experiment.until - until > 1e-9 * until {
      notes.append(
        "the horizon \(tableSetting(setting.experiment.until)) was rounded down to "
          + "\(tableSetting(until)), a multiple of \(tableSetting(unit))")
    }
    if unit == nil { notes.append("the time steps vary: the flow is compared with the polygon through the iterates") }
    if let sentence = EscapeTimes.sentence(escapes, rates: rateValues) { notes.append(sentence) }
    self.notes = notes
    self.claims = claims
    let order: [Verdict] = [.violated, .inconclusive, .vacuous]
    verdict = order.first { candidate in claims.contains { $0.verdict == candidate } } ?? .holds
  }
}
