import FlowODE
import Theorems
import Verdicts

/// What a command is going to do, once everything that can be checked beforehand was.
package struct Study {
  package let experiment: Experiment
  /// What a reader must know besides, such as why a claim was left out.
  package let notes: [String]
  /// The names of the parts whose progress is shown.
  package let parts: [String]
  /// Whether series are kept even if no directory is written.
  package let alwaysRecords: Bool
  /// Whether components are followed by their numbers, as a figure shows them.
  package let followsComponents: Bool
  /// What `--plot` draws.
  package let figures: FigureChoice
  /// The names of the tables that ``Findings/tables`` will hold.
  package let tables: [String]
  /// Does it.
  package let examine: (Bench) throws -> Findings

  package init(
    experiment: Experiment, notes: [String] = [], parts: [String], alwaysRecords: Bool = false,
    followsComponents: Bool = false, figures: FigureChoice = .first(of: nil), tables: [String] = [],
    examine: @escaping (Bench) throws -> Findings
  ) {
    self.experiment = experiment
    self.notes = notes
    self.parts = parts
    self.alwaysRecords = alwaysRecords
    self.followsComponents = followsComponents
    self.figures = figures
    self.tables = tables
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
  func report(
    _ claims: [ClaimReport], kinks: KinkReport? = nil, warnings: [ReportWarning] = [], unobservedRatio: Double? = nil,
    observed: [String: Double]? = nil, section: Report.Section? = nil
  ) -> Report {
    Report(
      command: command, experiment: summary, claims: claims, kinks: kinks, warnings: warnings,
      unobservedRatio: unobservedRatio, observed: observed, section: section)
  }
}
