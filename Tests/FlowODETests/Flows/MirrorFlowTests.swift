import CMath
import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

/// Diagonal networks in mirror coordinates, beside their flow in the weights and closed forms.
@Suite struct MirrorFlowTests {
  private static func experiment(
    _ rows: [Double], _ values: [Double], depth: Int, start: [Double], until: Double,
    coordinates: Coordinates = .mirror, stops: [StopCondition] = [], method: IntegrationMethod = .auto
  ) throws -> Experiment {
    let d = start.count / 2
    let model = try ModelCatalog.model("diagonal", ModelOptions(shape: [d], depth: depth))
    let measurements = try Measurements(shape: [d], operators: .dense(rows), values: values)
    return try Experiment(
      problem: Problem(model: model, measurements: measurements, truth: nil, heldOut: [], dataSummary: "test"),
      loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "test", method: method,
      absoluteTolerance: .auto, until: until, saveCount: 2, savesLogarithmically: false, stops: stops,
      maxSteps: 1_000_000, coordinates: coordinates)
  }

  private static func run(_ experiment: Experiment, tolerance: Double = 1e-11, events: [Event] = []) throws
    -> Trajectory
  {
    var plan = experiment.plan(
      relativeTolerance: tolerance, grid: try SaveGrid.linear(until: experiment.until, count: 2))
    plan.events = events
    return try Integrator(model: experiment.problem.model, field: try experiment.flow(), plan: plan)
      .run(from: experiment.start, observers: [])
  }

  /// Error unit: absolute, of u and v of the size 1.
  @Test(arguments: [2, 3, 4]) func theWeightsEndAlike(depth: Int) throws {
    let rows = [0.6, -0.3, 0.8, 0.2, 0.5, -0.7]
    // u and v need not be equal.
    let start = [0.5, 0.6, 0.7, 0.4, 0.6, 0.5]
    let weights = try Self.run(
      Self.experiment(rows, [1, -0.5], depth: depth, start: start, until: 3, coordinates: .weights))
    for method: IntegrationMethod in [.auto, .explicit(.rk8pd)] {
      let mirror = try Self.run(Self.experiment(rows, [1, -0.5], depth: depth, start: start, until: 3, method: method))
      #expect(mirror.outcome.isComplete)
      #expect(agree(mirror.parameters, weights.parameters, within: 1e-8), "\(method.name)")
    }
  }

  /// The Jacobian beside differences of the field. Error unit: relative to its largest entry.
  @Test(arguments: [2, 3, 5]) func jacobian(depth: Int) throws {
    let experiment = try Self.experiment(
      [0.6, -0.3, 0.8, 0.2, 0.5, -0.7], [1, -0.5], depth: depth, start: [0.5, 0.6, 0.7, 0.4, 0.6, 0.5], until: 3)
    let field = try experiment.flow()
    let state = [0.7, -0.4, 0.2]
    func rates(_ state: [Double]) throws -> [Double] {
      var result = [Double](repeating: 0, count: 3)
      try result.withUnsafeMutableBufferPointer { try field.evaluate(0, state, #require($0.baseAddress)) }
      return result
    }
    var found = [Double](repeating: 0, count: 9)
    var inTime = [Double](repeating: 0, count: 3)
    try found.withUnsafeMutableBufferPointer { found in
      try inTime.withUnsafeMutableBufferPointer {
        try field.jacobian(0, state, #require(found.baseAddress), #require($0.baseAddress))
      }
    }
    let largest = found.map(abs).max() ?? 0
    for j in 0..<3 {
      var (up, down) = (state, state)
      up[j] += 1e-5
      down[j] -= 1e-5
      let (a, b) = (try rates(up), try rates(down))
      for i in 0..<3 { #expect(abs(found[i * 3 + j] - (a[i] - b[i]) / 2e-5) < 1e-8 * largest, "\(i), \(j)") }
    }
  }

  /// One entry of depth 2 from u = v = α, β̇ = 4 √(β²/4 + α⁴) 2 (1 − β)/2 …: with α² = 1e-160 it is logistic, so that β is one half at ln(1/α²)/4.
  @Test func smallStartsOfDepthTwoEscapeWhenTheClosedFormSays() throws {
    let start = [1e-80, 1e-80]
    let experiment = try Self.experiment([1], [1], depth: 2, start: start, until: 200)
    let trajectory = try Self.run(
      experiment, events: [.reaches(0.5, "half") { $0.parameters[0] * $0.parameters[0] }])
    let time = try #require(trajectory.events.first).time
    #expect(abs(time - 160 * log(10) / 4) < 1e-8 * time)
    #expect(abs(trajectory.parameters[0] - 1) < 1e-9)
    // v keeps the product.
    #expect(abs(log(trajectory.parameters[1]) + 160 * log(10)) < 1e-9)
  }

  /// Depth 3 from α = 1e-80: u = α/(1 − 3αt) while the residual is 1, and the fit after the escape at 1/(3α). Error unit: relative.
  @Test func smallStartsOfDepthThree() throws {
    let start = [1e-80, 1e-80]
    let early = try Self.run(Self.experiment([1], [1], depth: 3, start: start, until: 0.3e80))
    #expect(abs(early.parameters[0] / 1e-79 - 1) < 1e-7)
    #expect(abs(early.parameters[1] / (1e-80 / 1.9) - 1) < 1e-8)
    let late = try Self.run(Self.experiment([1], [1], depth: 3, start: start, until: 1e80))
    #expect(late.outcome.isComplete && abs(late.parameters[0] - 1) < 1e-9)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    for (depth, start) in [(1, [0.1, 0.1]), (2, [0.1, -0.1]), (2, [0, 0.1])] {
      #expect(throws: Refusal.self) { try Self.experiment([1], [1], depth: depth, start: start, until: 1) }
    }
    let matrix = try Problem(
      model: "matrix", options: ModelOptions(shape: [2, 2], depth: 2), source: .generated(rank: 1, norm: 1), dataSeed: 1
    )
    #expect(throws: Refusal.self) {
      try Experiment(
        problem: matrix, loss: SquaredLoss(), normalization: .mean, start: Array(repeating: 0.5, count: 8),
        startSummary: "", method: .auto, absoluteTolerance: .auto, until: 1, saveCount: 2, savesLogarithmically: false,
        stops: [], maxSteps: 10, coordinates: .mirror)
    }
  }
}
