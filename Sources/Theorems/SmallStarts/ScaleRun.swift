import FlowODE
import Models
import Verdicts

/// What studies over scales share: the checks of a ladder, and one integration of gradient flow.
enum ScaleRun {
  /// - Parameters:
  ///   - least: how many scales there must be.
  ///   - remedy: what to give instead.
  /// - Throws: ``Refusal`` unless there are so many and they are positive and strictly decreasing.
  static func check(
    scales: [Double], least: Int = 2, remedy: String = "give init.scales two or more decreasing positive numbers"
  ) throws(Refusal) {
    guard scales.count >= least, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zip(scales, scales.dropFirst()).allSatisfy({ $0 > $1 })
    else { throw Refusal("the ladder of scales is \(scales)", remedy: remedy) }
  }

  /// The tolerances of the last two rungs, coarser first.
  ///
  /// - Throws: ``Refusal`` if there are fewer.
  static func lastTwo(_ tolerances: [Double]) throws(Refusal) -> [Double] {
    guard tolerances.count >= 2 else {
      throw Refusal("the refinement ladder is \(tolerances)", remedy: "give integration.refine two or more tolerances")
    }
    return Array(tolerances.suffix(2))
  }

  /// - Parameters:
  ///   - companions: flows that run beside it on the same steps; no quadratures then.
  ///   - landsOnSaves: whether steps end at the save times: distances of companions may be far below a continuation's error.
  /// - Throws: ``InterruptedRun``; ``UnfinishedRun`` if the integration gives up; ``Refusal``.
  @inline(never)
  static func integrate(
    _ experiment: Experiment, tolerance: Double, grid: SaveGrid, events: [Event] = [],
    quadratures: [any Quadrature] = [], companions: [(flow: GradientFlow, start: [Double])] = [],
    observers: [any TrajectoryObserver] = [], blockRates: [Double]? = nil,
    landsOnSaves: Bool = false, _ context: RunContext
  ) throws -> Trajectory {
    var plan = experiment.plan(relativeTolerance: tolerance, grid: grid)
    let flow = GradientFlow(
      objective: try experiment.objective(), layout: experiment.problem.model.layout, blockRates: blockRates,
      quadratures: quadratures, carriesIntegrals: !plan.method.isDense, isCancelled: context.isCancelled)
    let field: any VectorField = companions.isEmpty ? flow : CoupledFlow(flow, companions: companions)
    plan.events = events
    plan.landsOnSaves = landsOnSaves
    let trajectory = try Integrator(model: experiment.problem.model, field: field, plan: plan)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
    guard trajectory.outcome.isComplete else {
      throw UnfinishedRun(
        "at rtol \(tableSetting(tolerance)) \(trajectory.outcome.sentence)", remedy: trajectory.outcome.remedy)
    }
    return trajectory
  }
}
