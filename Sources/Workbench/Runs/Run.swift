import FlowODE
import Presentation
import Settings
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

  package init(_ command: ExperimentCommand, settings: Settings, output: OutputRequest = OutputRequest()) {
    self.command = command
    self.settings = settings
    self.output = output
  }

  /// - Throws: ``Refusal``, ``WordedRefusal``, ``SettingsError``, ``FileError``, ``FigureError``, ``InterruptedRun``.
  package func report() throws -> Report {
    let (study, builder) = try plan(settings)
    let echo = try echo(of: builder)
    let summary = try ExperimentSummary(study.experiment, settings: echo, notes: study.notes)
    let results = try ResultFiles(
      output: output, settings: summary.settings, command: command.name, figures: study.figures)
    defer { results.discard() }
    let inputs = results.directory == nil ? nil : try InputDigests(study.experiment, settings: builder.settings)
    let recording = Recording(problem: study.experiment.problem, results: results, always: study.alwaysRecords)
    let progress = ProgressLine(parts: study.parts, verbose: output.verbose)
    defer { progress.finish() }
    let context = RunContext(
      threads: output.threads, isCancelled: { Interruption.shared.requested },
      progress: { progress.report($0, fraction: $1) }, recorders: recording.observers)
    var findings = try study.examine(
      Bench(command: command.name, summary: summary, recording: recording, context: context))
    findings.report = findings.report.worded(Wording.flags)
    progress.finish()
    try results.write(
      findings, recording: recording, configuration: Configuration(command, builder, echo).text, inputs: inputs)
    try results.draw(findings.report)
    return findings.report
  }

  /// The whole experiment as TOML, every default in it: a file with it means the same as ``settings``.
  ///
  /// - Throws: as ``report()`` does before anything runs.
  package func configuration() throws -> String {
    let (_, builder) = try plan(settings)
    return try Configuration(command, builder, echo(of: builder)).text
  }

  private func plan(_ settings: Settings) throws -> (study: Study, builder: ExperimentBuilder) {
    var builder = ExperimentBuilder(settings: settings, defaults: command.defaults)
    let study = try command.plan(&builder, output.threads)
    return (study, builder)
  }

  /// The settings that the report lists, by path, as text.
  private func echo(of builder: ExperimentBuilder) throws -> [String: String] {
    let paths = try Echo.paths(of: builder) { try plan($0).builder.settings }
    return Dictionary(uniqueKeysWithValues: paths.map { ($0, builder.settings.value($0)?.text ?? "") })
  }
}

/// What a command is going to do, once everything that can be checked beforehand was.
package struct Study {
  package let experiment: Experiment
  /// What a reader must know besides, such as why a claim was left out.
  package let notes: [String]
  /// The names of the parts whose progress is shown.
  package let parts: [String]
  /// Whether series are kept even if no directory is written.
  package let alwaysRecords: Bool
  /// What `--plot` draws.
  package let figures: FigureChoice
  /// Does it.
  package let examine: (Bench) throws -> Findings

  package init(
    experiment: Experiment, notes: [String] = [], parts: [String], alwaysRecords: Bool = false,
    figures: FigureChoice = .first(of: nil), examine: @escaping (Bench) throws -> Findings
  ) {
    self.experiment = experiment
    self.notes = notes
    self.parts = parts
    self.alwaysRecords = alwaysRecords
    self.figures = figures
    self.examine = examine
  }
}

/// What a study works with: how its report begins, what records the trajectory that is kept, and who may interrupt it.
package struct Bench {
  package let command: String
  package let summary: ExperimentSummary
  package let recording: Recording
  package let context: RunContext

  /// The report of these claims.
  func report(_ claims: [ClaimReport], kinks: KinkReport? = nil, section: Report.Section? = nil) -> Report {
    Report(command: command, experiment: summary, claims: claims, kinks: kinks, section: section)
  }
}

/// What a study found, and what of it goes into files.
package struct Findings {
  package internal(set) var report: Report
  /// What the rungs cost, for the provenance.
  package var counts: [Provenance.Rung] = []
  /// Files of numbers, of which one is series.csv, in place of the recording's series.
  package var tables: [(name: String, table: NumberTable)] = []
}

/// Which of a report's figures are drawn.
package enum FigureChoice: Sendable {
  /// The figure that a claim itself asks for, that of the claim named first; the drift of the first claim where none does.
  case first(of: String?)
  /// Several by name, each with what its file's name gets appended.
  case named([(name: String, suffix: String)])
}
