import ArgumentParser
import FlowODE
import Presentation
import Settings
import Theorems
import Verdicts

/// Flags of the commands that judge claims.
struct CheckOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Relative tolerances of the rungs (default 1e-6,1e-8,1e-10,1e-12).", valueName: "t1,t2,…"))
  var refine: String?
  @Flag(help: "Also run each claim's negative controls, which must be flagged.")
  var control = false
  @Flag(help: "Exit with status 0 even if something is violated, inconclusive or vacuous.")
  var exitZero = false
}

/// What every check command does once its claims are known: build, examine, report, write, exit.
struct CheckRun {
  let command: String
  let settings: Settings
  let check: CheckOptions
  let output: OutputOptions
  var defaults = CommandDefaults()
  /// Reports of claims that are not judged from one refinement ladder.
  var studies: (Experiment) throws -> [ClaimReport] = { _ in [] }
  /// What a reader must know besides, such as why a claim was left out.
  var notes: (Experiment) -> [String] = { _ in [] }

  /// The claim whose figure is drawn if it has one; otherwise the first that has.
  var figureClaim: String?

  func run(claims: [any Claim]) throws { try run { _ in claims } }

  /// - Parameter choose: the claims for the experiment that the settings make.
  func run(choose: (Experiment) throws -> [any Claim]) throws {
    let builder = ExperimentBuilder(settings: settings, defaults: defaults)
    let experiment = try builder.experiment()
    let claims = try choose(experiment)
    let tolerances = settings.numbers("integration.refine") ?? ExperimentBuilder.defaultLadder
    let progress = ProgressLine(parts: tolerances.map(tableSetting), verbose: output.verbose)
    defer { progress.finish() }
    let refinement = try Refinement(
      experiment: experiment, tolerances: tolerances, threads: output.threads,
      isCancelled: { Interruption.shared.requested }, progress: { progress.report($0, fraction: $1) })
    let summary = try ExperimentSummary(experiment, settings: builder.echo, notes: notes(experiment))
    let results = try ResultFiles(output: output, settings: summary.settings, command: command)
    defer { results.discard() }
    let recording = Recording(problem: experiment.problem, results: results)
    let examination = Examination(refinement: refinement, claims: claims, runsControls: check.control)
    let outcome = try examination.run(recorders: recording.observers)
    var single = experiment
    single.gradientThreads = output.threads
    let reports = try outcome.reports + studies(single)
    progress.finish()
    let report = Report(
      command: command, experiment: summary, claims: reports, kinks: outcome.ladder.last?.trajectory.kinks)
    try results.write(
      report: report, recording: recording, counts: outcome.reports.flatMap(\.rungs).map(Provenance.Rung.init))
    if output.plot != nil {
      let drawnFirst = claims.filter { $0.identifier == figureClaim } + claims
      let plots = drawnFirst.compactMap { outcome.ladder.last?.evidence[$0.identifier]?.plot }
      try results.write(
        figure: plots.first.map(EvidenceFigure.figure) ?? DriftFigure.figure(claim: claims[0], ladder: outcome.ladder))
    }
    try finish(report)
  }

  /// Prints the report and ends with its exit status.
  func finish(_ report: Report) throws {
    try present(report)
    if !check.exitZero, report.verdict != .holds { throw ExitCode(ExitStatus(report.verdict).rawValue) }
  }

  private func present(_ report: Report) throws {
    if output.json {
      try Console.print(JSONText.encode(report))
    } else if output.quiet {
      for claim in report.claims { try Console.print("\(claim.claim): \(ReportText.lastLine(claim))") }
    } else {
      try Console.print(ReportText.render(report))
    }
  }
}
