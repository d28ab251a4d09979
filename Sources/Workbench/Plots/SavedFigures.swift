import ArrayFiles
import Models
import Verdicts

/// Figures from what runs and sweeps have left in directories, without running anything.
package struct SavedFigures {
  private let runs: [SavedRun]
  private let sweeps: [SweepSummary]

  /// - Parameter condition: whether runs with these settings are shown.
  /// - Throws: ``FileError`` if a directory holds neither a run's results nor a sweep's.
  package init(_ directories: [String], where condition: ([String: String]) -> Bool = { _ in true }) throws {
    var runs: [SavedRun] = []
    var sweeps: [SweepSummary] = []
    for directory in directories {
      guard Folder.holds([SweepStore.originName], in: directory) else {
        runs.append(try SavedRun(directory))
        continue
      }
      let sweep = try SweepSummary(directory: directory)
      sweeps.append(sweep)
      for (number, outcome) in sweep.points where outcome != nil {
        runs.append(try SavedRun("\(directory)/points/\(sweep.grid.name(number))"))
      }
    }
    self.runs = runs.filter { condition($0.settings) }
    self.sweeps = sweeps
  }

  private static let hidden = "runs in which one entry of a square matrix is hidden"
  private static let components = "runs of models with components"

  /// The figures that are made of series.csv.
  private static let table: [SavedFigure] = [
    SavedFigure("loss", "the loss over time", columns: [["loss"]], keptBy: "runs that keep their series") { runs in
      TimeFigures.one(runs, "loss", column: "loss", label: "loss")
    },
    SavedFigure(
      "error", "relative errors over time: of reconstruction, held out, of a test",
      columns: [["reconstruction_error", "test_error", "held_out_error"]], keptBy: "runs that know their target"
    ) { runs in TimeFigures.errors(runs) },
    SavedFigure(
      "error-scaled-time",
      "the same over t·αⁿ⁻², n the depth or order, in which starts of all scales leave zero together",
      columns: [["reconstruction_error", "test_error", "held_out_error"]], where: ScaledTime.isKnown(of:),
      keptBy: "runs of --model matrix or cp that know their target, from a start of some --init-scale"
    ) { runs in TimeFigures.errors(runs, name: "error-scaled-time", over: ScaledTime.axis) },
    SavedFigure(
      "gradient", "the gradient's norm over time", columns: [["gradient_norm"]], keptBy: "runs that keep their series"
    ) { runs in TimeFigures.one(runs, "gradient", column: "gradient_norm", label: "gradient norm") },
    SavedFigure(
      "norms", "norms of the largest components over time, a panel a run", columns: [["component_norm_"]],
      keptBy: components
    ) { runs in
      TimeFigures.several(
        runs, "norms", prefix: "component_norm_", title: "component norms", label: "component norm")
    },
    SavedFigure(
      "singular-values", "singular values of the end-to-end matrix over time, a panel a run",
      columns: [["component_norm_"]], of: "matrix factorization", keptBy: "runs of --model matrix"
    ) { runs in
      TimeFigures.several(
        runs, "singular-values", prefix: "component_norm_", title: "singular values", label: "singular value")
    },
    SavedFigure(
      "local-components", "norms of every node's largest local components against the loss, a panel a node",
      columns: [["local_"], ["loss"]], keptBy: "runs of --model hierarchical"
    ) { runs in LossFigures.locals(runs) },
    SavedFigure(
      "norms-loss", "norms of the largest components against the loss, a panel a run",
      columns: [["component_norm_"], ["loss"]], keptBy: components
    ) { runs in LossFigures.norms(runs) },
    SavedFigure(
      "hidden-entry", "the hidden entry's size against ℓ = δ²/2, above its lower bound",
      columns: [["hidden_entry"], ["residual_norm"]], keptBy: hidden
    ) { (runs) throws(Refusal) in try HiddenEntryFigures.entry(runs) },
    SavedFigure(
      "norms-effective-rank",
      "nuclear norm, a quasi-norm, effective rank and distance to rank one against ℓ, with bounds",
      columns: [["nuclear_norm"], ["effective_rank"], ["rank_one_distance"], ["residual_norm"]], keptBy: hidden
    ) { (runs) throws(Refusal) in try HiddenEntryFigures.norms(runs) },
    SavedFigure(
      "determinant", "det W against ℓ: where it is positive, and below where it is negative",
      columns: [["determinant"], ["residual_norm"]], keptBy: hidden
    ) { runs in LossFigures.determinant(runs) },
  ]

  private static let summary = "summary"

  /// Every figure that can be made of saved results, with what it shows, but for those that reports have.
  package static var help: [(name: String, text: String)] {
    table.map { ($0.name, $0.text) } + [
      (summary, "of a sweep: median and quartiles over seeds of --of NAME against the number that takes most values")
    ]
  }

  /// The names of the figures that can be drawn.
  package var names: [String] {
    var names = Self.table.filter { row in runs.contains(where: row.takes) }.map(\.name)
    if !sweeps.isEmpty { names.append(Self.summary) }
    for run in runs {
      for figure in run.figures where !names.contains(figure.name) { names.append(figure.name) }
    }
    return names
  }

  /// The figure of a name, of all runs that have it.
  ///
  /// - Parameter quantity: what `summary` shows; nil for the first that there is.
  /// - Returns: the figure, and which runs it does not show, a sentence each.
  /// - Throws: ``Refusal`` if there is none.
  package func figure(
    _ name: String, quantity: String? = nil
  ) throws(Refusal) -> (figure: Figure, notes: [String]) {
    if name == Self.summary {
      guard let sweep = sweeps.first else { throw unknown(name) }
      return (try SweepFigure.summary(sweep, of: quantity), [])
    }
    guard quantity == nil else {
      throw Refusal("--of says what the figure 'summary' shows, and '\(name)' is another", remedy: "drop it")
    }
    if let row = Self.table.first(where: { $0.name == name }), runs.contains(where: row.takes) {
      let (figure, left) = Decades.limited(try row.draw(RunLabels.labelled(runs.filter(row.takes))))
      return (figure, notes { row.takes($0) } + left)
    }
    let own = runs.filter { run in run.figures.contains { $0.name == name } }
    guard !own.isEmpty else { throw Self.table.first { $0.name == name }?.refusal ?? unknown(name) }
    let figures = RunLabels.labelled(own).compactMap { item in
      item.run.figures.first { $0.name == name }.map { (figure: $0, label: item.label) }
    }
    return (ReportFigures.joined(figures), notes { run in run.figures.contains { $0.name == name } })
  }

  /// Which runs a figure does not show.
  private func notes(_ isShown: (SavedRun) -> Bool) -> [String] {
    let others = runs.filter { !isShown($0) }.map(\.directory)
    guard let first = others.first else { return [] }
    let rest = others.count > 1 ? " and \(counted(others.count - 1, "other"))" : ""
    return ["left out, as \(others.count > 1 ? "they have" : "it has") nothing of it: \(first)\(rest)"]
  }

  private func unknown(_ name: String) -> Refusal {
    Refusal(
      "--figure: there is no figure '\(name)' in these results",
      remedy: names.isEmpty
        ? "name directories of runs that keep their series" : "choose from: \(names.joined(separator: ", "))")
  }
}
