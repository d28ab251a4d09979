import CMath
import FlowODE
import GSLBridge
import Models

/// Rows of the self-test about whole flows and descents.
enum SelfTestFlows {
  static let rows: [SelfTestRow] = [
    SelfTestRow("A9", "Razin and Cohen's problem, depth 3, to t = 1000: least |w00|/B(δ) − 1", unit: "(negative part)")
    {
      try .measured(error: hiddenEntry().shortfall, limit: 0)
    },
    SelfTestRow("A9t", "the same: |w00|/(8t)^(3/8) − 1 at t = 1000", unit: "relative") {
      try .measured(error: hiddenEntry().law, limit: 0.02)
    },
    SelfTestRow("A10", "gradient descent on ½(ab − s)²: a² − b² = c₀ Π(1 − η²r²)", unit: "unit roundoffs") {
      try .measured(error: descent(), limit: 100)
    },
    SelfTestRow("A13", "amplification exp(−∫λ₋) of ½(ab − s)², balanced", unit: "relative") {
      try .measured(error: amplification(), limit: 1e-8)
    },
    SelfTestRow(
      "5.2", "depth 3, 4×3: factors, svd coordinates and the end-to-end flow end alike", unit: "relative to ‖W‖"
    ) {
      try .measured(error: threeRoads(), limit: 1e-8)
    },
    SelfTestRow("6.4", "depth 3 and 4: time to loss 1e-4 in weights and in svd coordinates", unit: "relative") {
      try .measured(error: hittingTimes(), limit: 1e-6)
    },
    SelfTestRow(
      "A8", "commuting UUᵀ as W2 W1: traces against the largest entropy, α = 0.3, 0.03, 0.003", unit: "relative"
    ) {
      try .measured(error: commuting(), limit: 1e-8)
    },
  ]

