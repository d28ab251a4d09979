import Checkers
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems

@Suite("Balanced matrix flow in svd coordinates")
struct SVDFlowTests {
  private func experiment(
    _ shape: [Int], depth: Int, scale: Double = 0.8, seed: UInt64 = 1, until: Double = 2
  ) throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: shape, depth: depth, widths: nil, components: nil),
      source: .generated(rank: 2, norm: 3), observed: .fraction(0.7), dataSeed: 3)
    let start = try Initialization.balanced.parameters(for: problem.model, scale: scale, seed: seed)
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "balanced",
      method: .auto, absoluteTolerance: .auto, until: until, saveCount: 2, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
  }

  private func end(_ experiment: Experiment, _ field: any VectorField, method: IntegrationMethod = .auto) throws
    -> Matrix
  {
    let plan = IntegrationPlan(
      method: method, relativeTolerance: 1e-11, grid: try SaveGrid.linear(until: experiment.until, count: 2))
    let model = experiment.problem.model
    let trajectory = try Integrator(model: model, field: field, plan: plan).run(from: experiment.start, observers: [])
    #expect(trajectory.outcome.isComplete)
    return Matrix(
      rows: model.endShape[0], columns: model.endShape[1], elements: model.endToEnd(trajectory.parameters))
  }

  @Test(
    "The end-to-end matrix agrees with the factor flow's to 1e-8 of its norm, for every depth and shape",
    arguments: [([2, 2], 2), ([3, 3], 3), ([4, 3], 2), ([3, 5], 4), ([4, 4], 5)])
  func agreesWithFactors(shape: [Int], depth: Int) throws {
    let experiment = try experiment(shape, depth: depth)
    let factors = try end(
      experiment,
      GradientFlow(objective: try experiment.objective(), layout: experiment.problem.model.layout))
    let svd = try end(experiment, try SVDFlow(experiment: experiment))
    #expect((svd - factors).frobeniusNorm < 1e-8 * factors.frobeniusNorm)

    // The end-to-end flow without factors is a third road to the same matrix.
    let flow = try EndToEndFlow(
      shape: shape, depth: depth, measurements: experiment.problem.measurements, loss: experiment.loss,
      normalization: experiment.normalization)
    let start = experiment.problem.model.endToEnd(experiment.start)
    let plan = IntegrationPlan(
      method: .auto, relativeTolerance: 1e-10, grid: try SaveGrid.linear(until: experiment.until, count: 2))
    let reduced = try Integrator(
      model: try Model(MatrixFactorization(shape: shape, hiddenWidths: [])), field: flow, plan: plan
    ).run(from: start, observers: [])
    let matrix = Matrix(rows: shape[0], columns: shape[1], elements: reduced.parameters)
    #expect((matrix - factors).frobeniusNorm < 1e-8 * factors.frobeniusNorm)
  }

  @Test("An implicit method with the analytic Jacobian agrees with the explicit one to 1e-7")
  func implicit() throws {
    let experiment = try experiment([3, 4], depth: 3)
    let explicit = try end(experiment, try SVDFlow(experiment: experiment))
    let implicit = try end(experiment, try SVDFlow(experiment: experiment), method: .implicit(.bsimp))
    #expect((explicit - implicit).frobeniusNorm < 1e-7 * explicit.frobeniusNorm)
  }

  @Test(
    "The Jacobian agrees with central differences to 1e-6 of its largest entry",
    arguments: [([2, 2], 2), ([3, 3], 3), ([4, 3], 2), ([2, 4], 4)])
  func jacobian(shape: [Int], depth: Int) throws {
    let experiment = try experiment(shape, depth: depth)
    let flow = try SVDFlow(experiment: experiment)
    var state = flow.initialState(experiment.start)
    let n = flow.dimension
    var dfdy = [Double](repeating: 0, count: n * n)
    var dfdt = [Double](repeating: 0, count: n)
    try flow.jacobian(0, state, &dfdy, &dfdt)
    let largest = dfdy.reduce(0) { max($0, abs($1)) }
    var upper = [Double](repeating: 0, count: n)
    var lower = upper
    for j in 0..<n {
      let kept = state[j]
      state[j] = kept + 1e-6
      try flow.evaluate(0, state, &upper)
      state[j] = kept - 1e-6
      try flow.evaluate(0, state, &lower)
      state[j] = kept
      for i in 0..<n { #expect(abs((upper[i] - lower[i]) / 2e-6 - dfdy[i * n + j]) < 1e-6 * largest) }
    }
  }

  @Test("Parameters of a state are balanced and multiply to the state's matrix")
  func parameters() throws {
    let experiment = try experiment([4, 3], depth: 3)
    let flow = try SVDFlow(experiment: experiment)
    let state = flow.initialState(experiment.start)
    let model = try #require(experiment.problem.model.chain)
    let theta = Array(UnsafeBufferPointer(start: flow.parameters(at: state), count: model.layout.count))
    #expect(model.relativeImbalance(theta) < 1e-13)
    let expected = model.endToEnd(experiment.start)
    for (a, b) in zip(model.endToEnd(theta), expected) { #expect(abs(a - b) < 1e-13) }
  }

  @Test("Starts and models it does not describe are refused")
  func refused() throws {
    let balanced = try experiment([3, 3], depth: 2)
    let gaussian = try Initialization.gaussian.parameters(for: balanced.problem.model, scale: 1, seed: 1)
    let identity = try Initialization.identity.parameters(for: balanced.problem.model, scale: 1, seed: 1)
    for start in [gaussian, identity, [Double](repeating: 0, count: gaussian.count)] {
      let other = try Experiment(
        problem: balanced.problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "other",
        method: .auto, absoluteTolerance: .auto, until: 1, saveCount: 2, savesLogarithmically: false, stops: [],
        maxSteps: 10)
      #expect(throws: Refusal.self) { try SVDFlow(experiment: other) }
    }
    #expect(throws: Refusal.self) { try SVDFlow(experiment: try experiment([3, 3], depth: 1)) }
  }
}
