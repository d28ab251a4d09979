import FlowODE
import Models
import Settings
import Theorems
import Verdicts

/// A flow along which the ranks of W's matricizations are measured, beside the flow of the same data in W itself.
enum RankRun {
  static func study(_ builder: inout ExperimentBuilder, threads: Int) throws -> Study {
    let asked = try builder.experiment().sharing(gradientsOver: threads)
    let experiment = try builder.settled(asked) { try HorizonSearch(asked).run(isCancelled: $0) }
    let tolerance = builder.read(.rtol)
    try Experiment.check(relativeTolerance: tolerance)
    let model = experiment.problem.model
    _ = try RankWatch(model, matricizations: model.matricizations)
    let flat = try flat(experiment)
    return Study(
      experiment: experiment, parts: ["flow"] + (flat == nil ? [] : ["flow in W"]), alwaysRecords: true,
      figures: .named([("ranks", "")])
    ) { bench in
      let (trajectory, ranks) = try solve(experiment, tolerance, part: 0, bench)
      let beside = try flat.map { try solve($0, tolerance, part: 1, bench, matricizations: model.matricizations).ranks }
      let truth = experiment.problem.truth.flatMap { $0.contains(where: \.isNaN) ? nil : $0 }
      let section = MeasuredSection(
        trajectory, rtol: tolerance, ranks: ranks, flat: beside, truth: truth, shape: model.endShape)
      return Findings(
        report: bench.report([], section: .measured(section)),
        counts: [
          Provenance.Rung(
            rtol: tolerance, steps: trajectory.counts.accepted, rejected: trajectory.counts.rejected,
            gradients: trajectory.counts.evaluations, jacobians: trajectory.counts.jacobians)
        ])
    }
  }

  /// The same data with W itself for the parameters, from the same W; nil where the parameters move in another way than down the loss.
  private static func flat(_ experiment: Experiment) throws -> Experiment? {
    guard experiment.motion == nil else { return nil }
    let model = experiment.problem.model
    var program = Program()
    try program.setOutput(program.block("W", model.endShape))
    return try experiment.replacing(
      problem: experiment.problem.replacing(model: Model("flat", program)),
      start: experiment.start.withUnsafeBufferPointer { $0.baseAddress.map(model.endToEnd) ?? [] },
      startSummary: "the same W",
      stops: experiment.stops.filter { stop in
        // W itself has no components.
        if case .componentNormAbove = stop { false } else { true }
      }, coordinates: .weights)
  }

  private static func solve(
    _ experiment: Experiment, _ tolerance: Double, part: Int, _ bench: Bench, matricizations: [Matricization]? = nil
  ) throws -> (trajectory: Trajectory, ranks: RankWatch) {
    let model = experiment.problem.model
    let watch = try RankWatch(model, matricizations: matricizations ?? model.matricizations)
    let plan = experiment.plan(relativeTolerance: tolerance, grid: try experiment.grid(tightest: tolerance))
    let context = bench.context
    let recorders = part == 0 ? try context.recorders() : []
    let trajectory = try Integrator(model: model, field: experiment.flow(isCancelled: context.isCancelled), plan: plan)
      .run(
        from: experiment.start,
        observers: [watch] + recorders + [ProgressObserver(plan: plan) { context.progress(part, $0) }])
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
    return (trajectory, watch)
  }
}
