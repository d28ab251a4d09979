import Models
import Verdicts

/// A figure that is made of what runs keep in series.csv: a row of ``SavedFigures/table``.
struct SavedFigure: Sendable {
  /// What `--figure` calls it.
  let name: String
  /// What it shows, for the help.
  let text: String
  /// What a run must have kept: of each group one column of these names, or of which one is the beginning.
  let columns: [[String]]
  /// How the model's summary must begin; nil for any model.
  let model: String?
  /// What else must be known of a run.
  let condition: @Sendable (_ run: SavedRun) -> Bool
  /// Which runs keep that, for refusals.
  let source: String
  /// Draws those runs that kept it, at least one.
  let draw: @Sendable (_ runs: [LabelledRun]) throws(Refusal) -> Figure

  init(
    _ name: String, _ text: String, columns: [[String]], of model: String? = nil,
    where condition: @escaping @Sendable (_ run: SavedRun) -> Bool = { _ in true }, keptBy source: String,
    draw: @escaping @Sendable (_ runs: [LabelledRun]) throws(Refusal) -> Figure
  ) {
    (self.name, self.text, self.columns, self.model) = (name, text, columns, model)
    (self.condition, self.source, self.draw) = (condition, source, draw)
  }

  /// Whether a run kept what the figure is made of.
  func takes(_ run: SavedRun) -> Bool {
    columns.allSatisfy(run.holds) && (model.map(run.model.hasPrefix) ?? true) && condition(run)
  }

  /// Why it cannot be drawn of runs that it does not take.
  var refusal: Refusal {
    let names = columns.flatMap { $0 }.map { $0.hasSuffix("_") ? $0 + "…" : $0 }
    return Refusal(
      "--figure \(name): no series.csv of these has \(names.joined(separator: names.count > columns.count ? " or " : ", "))",
      remedy: "name results of \(source)")
  }
}

/// A run, and what tells it from the others of a figure: empty where there is but one.
struct LabelledRun {
  let run: SavedRun
  let label: String

  /// The name of a curve of it, where that says what it shows too.
  func name(_ what: String) -> String { label.isEmpty ? what : "\(what), \(label)" }
  /// The name of its only curve on a pair of axes whose label says what is shown.
  func name(orElse what: String) -> String { label.isEmpty ? what : label }
}
