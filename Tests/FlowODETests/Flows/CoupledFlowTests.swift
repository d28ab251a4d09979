import FlowODE
import GSLBridge
import Models
import Testing

/// Flows that run beside each other are those that run alone, with errors that cancel in their differences.
@Suite struct CoupledFlowTests {
  private final class Last: TrajectoryObserver {
    var state: [Double] = []
    let count: Int
    init(count: Int) { self.count = count }
    func observe(_ point: TrajectoryPoint) { state = Array(UnsafeBufferPointer(start: point.state, count: count)) }
  }

  private let full: Model
  private let single: Model
  private let measurements: Measurements
  private let start = (0..<16).map { 0.4 + 0.1 * Double(($0 * 5) % 7) }
  private let other = [0.5, 0.6, 0.7, 0.4, 0.3, 0.8]

  init() throws {
    full = try Model(CPFactorization(shape: [2, 3, 3], components: 2))
    single = try Model(CPFactorization(shape: [1, 2, 3], components: 1))
    measurements = try Measurements(
      shape: [2, 3, 3], operators: .entries(indices: [0, 0, 0, 1, 2, 1, 0, 1, 2]), values: [1, -0.5, 2])
  }

  private func flow(_ model: Model, _ data: Measurements) throws -> GradientFlow {
    GradientFlow(
      objective: try Objective(model: model, measurements: data, loss: SquaredLoss(), normalization: .mean),
      layout: model.layout)
  }

  private func run(_ field: any VectorField, _ model: Model, from: [Double], _ method: IntegrationMethod) throws
    -> [Double]
  {
    let watch = Last(count: field.dimension)
    let plan = IntegrationPlan(
      method: method, relativeTolerance: 1e-11, grid: try SaveGrid.linear(until: 2, count: 3))
    let trajectory = try Integrator(model: model, field: field, plan: plan).run(from: from, observers: [watch])
    #expect(trajectory.outcome == .reachedEnd)
    return watch.state
  }

  /// To 1e-9 of the largest entry; implicit methods use the Jacobian's blocks.
  @Test(arguments: ["auto", "bsimp", "gauss2"]) func statesAreThoseOfTheFlowsAlone(name: String) throws {
    let method = try IntegrationMethod(named: name)
    let small = try Measurements(shape: [1, 2, 3], operators: .entries(indices: [0, 0, 0, 0, 1, 2]), values: [1, -2])
    let coupled = CoupledFlow(
      try flow(full, measurements),
      companions: [(try flow(single, small), other), (try flow(full, measurements), start)])
    #expect(coupled.dimension == 16 + 6 + 16)
    let state = try run(coupled, full, from: start, method)
    let alone = try run(flow(full, measurements), full, from: start, method)
    let beside = try run(flow(single, small), single, from: other, method)
    for (offset, expected) in [(0, alone), (coupled.offset(ofCompanion: 0), beside)] {
      for (i, value) in expected.enumerated() { #expect(abs(state[offset + i] - value) < 1e-9) }
    }
    // The same flow twice takes the same steps: bit for bit the same state.
    let twin = coupled.offset(ofCompanion: 1)
    for i in 0..<16 { #expect(abs(state[twin + i] - state[i]) <= (name == "auto" ? 0 : 1e-12)) }
  }

  /// Flows side by side are as stiff as each of them, and their blocks are known: the plateau is left at the cost of one of them.
  @Test func stiffnessIsThatOfAllFlows() throws {
    let small = try Measurements(shape: [1, 2, 3], operators: .entries(indices: [0, 0, 0, 0, 1, 2]), values: [1, -2])
    func coupled() throws -> CoupledFlow {
      CoupledFlow(try flow(full, measurements), companions: [(try flow(single, small), other)])
    }
    func end(_ name: String, _ rtol: Double) throws -> (state: [Double], evaluations: Int) {
      let watch = Last(count: 22)
      let plan = IntegrationPlan(
        method: try IntegrationMethod(named: name), relativeTolerance: rtol,
        grid: try SaveGrid.linear(until: 1e4, count: 2))
      let field = try coupled()
      let trajectory = try Integrator(model: full, field: field, plan: plan).run(from: start, observers: [watch])
      return (watch.state, trajectory.counts.evaluations)
    }
    let (explicit, plateau) = (try end("dop853", 1e-10), try end("plateau", 1e-9))
    for (a, b) in zip(plateau.state, explicit.state) { #expect(abs(a - b) < 1e-7) }
    #expect(plateau.evaluations * 5 < explicit.evaluations)
  }
}
