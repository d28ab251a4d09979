import CMath
import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

/// Residuals' passages through the thresholds of the Huber loss.
@Suite struct KinkCrossingTests {
  private final class Signs: TrajectoryObserver {
    private(set) var changes = 0
    private var last: [Bool] = []
    let delta: Double
    init(delta: Double) { self.delta = delta }
    func observe(_ point: TrajectoryPoint) {
      let now = point.residuals.map { $0 >= delta } + point.residuals.map { $0 >= -delta }
      if !last.isEmpty { changes += zip(now, last).count { $0 != $1 } }
      last = now
    }
  }

  /// u = ab, balanced, f = Huber(u − s): u = u₀ e^{2δt} until u = s − δ, at t = ln((s − δ)/u₀)/(2δ), to 1e-11.
  @Test func theOneOfAScalarProblem() throws {
    let (start, target, delta) = (0.01, 2.0, 0.25)
    let model = try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [1]))
    let objective = try Objective(
      model: model, measurements: Measurements(shape: [1, 1], operators: .entries(indices: [0, 0]), values: [target]),
      loss: HuberLoss(delta: delta), normalization: .sum)
    var plan = IntegrationPlan(
      method: .auto, relativeTolerance: 1e-12, grid: try SaveGrid.linear(until: 30, count: 3))
    plan.kinks = KinkSearch(levels: [delta, -delta])
    let trajectory = try Integrator(
      model: model, field: GradientFlow(objective: objective, layout: model.layout), plan: plan
    ).run(from: [start.squareRoot(), start.squareRoot()], observers: [])
    let found = try #require(trajectory.kinks)
    let hit = try #require(found.located.first)
    #expect(found.count == 1 && found.located.count == 1)
    let exact = log((target - delta) / start) / (2 * delta)
    #expect(abs(hit.time - exact) <= 1e-11 * exact)
    #expect(hit.measurement == 0 && hit.level == -delta && hit.rises)
  }

  /// Twenty entries of a tensor: as many passages as a dense grid shows, each at a time when that residual is at ±δ to 1e-8, in order;
  /// a cap leaves the rest counted.
  @Test(arguments: ["auto", "bsimp"]) func allOfSeveral(method: String) throws {
    let delta = 0.15
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [3, 3, 3], components: 3),
      source: .generated(rank: 2, norm: 4), observed: .count(20), dataSeed: 2)
    let start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.5, seed: 2)
    let objective = try Objective(
      model: problem.model, measurements: problem.measurements, loss: HuberLoss(delta: delta), normalization: .sum)
    func run(until: Double, saves: Int, kinks: KinkSearch?, _ observers: [any TrajectoryObserver] = []) throws
      -> Trajectory
    {
      var plan = IntegrationPlan(
        method: try IntegrationMethod(named: method), relativeTolerance: 1e-11,
        grid: try SaveGrid.linear(until: until, count: saves))
      plan.kinks = kinks
      return try Integrator(
        model: problem.model, field: GradientFlow(objective: objective, layout: problem.model.layout), plan: plan
      ).run(from: start, observers: observers)
    }
    let search = KinkSearch(levels: [delta, -delta])
    let found = try #require(try run(until: 20, saves: 2, kinks: search).kinks)
    #expect(found.count >= 8 && found.located.count == found.count)
    let signs = Signs(delta: delta)
    _ = try run(until: 20, saves: 4000, kinks: nil, [signs])
    #expect(found.count == signs.changes)
    #expect(zip(found.located, found.located.dropFirst()).allSatisfy { $0.time <= $1.time })
    for hit in found.located {
      var residuals = [Double](repeating: 0, count: objective.measurementCount)
      let state = try run(until: hit.time, saves: 2, kinks: nil).parameters
      residuals.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { objective.residuals(state, into: base) }
      }
      #expect(abs(residuals[hit.measurement] - hit.level) < 1e-8, "\(hit)")
    }
    let capped = try #require(
      try run(until: 20, saves: 2, kinks: KinkSearch(levels: [delta, -delta], most: 2)).kinks)
    #expect(capped.count == found.count && capped.located.count == 2)
    #expect(try run(until: 20, saves: 2, kinks: nil).kinks == nil)
  }

  @Test("kinks are looked for where ℓ″ jumps and ℓ′ does not, and the first one ends a linear branch")
  func searches() throws {
    var random = TestRandom(8)
    let model = try Model(CPFactorization(shape: [2, 2], components: 1))
    let measurements = try measure(.entries, shape: [2, 2], random: &random)
    func experiment(_ loss: any Loss) throws -> Experiment {
      try Experiment(
        problem: Problem(model: model, measurements: measurements, truth: nil, heldOut: [], dataSummary: ""),
        loss: loss,
        normalization: .sum, start: random.numbers(4), startSummary: "", method: .auto, absoluteTolerance: .auto,
        until: 1,
        saveCount: 2, savesLogarithmically: false, stops: [], maxSteps: 10)
    }
    #expect(try experiment(HuberLoss(delta: 0.3)).kinks == KinkSearch(levels: [0.3, -0.3]))
    #expect(try experiment(SquaredLoss()).kinks == nil && experiment(AbsoluteLoss()).kinks == nil)
    #expect(try Event.firstKink(of: HuberLoss(delta: 0.3)).map(\.name) == [Event.firstKinkName])
    #expect(Event.firstKink(of: SquaredLoss()).isEmpty && Event.firstKink(of: AbsoluteLoss()).isEmpty)
  }
}
