import FlowODE
import Verdicts

extension IntegrationSection {
  /// What became of a trajectory.
  ///
  /// - Parameters:
  ///   - optimizer: the descent's method by name; nil for the flow.
  ///   - motion: how the parameters move, if that is not gradient flow.
  ///   - series: what was kept of it, one value per time; the last ones are the quantities at the end.
  ///   - components: σ_r of every component r at the times; none where the model has no components by number.
  ///   - alignments: the cosine between each of them and −∇L(W) at the times; none where it is not known.
  public init(
    _ trajectory: Trajectory, rtol: Double?, learningRate: Double?, optimizer: String? = nil, motion: String? = nil,
    error: FinalError? = nil, times: [Double], series: [Series], components: [[Double]] = [],
    alignments: [[Double]] = []
  ) {
    self.init(rtol: rtol, learningRate: learningRate, optimizer: optimizer, motion: motion)
    outcome = trajectory.outcome.sentence
    remedy = trajectory.outcome.remedy
    isComplete = trajectory.outcome.isComplete
    finalTime = trajectory.time
    (finalOffset, finalRemainder) = trajectory.clock.parts
    restTime = trajectory.rest?.total
    finalLoss = trajectory.loss.isFinite ? trajectory.loss : nil
    steps = trajectory.counts.accepted
    rejected = trajectory.counts.rejected
    gradients = trajectory.counts.evaluations
    jacobians = trajectory.counts.jacobians
    choice = trajectory.choice
    self.error = error.map {
      FinalErrorReport(
        rtol: $0.rtol, method: $0.method, state: $0.state, endToEnd: $0.endToEnd, incompleteness: $0.incompleteness)
    }
    for column in series {
      if let last = column.values.last, last.isFinite { final[column.name] = last }
    }
    figures =
      [Self.figure(times: times, series: series)]
      + Self.figures(times: times, components: components, alignments: alignments)
  }

  /// The components that are largest at the end against time, each curve one of them all along: their norms, and how they align.
  private static func figures(times: [Double], components: [[Double]], alignments: [[Double]]) -> [Figure] {
    guard !components.isEmpty else { return [] }
    let path = NormPath(times: times, norms: components)
    let isLog = Figure.isGeometric(times)
    let norms = Figure(
      "norms of the components that are largest at the end", name: "components", xLabel: "t", yLabel: "σ", logX: isLog,
      logY: true, curves: path.curves(of: path.largestAtEnd))
    guard alignments.count == components.count else { return [norms] }
    let cosines = NormPath(times: times, norms: alignments).curves(of: path.largestAtEnd)
    return [
      norms,
      Figure(
        "cosine between −∇L(W) and the components that are largest at the end", name: "alignment", xLabel: "t",
        yLabel: "γ/‖∇L(W)‖", logX: isLog, curves: cosines),
    ]
  }

  /// Loss and the largest component norms against time.
  private static func figure(times: [Double], series: [Series]) -> Figure {
    let shown = series.filter {
      $0.name == "loss" || $0.name.hasSuffix("_error") || $0.name.hasPrefix("component_norm")
    }
    return Figure(
      "loss and component norms", name: "trajectory", xLabel: "t", yLabel: "value", logX: Figure.isGeometric(times),
      logY: true,
      curves: shown.map { Figure.Curve($0.name.replacing("_", with: " "), x: times, y: $0.values) })
  }
}
