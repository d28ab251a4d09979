import ExternalModels
import FlowODE
import Models
import Presentation
import Settings
import Synchronization
import Theorems
import Verdicts

/// A command's run: settings in; files and a report out.
///
/// Build the experiment, plan the study (which refuses what cannot be done), open the files, examine, write, draw: the order is
/// the same for all commands, so that nothing long runs before everything was checked and nothing partial is left behind.
package struct Run {
  package let command: ExperimentCommand
  package let settings: Settings
  package let output: OutputRequest
  /// What the report says besides, such as settings that are not used.
  package let notes: [String]
  private let programs: ProgramSource
  private let isCancelled: @Sendable () -> Bool

  package init(
    _ command: ExperimentCommand, settings: Settings, output: OutputRequest = OutputRequest(), notes: [String] = []
  ) {
    self.command = command
    self.settings = settings
    self.output = output
    self.notes = notes
    let watch = output.watch
    isCancelled = { Interruption.shared.requested || watch?.isCancelled() ?? false }
    programs = ProgramSource(
      allowsFiles: output.allowsProgram, timeLimit: output.timeLimit, isCancelled: isCancelled)
  }

  /// - Throws: ``Refusal``, ``WordedRefusal``, ``SettingsError``, ``FileError``, ``FigureError``, ``InterruptedRun``, ``ProgramFailure``.
  package func report() throws -> Report { try withPrograms { try examined() } }

  /// Ends the program that was started, whatever happens. Where it failed, that is what happened, whatever became of the numbers.
  private func withPrograms<Value>(_ body: () throws -> Value) throws -> Value {
    defer { programs.close() }
    do {
      return try body()
    } catch {
      if case let failure as ProgramFailure = programs.failure { throw failure }
      if error is InterruptedStart { throw Interrupted() }
      throw error
    }
  }

  private func examined() throws -> Report {
    let (study, builder) = try plan(settings)
    let echo = try echo(of: builder, study)
    let summary = try ExperimentSummary(
      study.experiment, settings: echo, notes: study.experiment.problem.notes + study.notes + notes)
    let results = try ResultFiles(
      output: output, settings: summary.settings, command: command.name, figures: study.figures, tables: study.tables)
    defer { results.discard() }
    let inputs =
      results.directory == nil
      ? nil
      : try InputDigests(
        study.experiment, settings: builder.settings, data: builder.flow?.dataFiles ?? [],
        program: builder.flow?.external?.words)
    let observations = try builder.flow.flatMap { (flow) throws(Refusal) in
      try FlowObservations(flow, study.experiment)
    }
    let recording = Recording(
      problem: study.experiment.problem, observations: observations,
      isNeeded: study.alwaysRecords || results.directory != nil && output.keepsStates,
      follows: study.followsComponents,
      further: { [experiment = study.experiment] in
        HiddenEntrySeries(experiment) ?? AlignmentSeries(experiment) ?? LocalComponentSeries(experiment)
      }, files: results, open: results.openTrajectory)
    let progress = output.watch.map { RunProgress(watched: $0, study.parts.count) } ?? RunProgress(study.parts, output)
    defer { progress.finish() }
    let programs = programs
    let isCancelled = isCancelled
    var context = RunContext(
      threads: output.threads, isCancelled: { isCancelled() || programs.failure != nil },
      progress: progress.report, recorders: recording.observers)
    if let inputs {
      (context.keptRuns, context.records) = (output.keptRuns, [recording])
      context = context.keeping(under: inputs.text)
    }
    var findings = try study.examine(
      Bench(command: command.name, summary: summary, recording: recording, context: context))
    if let failure = programs.failure { throw failure }
    if output.proves {
      ProofsBeside(flow: builder.flow, model: study.experiment.problem.model).add(to: &findings.report)
    }
    findings.report = findings.report.worded(Wording.flags)
    progress.finish()
    try results.write(
      findings, recording: recording, configuration: Configuration(command.name, builder, echo).text, inputs: inputs)
    try results.draw(findings.report)
    return findings.report
  }

  /// The whole experiment as TOML, every default in it: a file with it means the same as ``settings``.
  ///
  /// - Throws: as ``report()`` does before anything runs.
  package func configuration() throws -> String {
    try withPrograms {
      let (study, builder) = try plan(settings)
      return try Configuration(command.name, builder, echo(of: builder, study)).text
    }
  }

  private func plan(
    _ settings: Settings, horizon: SettledHorizon? = nil
  ) throws -> (study: Study, builder: ExperimentBuilder) {
    let programs = programs
    let isCancelled = isCancelled
    var builder = ExperimentBuilder(
      settings: settings, defaults: command.defaults, horizon: horizon, programs: programs,
      isCancelled: { isCancelled() || programs.failure != nil })
    let study = try command.plan(&builder, output.threads)
    return (study, builder)
  }

  /// The settings that the report lists, by path, as text.
  private func echo(of builder: ExperimentBuilder, _ study: Study) throws -> [String: String] {
    let horizon = study.experiment.horizon
    let paths = try Echo.paths(of: builder) { try plan($0, horizon: horizon).builder.settings }
    return Dictionary(uniqueKeysWithValues: paths.map { ($0, builder.settings.value($0)?.text ?? "") })
  }
}

/// How far the parts of a run have come, for the terminal or for whoever follows the run.
private struct RunProgress {
  let report: @Sendable (_ part: Int, _ fraction: Double) -> Void
  let finish: () -> Void

  init(_ parts: [String], _ output: OutputRequest) {
    let line = ProgressLine(parts: parts, verbose: output.verbose)
    report = { line.report($0, fraction: $1) }
    finish = line.finish
  }

  init(watched watch: RunWatch, _ count: Int) {
    let fractions = Mutex([Double](repeating: 0, count: count))
    report = { part, fraction in
      let sum = fractions.withLock { fractions in
        if fractions.indices.contains(part), fraction.isFinite { fractions[part] = min(1, max(0, fraction)) }
        return fractions.reduce(0, +)
      }
      watch.progress(sum / Double(max(1, count)))
    }
    finish = {}
  }
}
