import Checkers
import FlowODE
import Models
import Testing

@Suite("The estimated error at the end")
struct FinalErrorTests {
  static func experiment(
    _ name: String, _ shape: [Int], components: Int?, scale: Double, until: Double, method: IntegrationMethod,
    saves: Int, stops: [StopCondition] = [], norm: Double? = nil, seed: UInt64
  ) throws -> Experiment {
    let problem = try Problem(
      model: name,
      options: ModelOptions(
        shape: shape, depth: components == nil ? 3 : nil, widths: nil, components: components),
      source: .generated(rank: 2, norm: norm ?? (components == nil ? 3 : 1)), observed: .fraction(0.6), dataSeed: seed)
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: components == nil ? .halfSum : .mean,
      start: try Initialization.gaussian.parameters(for: problem.model, scale: scale, seed: seed), startSummary: "",
      method: method, absoluteTolerance: .auto, until: until, saveCount: saves, savesLogarithmically: false,
      stops: stops, maxSteps: 1_000_000)
  }

  private static func run(_ experiment: Experiment, rtol: Double) throws -> (Trajectory, IntegrationPlan) {
    let plan = experiment.plan(relativeTolerance: rtol, grid: try experiment.grid(tightest: rtol))
    let trajectory = try Integrator(model: experiment.problem.model, field: experiment.flow(), plan: plan)
      .run(from: experiment.start, observers: [])
    return (trajectory, plan)
  }

  /// Within a factor of 10 of the distance to rk8pd at 1e-13, for the state and for the end-to-end object, over methods,
  /// tolerances, seeds and save grids; errors near roundoff are left out.
  @Test(arguments: ["auto", "plateau", "dop853", "rk8pd", "rkf45", "msadams"], [(4, UInt64(1)), (40, 2), (200, 3)])
  func isRightWithinAFactorOfTen(_ name: String, _ setting: (saves: Int, seed: UInt64)) throws {
    for (model, shape, components, scale, until) in [
      ("cp", [4, 3, 4], 6, 0.1, 400.0), ("matrix", [4, 4], nil, 0.05, 30),
    ] as [(String, [Int], Int?, Double, Double)] {
      func make(_ method: IntegrationMethod) throws -> Experiment {
        try Self.experiment(
          model, shape, components: components, scale: scale, until: until, method: method, saves: setting.saves,
          seed: setting.seed)
      }
      let experiment = try make(IntegrationMethod(named: name))
      let (reference, _) = try Self.run(make(.explicit(.rk8pd)), rtol: 1e-13)
      for rtol in [1e-4, 1e-6, 1e-8] {
        let (trajectory, plan) = try Self.run(experiment, rtol: rtol)
        let estimate = try FinalError(of: trajectory, experiment: experiment, plan: plan)
        #expect(estimate.incompleteness == nil && abs(estimate.rtol - 0.01 * rtol) <= 1e-12 * rtol)
        let ends = [trajectory, reference].map { run in
          run.parameters.withUnsafeBufferPointer { experiment.problem.model.endToEnd($0.baseAddress!) }
        }
        for (estimated, error) in [
          (try #require(estimate.state), PlateauTests.distance(trajectory.parameters, reference.parameters)),
          (try #require(estimate.endToEnd), PlateauTests.distance(ends[0], ends[1])),
        ] where error > 3e-12 {
          #expect(
            estimated < 10 * error && estimated > 0.1 * error,
            "\(model), \(name), rtol \(rtol), \(setting.saves) saves: \(estimated) for \(error)")
        }
      }
    }
  }

  @Test("at a located stop the states at the same loss are compared")
  func atAStop() throws {
    let level = StopCondition.lossBelow(1e-4)
    func make(_ method: IntegrationMethod) throws -> Experiment {
      try Self.experiment(
        "cp", [4, 3, 4], components: 6, scale: 0.1, until: 1e5, method: method, saves: 2, stops: [level], seed: 5)
    }
    let (reference, _) = try Self.run(make(.explicit(.rk8pd)), rtol: 1e-13)
    let experiment = try make(.auto)
    for rtol in [1e-5, 1e-7] {
      let (trajectory, plan) = try Self.run(experiment, rtol: rtol)
      let estimate = try FinalError(of: trajectory, experiment: experiment, plan: plan)
      let error = PlateauTests.distance(trajectory.parameters, reference.parameters)
      let estimated = try #require(estimate.state)
      #expect(estimated < 10 * error && estimated > 0.1 * error)
    }
  }

  @Test("implicit methods, and msadams where stability pins its step, on a stiff 2×2 problem")
  func stiff() throws {
    func make(_ method: IntegrationMethod) throws -> Experiment {
      try Self.experiment(
        "matrix", [2, 2], components: nil, scale: 0.3, until: 60, method: method, saves: 2, norm: 20, seed: 4)
    }
    let (reference, _) = try Self.run(make(.explicit(.rk8pd)), rtol: 1e-13)
    for name in ["bsimp", "msbdf", "rk4imp", "gauss2", "msadams", "plateau", "auto"] {
      let experiment = try make(IntegrationMethod(named: name))
      for rtol in [1e-4, 1e-7, 1e-10] {
        let (trajectory, plan) = try Self.run(experiment, rtol: rtol)
        let estimated = try #require(FinalError(of: trajectory, experiment: experiment, plan: plan).state)
        let error = PlateauTests.distance(trajectory.parameters, reference.parameters)
        #expect(
          error < 3e-12 || (estimated < 10 * error && estimated > 0.1 * error),
          "\(name), rtol \(rtol): \(estimated) for \(error)")
      }
    }
  }

  @Test("a run that gives up, or a tolerance without room below it, is said")
  func limits() throws {
    #expect(throws: Refusal.self) { try FinalError.check(relativeTolerance: 9e-12) }
    try FinalError.check(relativeTolerance: 1e-11)
    let experiment = try Self.experiment(
      "matrix", [3, 3], components: nil, scale: 0.1, until: 30, method: .auto, saves: 3, seed: 1)
    let (trajectory, plan) = try Self.run(experiment, rtol: 1e-6)
    var short = plan
    short.maxSteps = 1
    let estimate = try FinalError(of: trajectory, experiment: experiment, plan: short)
    #expect(estimate.state == nil && estimate.endToEnd == nil)
    #expect(estimate.incompleteness?.contains("20 steps were used up") == true)
    let unfinished = try Integrator(model: experiment.problem.model, field: experiment.flow(), plan: short)
      .run(from: experiment.start, observers: [])
    let none = try FinalError(of: unfinished, experiment: experiment, plan: plan)
    #expect(none.state == nil && none.incompleteness?.contains("the run itself is incomplete") == true)
    var stopping = plan
    stopping.stops = [.lossBelow(1.5 * trajectory.loss)]
    let earlier = try FinalError(of: trajectory, experiment: experiment, plan: stopping)
    #expect(earlier.state == nil && earlier.incompleteness?.contains("the second run ended otherwise") == true)
    #expect(throws: InterruptedEstimate.self) {
      try FinalError(of: trajectory, experiment: experiment, plan: plan, isCancelled: { true })
    }
  }
}
