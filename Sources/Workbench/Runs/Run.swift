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
  /// The command's name in reports.
  package let command: String
  package let settings: Settings
  package let output: OutputRequest
  /// What the command means by settings that are not given.
  package var defaults: CommandDefaults

  package init(
    command: String, settings: Settings, output: OutputRequest, defaults: CommandDefaults = CommandDefaults()
  ) {
    self.command = command
    self.settings = settings
    self.output = output
    self.defaults = defaults
  }

  /// - Parameter plan: makes the study of this command from the settings.
  /// - Throws: ``ExperimentError``, ``FileError``, ``FigureError``, ``InterruptedRun``.
  package func report(_ plan: (ExperimentBuilder) throws -> Study) throws -> Report {
    let builder = ExperimentBuilder(settings: settings, defaults: defaults)
    let study = try plan(builder)
    let summary = try ExperimentSummary(study.experiment, settings: builder.echo, notes: study.notes)
    let results = try ResultFiles(
      output: output, settings: summary.settings, command: command, figures: study.figures)
    defer { results.discard() }
    let recording = Recording(problem: study.experiment.problem, results: results, always: study.alwaysRecords)
    let progress = ProgressLine(parts: study.parts, verbose: output.verbose)
    defer { progress.finish() }
    let context = RunContext(
      threads: output.threads, isCancelled: { Interruption.shared.requested },
      progress: { progress.report($0, fraction: $1) }, recorders: recording.observers)
    let findings = try study.examine(
      Bench(command: command, summary: summary, recording: recording, context: context))
    progress.finish()
    try results.write(findings, recording: recording)
    try results.draw(findings.report)
    return findings.report
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
  package let report: Report
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
