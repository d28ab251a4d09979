import FlowODE
import Models
import Verdicts

/// The experiment as every report states it. Rates and times depend on the loss's normalization, so it always stands here.
public struct ExperimentSummary: Sendable, Equatable, Codable {
  /// The settings that were given, by dotted path, as text.
  public let settings: [String: String]
  public let model: String
  public let parameters: Int
  public let measurements: Int
  public let data: String
  /// ℓ(r) in f = c Σ ℓ(r).
  public let loss: String
  public let normalization: String
  /// c.
  public let normalizationConstant: Double
  /// How the start was made.
  public let start: String
  public let startLoss: Double
  /// ‖θ(0)‖₂.
  public let startNorm: Double
  /// The largest Frobenius norm of a parameter block at the start.
  public let startLargestBlockNorm: Double
  /// The unbalancedness magnitude at the start.
  public let startUnbalancedness: Double
  public let method: String
  /// `auto`, or the fixed absolute tolerance.
  public let atol: String
  public let until: Double
  public let saves: Int
  public let savesLogarithmically: Bool
  public let stops: [String]
  public let maxSteps: Int
  /// What a reader must know besides, such as how a non-differentiable loss was treated.
  public let notes: [String]

  /// - Parameter notes: further notes.
  /// - Throws: ``ExperimentError`` if the objective cannot be compiled.
  public init(
    _ experiment: Experiment, settings: [String: String], notes: [String] = []
  ) throws(ExperimentError) {
    let problem = experiment.problem
    let layout = problem.model.layout
    self.settings = settings
    model = problem.model.summary
    parameters = layout.count
    measurements = problem.measurements.count
    data = problem.dataSummary
    loss = experiment.loss.formula
    normalization = experiment.normalization.rawValue
    normalizationConstant = experiment.normalization.constant(measurements: problem.measurements.count)
    start = experiment.startSummary
    let objective = try experiment.objective()
    startLoss = objective.value(experiment.start)
    func norm(_ entries: ArraySlice<Double>) -> Double { entries.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    startNorm = norm(experiment.start[...])
    startLargestBlockNorm = layout.blocks.map { norm(experiment.start[$0.range]) }.max() ?? 0
    let terms = BondTerms(bonds: problem.model.bonds)
    terms.update(experiment.start)
    startUnbalancedness = terms.unbalancedness
    guard [startLoss, startNorm, startUnbalancedness].allSatisfy(\.isFinite) else {
      throw ExperimentError(
        "the loss, a norm or the unbalancedness is not finite at the start",
        remedy: "use a smaller --init-scale or rescale the data")
    }
    method = experiment.method.name + (experiment.coordinates == .svd ? " in svd coordinates" : "")
    atol =
      switch experiment.absoluteTolerance {
      case .auto: "auto"
      case .fixed(let value): "\(value)"
      }
    until = experiment.until
    saves = experiment.saveCount
    savesLogarithmically = experiment.savesLogarithmically
    stops = experiment.stops.map(\.phrase)
    maxSteps = experiment.maxSteps
    self.notes = (experiment.loss.nonsmoothness.map { [$0] } ?? []) + notes
  }
}

/// What a check found out: the one value behind the terminal, JSON, CSV and figures.
public struct Report: Sendable, Equatable, Codable {
  /// Version of this object's layout.
  public let schema: String
  public let command: String
  public let experiment: ExperimentSummary
  public let claims: [ClaimReport]
  /// Where residuals passed a threshold of the Huber loss on the tightest rung; nil for other losses.
  public let kinks: KinkCrossings?
  /// The worst verdict: violated before inconclusive and vacuous before holds.
  public let verdict: Verdict

  public init(
    command: String, experiment: ExperimentSummary, claims: [ClaimReport], kinks: KinkCrossings? = nil
  ) {
    schema = "flowcheck.report/1"
    self.command = command
    self.experiment = experiment
    self.claims = claims
    self.kinks = kinks
    let order: [Verdict] = [.violated, .inconclusive, .vacuous]
    verdict = order.first { candidate in claims.contains { $0.verdict == candidate } } ?? .holds
  }
}

/// The report of an integration, which judges nothing.
public struct IntegrationReport: Sendable, Equatable, Codable {
  public let schema: String
  public let command: String
  public let experiment: ExperimentSummary
  /// `gradient flow` or `gradient descent`.
  public let flow: String
  /// rtol of the flow; nil for a descent.
  public let rtol: Double?
  /// η of a descent; nil for the flow.
  public let learningRate: Double?
  public let outcome: String
  public let remedy: String
  public let isComplete: Bool
  public let finalTime: Double
  public let finalLoss: Double?
  public let steps: Int
  public let rejected: Int
  public let gradients: Int
  public let jacobians: Int
  /// What `auto` chose; nil for any other method.
  public let choice: String?
  /// Where residuals passed a threshold of the Huber loss; nil for other losses and descents.
  public let kinks: KinkCrossings?
  /// The estimated error at the end, if asked for.
  public let error: FinalError?
  /// Quantities at the last state, by name.
  public let final: [String: Double]

  public init(
    experiment: ExperimentSummary, rtol: Double?, learningRate: Double?, trajectory: Trajectory,
    error: FinalError? = nil, final: [String: Double]
  ) {
    schema = "flowcheck.integration/1"
    command = "integrate"
    self.experiment = experiment
    flow = learningRate == nil ? "gradient flow" : "gradient descent"
    self.rtol = rtol
    self.learningRate = learningRate
    outcome = trajectory.outcome.sentence
    remedy = trajectory.outcome.remedy
    isComplete = trajectory.outcome.isComplete
    finalTime = trajectory.time
    finalLoss = trajectory.loss.isFinite ? trajectory.loss : nil
    steps = trajectory.counts.accepted
    rejected = trajectory.counts.rejected
    gradients = trajectory.counts.evaluations
    jacobians = trajectory.counts.jacobians
    choice = trajectory.choice
    kinks = trajectory.kinks
    self.error = error
    self.final = final.filter { $0.value.isFinite }
  }
}
