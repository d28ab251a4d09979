import Theorems
import Verdicts

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
