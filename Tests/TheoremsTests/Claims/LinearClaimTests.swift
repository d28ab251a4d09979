import CMath
import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Claims about linear regression and diagonal networks beside hand-computed ends.
@Suite struct LinearClaimTests {
  private static func experiment(
    _ family: String, depth: Int? = nil, rows: [Double], _ values: [Double], start: [Double], until: Double,
    coordinates: Coordinates = .weights, loss: any Loss = SquaredLoss()
  ) throws -> Experiment {
    let d = rows.count / values.count
    let model = try ModelCatalog.model(family, ModelOptions(shape: [d], depth: depth))
    let measurements = try Measurements(shape: [d], operators: .dense(rows), values: values)
    return try Experiment(
      problem: Problem(model: model, measurements: measurements, truth: nil, heldOut: [], dataSummary: "test"),
      loss: loss, normalization: .halfSum, start: start, startSummary: "test", method: .auto,
      absoluteTolerance: .auto, until: until, saveCount: 20, savesLogarithmically: false, stops: [], maxSteps: 100_000,
      coordinates: coordinates)
  }

  private static func end(_ experiment: Experiment) throws -> [Double] {
    let plan = experiment.plan(relativeTolerance: 1e-12, grid: try SaveGrid.linear(until: experiment.until, count: 2))
    return try Integrator(model: experiment.problem.model, field: try experiment.flow(), plan: plan)
      .run(from: experiment.start, observers: []).parameters
  }

  /// X = (3 4), y = 10, w(0) = (1, 2): the limit is (1, 2) + (10 − 11)(3, 4)/25, and X⁺y = (1.2, 1.6) is another.
  @Test func regressionEndsNextToItsStart() throws {
    let experiment = try Self.experiment("regression", rows: [3, 4], [10], start: [1, 2], until: 2)
    #expect(agree(try Self.end(experiment), [1 - 3.0 / 25, 2 - 4.0 / 25], within: 1e-10))
    let report = try examine(experiment, [RegressionFlow.self])[0]
    #expect(report.verdict == .holds, "\(report.reason)")
    checkClaim(RegressionFlow.self, ClaimOutcome(report))
    #expect(report.controls.map(\.name).contains("the limit X⁺y"))
    // From 0 that limit is the true one, and no control.
    let zero = try examine(
      Self.experiment("regression", rows: [3, 4], [10], start: [0, 0], until: 2), [RegressionFlow.self])[0]
    #expect(zero.verdict == .holds && zero.controls.count == 1, "\(zero.reason)")
  }

  @Test func regressionIsVacuousWithoutSquaresOrLinearity() throws {
    let absolute = try Self.experiment(
      "regression", rows: [3, 4], [10], start: [1, 2], until: 2, loss: try HuberLoss(delta: 1))
    #expect(try examine(absolute, [RegressionFlow.self], controls: false)[0].verdict == .vacuous)
    let diagonal = try Self.experiment("diagonal", depth: 2, rows: [3, 4], [10], start: [1, 1, 1, 1], until: 2)
    #expect(try examine(diagonal, [RegressionFlow.self], controls: false)[0].verdict == .vacuous)
  }

  /// X = (1 2), y = 1 at depth 2: β_i = 2α² sinh(x_i ν) with Σ x_i β_i = 1, ν by bisection; Newton's or any other minimization of Q_α gives this.
  @Test(arguments: [0.05, 0.3, 2]) func diagonalNetworksEndAtTheOptimum(alpha: Double) throws {
    let experiment = try Self.experiment(
      "diagonal", depth: 2, rows: [1, 2], [1], start: Array(repeating: alpha, count: 4), until: 60)
    var (low, high) = (0.0, 50.0)
    func fit(_ nu: Double) -> [Double] { [2 * alpha * alpha * sinh(nu), 2 * alpha * alpha * sinh(2 * nu)] }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if fit(middle)[0] + 2 * fit(middle)[1] < 1 { low = middle } else { high = middle }
    }
    let w = try Self.end(experiment)
    let found = (0..<2).map { w[$0] * w[$0] - w[2 + $0] * w[2 + $0] }
    #expect(agree(found, fit(low), within: 1e-9))
    let report = try examine(experiment, [DiagonalLimit.self])[0]
    checkClaim(DiagonalLimit.self, ClaimOutcome(report))
  }

  /// Depths above 2, and α that differ entry by entry; in mirror coordinates too.
  @Test(arguments: [2, 3, 4], [Coordinates.weights, .mirror]) func everyDepth(depth: Int, coordinates: Coordinates)
    throws
  {
    let start = [0.3, 0.5, 0.4, 0.3, 0.5, 0.4]
    let experiment = try Self.experiment(
      "diagonal", depth: depth, rows: [0.6, -0.3, 0.8, 0.2, 0.5, -0.7], [1, -0.5], start: start, until: 400,
      coordinates: coordinates)
    let report = try examine(experiment, [DiagonalLimit.self])[0]
    checkClaim(DiagonalLimit.self, ClaimOutcome(report))
    // That the exact law is assumed by the coordinates makes it vacuous there.
    let law = try examine(experiment, [InvariantLaw.self], controls: false)[0]
    #expect(law.verdict == (coordinates == .weights ? .holds : .vacuous))
  }

  /// Equal α at depth 3, whose mirror map is that of depth 4 on the flow; α so large that all mirror maps are linear; and small.
  @Test(arguments: [(3, 0.3), (4, 0.3), (2, 1e-3)]) func scales(depth: Int, alpha: Double) throws {
    let rows = [0.6, -0.3, 0.8, 0.2, 0.5, -0.7]
    let experiment = try Self.experiment(
      "diagonal", depth: depth, rows: rows, [1, -0.5], start: Array(repeating: alpha, count: 6), until: 1e3)
    checkClaim(DiagonalLimit.self, ClaimOutcome(try examine(experiment, [DiagonalLimit.self])[0]))
    guard depth == 2 else { return }
    let large = try Self.experiment(
      "diagonal", depth: depth, rows: rows, [1, -0.5], start: Array(repeating: 100, count: 6), until: 1)
    let report = try examine(large, [DiagonalLimit.self])[0]
    #expect(report.verdict == .holds && !report.controls.contains { $0.isApplicable }, "\(report.reason)")
  }

  @Test func diagonalNetworksThatSayNothing() throws {
    // Not at the limit yet.
    let early = try Self.experiment(
      "diagonal", depth: 2, rows: [1, 2], [1], start: Array(repeating: 0.05, count: 4), until: 0.5)
    #expect(try examine(early, [DiagonalLimit.self], controls: false)[0].verdict == .inconclusive)
    // u and v differ; the data determine w; each entry is seen by itself.
    let cases: [(rows: [Double], values: [Double], start: [Double])] = [
      ([1, 2], [1], [0.1, 0.1, 0.2, 0.1]), ([1, 2, 2, 1], [1, 1], [0.1, 0.1, 0.1, 0.1]),
      ([1, 0], [1], [0.1, 0.1, 0.1, 0.1]),
    ]
    for (rows, values, start) in cases {
      let experiment = try Self.experiment("diagonal", depth: 2, rows: rows, values, start: start, until: 20)
      #expect(try examine(experiment, [DiagonalLimit.self], controls: false)[0].verdict == .vacuous)
    }
  }
}
