import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Experiments on few entries whose flow is understood.
enum ScalarExperiment {
  /// A 1×1 matrix factorization of a target of size `norm` (of whatever sign), with the given layers.
  static func make(
    layers: [Double], norm: Double = 1, loss: any Loss = SquaredLoss(), until: Double,
    method: IntegrationMethod = .auto,
    atol: AbsoluteTolerance = .auto, stops: [StopCondition] = [], maxSteps: Int = 100_000, saveCount: Int = 5
  ) throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: .init(shape: [1, 1], depth: layers.count),
      source: .generated(rank: 1, norm: norm),
      dataSeed: 1)
    // The drawn target's sign is made positive by the sign of the last layer.
    var start = layers
    if problem.measurements.values[0] < 0 { start[start.count - 1].negate() }
    return try Experiment(
      problem: problem, loss: loss, normalization: .halfSum, start: start, startSummary: "given", method: method,
      absoluteTolerance: atol, until: until, saveCount: saveCount, savesLogarithmically: false, stops: stops,
      maxSteps: maxSteps)
  }
}

/// The reports of the true claims.
func examine(
  _ experiment: Experiment, claims: [any Claim.Type] = trueClaims, tolerances: [Double] = [1e-6, 1e-8, 1e-10],
  controls: Bool = false
) throws -> [ClaimReport] {
  try Examination(
    refinement: Refinement(experiment: experiment, tolerances: tolerances), claims: claims, runsControls: controls
  ).run().reports
}
