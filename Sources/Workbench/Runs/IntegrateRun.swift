import FlowODE
import Models
import Settings
import Theorems
import Verdicts

/// A flow or a descent that is solved and not judged.
enum IntegrateRun {
  static func study(_ builder: inout ExperimentBuilder, threads: Int) throws -> Study {
    let asked = try builder.experiment().sharing(gradientsOver: threads)
    let experiment = try builder.settled(asked) { try HorizonSearch(asked).run(isCancelled: $0) }
    let descent = try builder.descent(of: experiment)
    let tolerance = builder.read(.rtol)
    try Experiment.check(relativeTolerance: tolerance)
    let wantsError = builder.read(.error)
    if wantsError {
      let settings = builder.settings
      if descent != nil {
        throw Refusal(
          "\(settings.place(.error)) estimates the error of a flow, and a descent has none",
          remedy: "drop it or \(settings.place(.learningRate))")
      }
      try FinalError.check(relativeTolerance: tolerance)
    }
    let wantsBaseline = builder.read(.leastNuclearNorm)
    if wantsBaseline { try NuclearNormBaseline.check(experiment.problem) }
    return Study(
      experiment: experiment,
      parts: [descent == nil ? "flow" : "descent"] + (wantsError ? ["second run"] : []), alwaysRecords: true,
      followsComponents: true, figures: .named([("trajectory", "")])
    ) { bench in
      var plan = experiment.plan(relativeTolerance: tolerance, grid: try experiment.grid(tightest: tolerance))
      plan.kinks = experiment.kinks
      let warnings = descent == nil ? RunWarnings(experiment, tolerance: tolerance) : nil
      let trajectory = try solve(
        experiment, plan: plan, descent: descent, context: bench.context, observers: warnings?.observers ?? [])
      if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
      let error = wantsError ? try estimate(experiment, plan: plan, of: trajectory, context: bench.context) : nil
      let (times, series) = bench.recording.series
      var section = IntegrationSection(
        trajectory, rtol: descent == nil ? tolerance : nil, learningRate: descent?.plan.learningRate,
        optimizer: descent?.optimizer.identifier, motion: descent?.summary ?? experiment.motion?.summary, error: error,
        times: times, series: series, components: bench.recording.components, alignments: bench.recording.alignments)
      if wantsBaseline {
        let baseline = try NuclearNormBaseline(
          experiment.problem, parameters: trajectory.parameters, isCancelled: bench.context.isCancelled)
        section.add(baseline.quantities)
      }
      let spurious = SpuriousComponent(experiment.problem, parameters: trajectory.parameters)
      return Findings(
        report: bench.report(
          [], kinks: KinkReport(trajectory.kinks),
          warnings: (warnings?.found ?? []) + (ReportWarning(trajectory.modelKinks).map { [$0] } ?? [])
            + (spurious?.warning.map { [$0] } ?? []),
          unobservedRatio: spurious?.ratio, section: .integration(section)),
        counts: [
          Provenance.Rung(
            rtol: section.rtol, steps: section.steps, rejected: section.rejected, gradients: section.gradients,
            jacobians: section.jacobians)
        ])
    }
  }

  private static func solve(
    _ experiment: Experiment, plan: IntegrationPlan, descent: PlannedDescent?, context: RunContext,
    observers own: [any TrajectoryObserver]
  ) throws -> Trajectory {
    let model = experiment.problem.model
    let observers =
      try own + context.recorders() + [ProgressObserver(plan: plan) { context.progress(0, $0) }]
    if let descent {
      return try Descent.descend(
        descent.optimizer, plan: descent.plan, model: model, objective: experiment.objective(), from: experiment.start,
        grid: plan.grid, stops: experiment.stops, maxSteps: experiment.maxSteps, observers: observers,
        isCancelled: context.isCancelled)
    }
    return try Integrator(model: model, field: experiment.flow(isCancelled: context.isCancelled), plan: plan)
      .run(from: experiment.start, observers: observers)
  }

  /// The error at the end, by a second run.
  private static func estimate(
    _ experiment: Experiment, plan: IntegrationPlan, of trajectory: Trajectory, context: RunContext
  ) throws -> FinalError {
    do {
      return try FinalError(
        of: trajectory, experiment: experiment, plan: plan,
        observers: [ProgressObserver(plan: plan) { context.progress(1, $0) }], isCancelled: context.isCancelled)
    } catch let interruption as InterruptedEstimate {
      throw InterruptedRun(time: interruption.time)
    }
  }
}
