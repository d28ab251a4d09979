/// What a command measured in many runs without judging anything: tables and figures.
public struct TabulatedSection: Sendable {
  /// What was measured, in a few words.
  public let measured: String
  /// How it ended, in words.
  public package(set) var outcome: String
  /// What to try where it is incomplete; empty otherwise.
  public package(set) var remedy: String
  /// Whether every run came to its end.
  public let isComplete: Bool
  /// The numbers.
  public let tables: [Table]
  /// The numbers as curves.
  public let figures: [Figure]
  /// The worst verdict of the runs; nil where nothing was judged.
  public let verdict: Verdict?

  /// Tables and figures of runs that ended like this.
  package init(
    _ measured: String, outcome: (sentence: String, remedy: String, isComplete: Bool), tables: [Table],
    figures: [Figure], verdict: Verdict? = nil
  ) {
    self.measured = measured
    (self.outcome, remedy, isComplete) = (outcome.sentence, outcome.remedy, outcome.isComplete)
    self.tables = tables
    self.figures = figures
    self.verdict = verdict
  }
}

extension TabulatedSection: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("measured", measured)
    try object.put("outcome", outcome)
    try object.put("remedy", remedy)
    try object.put("isComplete", isComplete)
    try object.put("tables", each: tables)
    try object.put("figures", each: figures)
    try object.put("verdict", verdict?.rawValue)
  }
}

/// Of an experiment's summary what is there without a flow: no tolerance, horizon or unbalancedness of a start.
struct TabulatedExperiment: Encodable {
  let summary: ExperimentSummary

  func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    // A summary of runs has settings alone.
    func words(_ text: String) -> String? { text.isEmpty ? nil : text }
    func number(_ count: Int) -> Int? { count == 0 ? nil : count }
    try object.put("settings", each: summary.settings)
    try object.put("model", words(summary.model))
    try object.put("parameters", number(summary.parameters))
    try object.put("measurements", number(summary.measurements))
    try object.put("data", words(summary.data))
    try object.put("loss", words(summary.loss))
    try object.put("start", words(summary.start))
    try object.put("method", words(summary.method))
    try object.put("notes", each: summary.notes)
  }
}
