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

  /// When the flow from a scale times an experiment's start has come to rest.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  static func horizon(
    _ experiment: Experiment, scale: Double, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> SettledHorizon {
    try HorizonSearch(experiment.replacing(start: experiment.start.map { scale * $0 })).run(isCancelled: isCancelled)
  }

  /// The flow from α times an experiment's start until the loss has fallen to a part of what it is there, and the experiment that this is.
  ///
  /// - Throws: as ``integrate(_:tolerance:grid:events:quadratures:companions:observers:blockRates:landsOnSaves:_:)``, and
  ///   ``UnfinishedRun`` if the loss does not fall so far.
  static func fit(
    _ experiment: Experiment, from alpha: Double, toPart part: Double, tolerance: Double, _ context: RunContext
  ) throws -> (run: Experiment, trajectory: Trajectory) {
    let start = experiment.start.map { alpha * $0 }
    let objective = try experiment.objective()
    let level = part * start.withUnsafeBufferPointer { $0.baseAddress.map(objective.value) ?? .nan }
    guard level > 0, level.isFinite else {
      throw UnfinishedRun("the loss of the start is \(level / part)", remedy: "use another start")
    }
    let run = try experiment.replacing(
      start: start, startSummary: "\(tableSetting(alpha)) × (\(experiment.startSummary))", stops: [.lossBelow(level)])
    let observers = try context.recorders()
    let grid = try SaveGrid.linear(until: run.until, count: observers.isEmpty ? 2 : run.saveCount)
    let trajectory = try integrate(run, tolerance: tolerance, grid: grid, observers: observers, context)
    guard trajectory.loss <= level * (1 + 1e-6) else {
      throw UnfinishedRun(
        "at α = \(tableSetting(alpha)) the loss is \(tableNumber(trajectory.loss)) at t = \(tableNumber(trajectory.time)), above "
          + "\(tableNumber(level)), where the data count as fitted",
        remedy: "raise integration.until or use larger init.scales")
    }
    return (run, trajectory)
  }
}
