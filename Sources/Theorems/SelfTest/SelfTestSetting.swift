import FlowODE
import GSLBridge
import Models

/// Experiments and integrations that rows of the self-test share.
enum SelfTestSetting {
  static let tolerance = 1e-11

  @inline(never)
  static func experiment(
    _ model: Model, _ measurements: Measurements, loss: any Loss = SquaredLoss(),
    normalization: Normalization = .halfSum, start: [Double], until: Double, saves: Int = 2, logarithmic: Bool = false,
    stops: [StopCondition] = [], method: IntegrationMethod = .auto, coordinates: Coordinates = .weights
  ) throws -> Experiment {
    try Experiment(
      problem: Problem(model: model, measurements: measurements, truth: nil, heldOut: [], dataSummary: "exact answer"),
      loss: loss, normalization: normalization, start: start, startSummary: "exact answer", method: method,
      absoluteTolerance: .auto, until: until, saveCount: saves, savesLogarithmically: logarithmic, stops: stops,
      maxSteps: 1_000_000, coordinates: coordinates)
  }

  /// Integrates to the end, or throws what stopped it.
  @inline(never)
  static func solve(
    _ experiment: Experiment, tolerance: Double = tolerance, quadratures: [any Quadrature] = [],
    observers: [any TrajectoryObserver] = []
  ) throws -> Trajectory {
    let trajectory = try Integrator(
      model: experiment.problem.model, field: try experiment.flow(quadratures: quadratures),
      plan: experiment.plan(relativeTolerance: tolerance, grid: try experiment.grid(tightest: tolerance))
    ).run(from: experiment.start, observers: observers)
    guard trajectory.outcome.isComplete else {
      throw Refusal(trajectory.outcome.sentence, remedy: trajectory.outcome.remedy)
    }
    return trajectory
  }

  /// W = w_L ⋯ w_1 of 1×1 layers with target s.
  static func scalar(depth: Int) throws -> Model {
    try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [Int](repeating: 1, count: depth - 1)))
  }

  static func entries(_ shape: [Int], _ indices: [Int32], _ values: [Double]) throws -> Measurements {
    try Measurements(shape: shape, operators: .entries(indices: indices), values: values)
  }
}