  private static func canonical(
    depth: Int, until: Double, stops: [StopCondition] = [], method: IntegrationMethod = .auto,
    coordinates: Coordinates = .weights
  ) throws -> Experiment {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: depth))
    let start = try Initialization.balanced.parameters(
      for: problem.model, scale: 0.5, seed: 1, determinant: .positive)
    return try SelfTestSetting.experiment(
      problem.model, problem.measurements, start: start, until: until, saves: 50, logarithmic: true, stops: stops,
      method: method, coordinates: coordinates)
  }

  private static func hiddenEntry() throws -> (shortfall: Double, law: Double) {
    let run = try canonical(depth: 3, until: 1000, method: .implicit(.bsimp))
    guard let state = HiddenEntryState(run) else { return (.nan, .nan) }
    let watch = BoundWatch(state)
    let end = try SelfTestSetting.solve(run, tolerance: 1e-10, observers: [watch])
    let entry = abs(run.problem.model.endToEnd(end.parameters)[0])
    return (max(0, -watch.least), abs(entry / pow(8 * end.time, 3.0 / 8) - 1))
  }

  private final class BoundWatch: TrajectoryObserver {
    private let state: HiddenEntryState
    private(set) var least = Double.infinity

    init(_ state: HiddenEntryState) { self.state = state }

    func observe(_ point: TrajectoryPoint) {
      guard state.update(point) else { return }
      let bound = HiddenEntryBound.sharp(state.delta)
      if bound > 0 { least = min(least, state.size / bound - 1) }
    }
  }

  private static func descent() throws -> Double {
    let (s, rate) = (1.0, 0.05)
    let run = try SelfTestSetting.experiment(
      SelfTestSetting.scalar(depth: 2), SelfTestSetting.entries([1, 1], [0, 0], [s]), start: [0.9, 0.3], until: 10)
    let watch = ResidualWatch()
    let end = try Descent.descend(
      plan: DescentPlan(learningRate: rate), model: run.problem.model, objective: run.objective(), from: run.start,
      grid: SaveGrid.linear(until: run.until, count: 2), observers: [watch])
    let (a, b) = (end.parameters[0], end.parameters[1])
    var exact = 0.9 * 0.9 - 0.3 * 0.3
    // The last state's residual belongs to a step that was not taken.
    for residual in watch.residuals.dropLast() { exact *= 1 - rate * rate * residual * residual }
    return abs((a * a - b * b) / exact - 1) / 0x1p-53
  }

  private final class ResidualWatch: TrajectoryObserver {
    private(set) var residuals: [Double] = []

    func observe(_ point: TrajectoryPoint) { residuals.append(point.parameters[0] * point.parameters[1] - 1) }
  }

  /// e^{−∫λ₋} = √(s/(3u₀)) (2s/3)/(s − u₀), λ₋ = min(λ_min(∇²f), 0).
  private static func amplification() throws -> Double {
    let (s, u0) = (1.0, 1e-3)
    let run = try SelfTestSetting.experiment(
      SelfTestSetting.scalar(depth: 2), SelfTestSetting.entries([1, 1], [0, 0], [s]),
      start: [u0.squareRoot(), u0.squareRoot()], until: 20)
    let end = try SelfTestSetting.solve(run, quadratures: [CurvatureQuadrature()])
    let exact = (s / (3 * u0)).squareRoot() * (2 * s / 3) / (s - u0)
    return abs(exp(-end.quadratures[1]) / exact - 1)
  }

  /// The rate λ_min(∇²f) of a model with two parameters, whose second integral is that over the times at which it is negative.
  private final class CurvatureQuadrature: Quadrature {
    let names = ["curvature"]
    let kinks = [RateKink(switches: 0, width: 1, branches: [0])]

    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      var hessian = [Double](repeating: 0, count: 4)
      point.objective.hessian(point.parameters, into: &hessian)
      let mean = (hessian[0] + hessian[3]) / 2
      let spread = (hessian[0] - hessian[3]) / 2
      rates[0] = mean - (spread * spread + hessian[1] * hessian[1]).squareRoot()
    }

    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
      // Explicit methods only.
      for i in 0..<point.objective.parameterCount { derivatives[i] = .nan }
    }

    func scales(at start: FlowPoint) -> [Double] { [1] }
  }

  private static func threeRoads() throws -> Double {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [4, 3], depth: 3), source: .generated(rank: 2, norm: 3),
      observed: .fraction(0.7), dataSeed: 3)
    let start = try Initialization.balanced.parameters(for: problem.model, scale: 0.5, seed: 1)
    func end(_ coordinates: Coordinates) throws -> Matrix {
      let run = try SelfTestSetting.experiment(
        problem.model, problem.measurements, start: start, until: 4, coordinates: coordinates)
      return Matrix(
        rows: 4, columns: 3, elements: problem.model.endToEnd(try SelfTestSetting.solve(run).parameters))
    }
    let factors = try end(.weights)
    let flow = try EndToEndFlow(
      shape: [4, 3], depth: 3, measurements: problem.measurements, loss: SquaredLoss(), normalization: .halfSum)
    let reduced = try Integrator(
      model: try Model(MatrixFactorization(shape: [4, 3], hiddenWidths: [])), field: flow,
      plan: IntegrationPlan(
        method: .auto, relativeTolerance: SelfTestSetting.tolerance, grid: try SaveGrid.linear(until: 4, count: 2))
    ).run(from: problem.model.endToEnd(start), observers: [])
    let matrix = Matrix(rows: 4, columns: 3, elements: reduced.parameters)
    let size = factors.frobeniusNorm
    return try max((end(.svd) - factors).frobeniusNorm, (matrix - factors).frobeniusNorm) / size
  }

  /// The flow's limit from αI has the trace of the fit of largest entropy, and that falls with α.
  private static func commuting() throws -> Double {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [5, 5], depth: 2),
      source: .generated(rank: 2, norm: 2), kind: .commuting, samples: 3, dataSeed: 1)
    guard let measurements = CommutingMeasurements(problem.measurements) else { return .infinity }
    var worst = 0.0
    var before = Double.infinity
    for alpha in [0.3, 0.03, 0.003] {
      let start = try Initialization.identity.parameters(for: problem.model, scale: alpha, seed: 1)
      let run = try SelfTestSetting.experiment(
        problem.model, problem.measurements, start: start, until: 1e6, stops: [.lossBelow(1e-22)])
      let end = problem.model.endToEnd(try SelfTestSetting.solve(run).parameters)
      let trace = (0..<5).reduce(0) { $0 + end[6 * $1] }
      let exact = try measurements.entropyLimit(scale: alpha).reduce(0, +)
      worst = max(worst, abs(trace / exact - 1))
      guard exact < before else { return .infinity }
      before = exact
    }
    return worst
  }

  private static func hittingTimes() throws -> Double {
    var worst = 0.0
    for depth in [3, 4] {
      func time(_ coordinates: Coordinates) throws -> Double {
        let run = try canonical(
          depth: depth, until: 1e9, stops: [.lossBelow(1e-4)], method: .implicit(.bsimp), coordinates: coordinates)
        return try SelfTestSetting.solve(run, tolerance: 1e-10).time
      }
      worst = max(worst, abs(try time(.weights) / time(.svd) - 1))
    }
    return worst
  }
}
