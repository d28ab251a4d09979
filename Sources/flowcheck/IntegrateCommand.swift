import ArgumentParser
import FlowODE
import Models
import Presentation
import Theorems

/// `flowcheck integrate`.
struct Integrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solves a flow (or runs gradient descent) and writes its trajectory; judges nothing.",
    discussion: """
      Exit status 0 when --until or a stop condition is reached, 2 when the
      integration gives up before.

      Example:
        flowcheck integrate --model cp --shape 10,10,10 --components 50 --rank 3 \\
          --observed 500 --init-scale 0.1 --until 1e6 --stop-loss 1e-8 --output out
      """)

  @OptionGroup(title: "Problem") var problem: ProblemOptions
  @OptionGroup(title: "Integration") var integration: IntegrationOptions
  @Option(parsing: .unconditional, help: ArgumentHelp("Relative tolerance (default 1e-9).", valueName: "x"))
  var rtol: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run gradient descent with this learning rate; iteration k has time k × rate.", valueName: "eta")
  )
  var learningRate: String?
  @Flag(
    help: "Estimate the error of the final state and end-to-end object by a second run at a hundredth of the tolerance."
  )
  var error = false
  @Flag(help: "Exit with status 0 even if the integration gives up.")
  var exitZero = false
  @OptionGroup(title: "Settings") var configuration: ConfigurationOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let settings = try configuration.settings(
      flags: problem.assignments + integration.assignments
        + [
          ("integration.rtol", rtol), ("integration.learning-rate", learningRate),
          ("integration.error", error ? "true" : nil),
        ])
    let builder = ExperimentBuilder(settings: settings)
    var experiment = try builder.experiment()
    experiment.gradientThreads = output.threads
    let learningRate = settings.number("integration.learning-rate")
    let tolerance = settings.number("integration.rtol") ?? ExperimentBuilder.defaultTolerance
    try Experiment.check(relativeTolerance: tolerance)
    let wantsError = settings.boolean("integration.error") ?? false
    if wantsError {
      if learningRate != nil {
        throw ExperimentError(
          "\(settings.place("integration.error")) estimates the error of a flow, and gradient descent has none",
          remedy: "drop it or \(settings.place("integration.learning-rate"))")
      }
      try FinalError.check(relativeTolerance: tolerance)
    }
    let summary = try ExperimentSummary(experiment, settings: builder.echo)
    let results = try ResultFiles(output: output, settings: summary.settings, command: "integrate")
    defer { results.discard() }
    let recording = Recording(problem: experiment.problem, results: results, always: true)
    var plan = experiment.plan(
      relativeTolerance: tolerance, grid: try experiment.grid(tightest: tolerance))
    plan.kinks = experiment.kinks
    let trajectory = try solve(experiment, plan: plan, learningRate: learningRate, recording: recording)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
    let error = wantsError ? try estimate(experiment, plan: plan, of: trajectory) : nil

    let (times, columns) = recording.series
    var final: [String: Double] = [:]
    for column in columns { final[column.name] = column.values.last }
    let report = IntegrationReport(
      experiment: summary, rtol: learningRate == nil ? tolerance : nil, learningRate: learningRate,
      trajectory: trajectory, error: error, final: final)
    let counts = Provenance.Rung(
      rtol: report.rtol, steps: report.steps, rejected: report.rejected, gradients: report.gradients,
      jacobians: report.jacobians)
    try results.write(report: report, recording: recording, counts: [counts])
    if output.plot != nil { try results.write(figure: TrajectoryFigure.figure(times: times, columns: columns)) }
    if output.json {
      try Console.print(JSONText.encode(report))
    } else {
      try Console.print(output.quiet ? ReportText.lastLine(report) : ReportText.render(report))
    }
    if !report.isComplete, !exitZero { throw ExitCode(ExitStatus.inconclusive.rawValue) }
  }

  private func solve(
    _ experiment: Experiment, plan: IntegrationPlan, learningRate: Double?, recording: Recording
  ) throws -> Trajectory {
    let progress = ProgressLine(parts: [learningRate == nil ? "flow" : "descent"], verbose: output.verbose)
    defer { progress.finish() }
    let isCancelled: @Sendable () -> Bool = { Interruption.shared.requested }
    let model = experiment.problem.model
    let observers = try recording.observers() + [ProgressObserver(plan: plan) { progress.report(0, fraction: $0) }]
    if let learningRate {
      return try GradientDescent(
        model: model, objective: experiment.objective(), learningRate: learningRate, stops: experiment.stops,
        isCancelled: isCancelled
      ).run(from: experiment.start, grid: plan.grid, maxSteps: experiment.maxSteps, observers: observers)
    }
    return try Integrator(model: model, field: experiment.flow(isCancelled: isCancelled), plan: plan)
      .run(from: experiment.start, observers: observers)
  }

  /// The error at the end, by a second run.
  private func estimate(
    _ experiment: Experiment, plan: IntegrationPlan, of trajectory: Trajectory
  ) throws -> FinalError {
    let progress = ProgressLine(parts: ["second run"], verbose: output.verbose)
    defer { progress.finish() }
    do {
      return try FinalError(
        of: trajectory, experiment: experiment, plan: plan,
        observers: [ProgressObserver(plan: plan) { progress.report(0, fraction: $0) }],
        isCancelled: { Interruption.shared.requested })
    } catch let interruption as InterruptedEstimate {
      throw InterruptedRun(time: interruption.time)
    }
  }
}
