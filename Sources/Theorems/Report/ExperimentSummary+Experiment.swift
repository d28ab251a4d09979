import FlowODE
import Models
import Verdicts

extension ExperimentSummary {
  /// - Parameters:
  ///   - settings: the given settings, by dotted path, as text.
  ///   - notes: further notes.
  /// - Throws: ``Refusal`` if the objective cannot be compiled, or is not finite at the start.
  public init(
    _ experiment: Experiment, settings: [String: String], notes: [String] = []
  ) throws(Refusal) {
    self.init(settings: settings)
    let problem = experiment.problem
    let layout = problem.model.layout
    model = problem.model.summary
    parameters = layout.count
    measurements = problem.measurements.sampleCount
    data = problem.dataSummary
    loss = experiment.loss.formula
    lossIsWhole = experiment.loss.isWhole
    motion = experiment.motion?.summary
    normalization = experiment.normalization.rawValue
    normalizationConstant = experiment.normalization.constant(for: problem.measurements)
    start = experiment.startSummary
    let objective = try experiment.objective()
    startLoss = objective.value(experiment.start)
    func norm(_ entries: ArraySlice<Double>) -> Double { entries.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    startNorm = norm(experiment.start[...])
    startLargestBlockNorm = layout.blocks.map { norm(experiment.start[$0.range]) }.max() ?? 0
    let terms = BondTerms(bonds: problem.model.bonds)
    terms.update(experiment.start)
    // Of what is computed elsewhere no bonds are known.
    startUnbalancedness = problem.model.examine == nil ? terms.unbalancedness : nil
    guard [startLoss, startNorm, startUnbalancedness ?? 0].allSatisfy(\.isFinite) else {
      throw Refusal(
        "the loss, a norm or the unbalancedness is not finite at the start",
        remedy: "use a smaller init.scale or rescale the data")
    }
    method = experiment.method.name + experiment.coordinates.phrase
    atol =
      switch experiment.absoluteTolerance {
      case .auto: "auto"
      case .fixed(let value): "\(value)"
      }
    until = experiment.until
    untilReason = experiment.horizon?.reason
    saves = experiment.saveCount
    savesLogarithmically = experiment.savesLogarithmically
    stops = experiment.stops.map(\.phrase)
    maxSteps = experiment.maxSteps
    self.notes =
      [experiment.loss.nonsmoothness, problem.model.nonsmoothness, experiment.horizon?.sentence].compactMap { $0 }
      + notes
  }
}

extension KinkReport {
  /// What a trajectory found; nil where nothing was looked for.
  public init?(_ crossings: KinkCrossings?) {
    guard let crossings else { return nil }
    self.init(
      located: crossings.located.map {
        Crossing(time: $0.time, measurement: $0.measurement, level: $0.level, rises: $0.rises)
      }, count: crossings.count)
  }
}
