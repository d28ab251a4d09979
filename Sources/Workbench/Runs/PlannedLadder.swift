import FlowODE
import Models
import Theorems
import Verdicts

/// A ladder that was checked and is ready to be run, with the claims that are judged from it.
struct PlannedLadder {
  let claims: [String]
  /// The experiment with the ladder's own start.
  let experiment: Experiment
  /// The names of the parts whose progress is shown.
  let parts: [String]
  /// What the scales mean; nil for a ladder of something else.
  let scales: [Double]?
  /// What `--plot` draws where nothing else is examined; nil draws the claims' figures.
  let figures: FigureChoice?
  /// Tables that some claims leave besides the series.
  private static let details = ["rank-one": "distances.csv", "incremental": "components.csv"]

  /// What the one file is called beside others that all claims share; nil where every claim leaves its own.
  private let sharedFile: String?

  /// What all its runs leave besides, as ``LadderFile`` has it.
  private let furtherFile: (name: String, nameAmongOthers: String)?

  /// The names of the files it leaves, alone or beside others, as ``LadderFile`` has them.
  func tables(isAlone: Bool) -> [String] {
    if let sharedFile { return [isAlone ? "series.csv" : "\(sharedFile).csv"] }
    let further = furtherFile.map { [isAlone ? $0.name : $0.nameAmongOthers] } ?? []
    let own = claims.flatMap { claim in
      let detail = Self.details[claim].map { [isAlone ? $0 : "\(claim)-\($0)"] } ?? []
      return [isAlone ? "series.csv" : "\(claim).csv"] + detail
    }
    return own + further
  }

  /// Runs it, and where it stands alone watches the run that is kept.
  let examine: (ExperimentSummary, RunContext, _ isWatched: Bool) throws -> Result

  /// What a ladder leaves behind.
  struct Result {
    let reports: [ClaimReport]
    let files: [LadderFile]
    let section: Report.Section?
    let warnings: [ReportWarning]
  }

  /// - Parameters:
  ///   - file: what all runs leave besides the claims' own files: its name, that of what it is about, and what it holds.
  ///   - section: what the report says besides the claims.
  init<Runs: Ladder>(
    _ examination: LadderExamination<Runs>, experiment: Experiment, parts: [String] = [], scales: [Double]? = nil,
    figures: FigureChoice? = nil, file: (topic: String, name: String, table: (Runs.Found) -> NumberTable)? = nil,
    section: @escaping (ExperimentSummary, Runs.Found) -> Report.Section? = { _, _ in nil }
  ) {
    claims = examination.claims.map { $0.card.name }
    self.experiment = experiment
    self.parts = parts
    self.scales = scales
    self.figures = figures
    sharedFile = nil
    func files(_ found: Runs.Found?) -> [LadderFile] {
      guard let file, let found else { return [] }
      return [LadderFile(claim: file.topic, name: file.name, table: file.table(found))]
    }
    furtherFile = file.map { ($0.name, "\($0.topic)-\($0.name)") }
    examine = { summary, context, isWatched in
      let outcome = try examination.run(context, isWatched: isWatched)
      return Result(
        reports: outcome.reports, files: outcome.files + files(outcome.found),
        section: outcome.found.flatMap { section(summary, $0) },
        warnings: outcome.warnings)
    }
  }

  /// Claims of a text about the limit of small starts, judged from one ladder of scales.
  init(_ limits: TextLimits, runsControls: Bool) {
    claims = limits.claims.map(\.card.name)
    experiment = limits.experiment
    parts = limits.scales.map { "α \(tableNumber($0))" }
    scales = limits.scales
    figures = nil
    sharedFile = TextLimits.fileName
    furtherFile = nil
    examine = { _, context, _ in
      let outcome = try limits.run(runsControls: runsControls, context)
      return Result(reports: outcome.reports, files: [outcome.file], section: nil, warnings: [])
    }
  }

  /// A ladder of scales α with one claim of its own.
  init<Study: ValueLadder & LadderClaim>(_ study: Study, experiment: Experiment, runsControls: Bool)
  where Study.Runs == Study {
    self.init(
      study.examination(runsControls: runsControls), experiment: experiment,
      parts: study.canRun ? study.values.map { "α \(tableNumber($0))" } : [],
      scales: study.canRun ? study.values : nil)
  }
}
