import ArrayFiles
import Models
import Verdicts

/// Figures from what runs and sweeps have left in directories, without running anything.
package struct SavedFigures {
  private let runs: [SavedRun]
  private let sweeps: [SweepSummary]

  /// - Throws: ``FileError`` if a directory holds neither a run's results nor a sweep's.
  package init(_ directories: [String]) throws {
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
    self.runs = runs
    self.sweeps = sweeps
  }

  /// Figures that are made of series.csv: what is drawn over time, by the names of columns or their beginnings.
  private static let overTime: [(name: String, columns: [String], label: String)] = [
    ("loss", ["loss"], "loss"), ("error", ["reconstruction_error", "test_error", "held_out_error"], "relative error"),
    ("norms", ["component_norm_"], "component norm"), ("gradient", ["gradient_norm"], "gradient norm"),
  ]

  /// The names of the figures that can be drawn.
  package var names: [String] {
    var names: [String] = []
    for row in Self.overTime where runs.contains(where: { $0.holds(row.columns) }) { names.append(row.name) }
    if names.contains("norms") { names.append("norms-loss") }
    if !sweeps.isEmpty { names.append("summary") }
    for run in runs {
      for figure in run.figures where !names.contains(figure.name) { names.append(figure.name) }
    }
    return names
  }

  /// The figure of a name, of all runs on one pair of axes.
  ///
  /// - Parameter quantity: what `summary` shows; nil for the first that there is.
  /// - Throws: ``Refusal`` if there is none.
  package func figure(_ name: String, quantity: String? = nil) throws(Refusal) -> Figure {
    if name == "summary" { return try summary(quantity) }
    guard quantity == nil else {
      throw Refusal("--of says what the figure 'summary' shows, and '\(name)' is another", remedy: "drop it")
    }
    if let row = Self.overTime.first(where: { $0.name == name }) {
      return try timed(name, row.label, row.columns)
    }
    if name == "norms-loss" { return try againstLoss() }
    var drawn: [SavedRun] = []
    var figures: [Figure] = []
    for run in runs {
      guard let figure = run.figures.first(where: { $0.name == name }) else { continue }
      drawn.append(run)
      figures.append(figure)
    }
    guard !figures.isEmpty else { throw unknown(name) }
    return Self.joined(Array(zip(figures, labels(drawn))))
  }

  /// Figures of one name as one: the first axes of all of them on one pair, and below it the panels of equal names, in the order in
  /// which they first come.
  ///
  /// - Parameter figures: one or more, with what tells their curves apart.
  private static func joined(_ figures: [(figure: Figure, label: String)]) -> Figure {
    func curves(_ parts: [(figure: Figure, label: String)]) -> [Figure.Curve] {
      parts.flatMap { figure, label in
        figure.curves.map { curve in
          let name = label.isEmpty ? curve.name : "\(curve.name), \(label)"
          return Figure.Curve(name, x: curve.x, y: curve.y, role: curve.role)
        }
      }
    }
    func onOne(_ parts: [(figure: Figure, label: String)], panels: [Figure] = []) -> Figure {
      let first = parts[0].figure
      return Figure(
        first.title, name: first.name, xLabel: first.xLabel, yLabel: first.yLabel, logX: first.logX, logY: first.logY,
        curves: curves(parts), panels: panels)
    }
    var groups: [[(figure: Figure, label: String)]] = []
    for (figure, label) in figures {
      var taken: Set<Int> = []
      for panel in figure.panels {
        if let k = groups.indices.first(where: { groups[$0][0].figure.name == panel.name && !taken.contains($0) }) {
          groups[k].append((panel, label))
          taken.insert(k)
        } else {
          taken.insert(groups.count)
          groups.append([(panel, label)])
        }
      }
    }
    return onOne(figures, panels: groups.map { onOne($0) })
  }

  private func unknown(_ name: String) -> Refusal {
    Refusal(
      "--figure: there is no figure '\(name)' in these results",
      remedy: names.isEmpty
        ? "name directories of runs that keep their series" : "choose from: \(names.joined(separator: ", "))")
  }

  /// What tells runs apart: the settings in which they differ, in few words; empty for one run.
  private func labels(_ runs: [SavedRun]) -> [String] {
    guard runs.count > 1 else { return [""] }
    let all = Set(runs.flatMap { Array($0.settings.keys) })
    var paths: [String] = []
    for path in all.sorted() {
      let values = runs.map { run -> String in run.settings[path] ?? "" }
      if Set(values).count > 1 { paths.append(path) }
    }
    return runs.map { run -> String in
      var words: [String] = []
      for path in paths { words.append("\(Self.lastWord(path)) \(run.settings[path] ?? "default")") }
      return words.isEmpty ? run.directory : words.joined(separator: ", ")
    }
  }

  private static func lastWord(_ path: String) -> String {
    path.split(separator: ".").last.map { String($0) } ?? path
  }

  // MARK: Series

  private func timed(_ name: String, _ label: String, _ kinds: [String]) throws(Refusal) -> Figure {
    let own = runs.filter { $0.holds(kinds) }
    guard !own.isEmpty else { throw unknown(name) }
    var curves: [Figure.Curve] = []
    for (run, label) in zip(own, labels(own)) {
      let times = run.column("t") ?? []
      for column in run.series where SavedRun.belongs(column.name, kinds) {
        curves.append(Figure.Curve(Self.name(column.name, label, kinds), x: times, y: column.values))
      }
    }
    return Figure(
      "\(label) over time", name: name, xLabel: "t", yLabel: label, logX: Figure.isGeometric(curves[0].x),
      logY: name != "norms", curves: curves)
  }

  /// Component norms against the loss as it falls.
  private func againstLoss() throws(Refusal) -> Figure {
    let own = runs.filter { $0.holds(["component_norm_"]) }
    guard !own.isEmpty else { throw unknown("norms-loss") }
    var curves: [Figure.Curve] = []
    for (run, label) in zip(own, labels(own)) {
      let losses = run.column("loss") ?? []
      for column in run.series where column.name.hasPrefix("component_norm_") {
        curves.append(Figure.Curve(Self.name(column.name, label, ["component_norm_"]), x: losses, y: column.values))
      }
    }
    return Figure(
      "component norms against the loss", name: "norms-loss", xLabel: "loss", yLabel: "component norm", logX: true,
      curves: curves)
  }

  private static func name(_ column: String, _ label: String, _ kinds: [String]) -> String {
    let own = kinds.count == 1 && !kinds[0].hasSuffix("_") && !label.isEmpty ? "" : column.replacing("_", with: " ")
    return [own, label].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // MARK: Sweeps

  /// Medians of a quantity with the band between its quartiles, against the setting that varies in numbers; a curve for every combination
  /// of the others.
  private func summary(_ quantity: String?) throws(Refusal) -> Figure {
    guard let sweep = sweeps.first else { throw unknown("summary") }
    let known = sweep.quantities
    guard let chosen = quantity ?? known.first else {
      throw Refusal("the sweep has no numbers yet", remedy: "run it first")
    }
    guard known.contains(chosen) else {
      throw Refusal("--of: there is no quantity '\(chosen)'", remedy: "choose from: \(known.joined(separator: ", "))")
    }
    let axes = sweep.grid.cellAxes
    guard let axis = axes.firstIndex(where: { $0.values.count > 1 && $0.isNumeric }) else {
      throw Refusal(
        "no setting of the sweep varies in numbers but its seeds",
        remedy: "give a setting several numbers, such as init.scale")
    }
    var groups: [(name: String, rows: [(x: Double, summary: ErrorSummary)])] = []
    for (values, numbers) in sweep.cells(of: chosen) {
      guard let x = Double(values[axis]), let summary = ErrorSummary(numbers) else { continue }
      var words: [String] = []
      for k in axes.indices where k != axis { words.append("\(Self.lastWord(axes[k].setting)) \(values[k])") }
      let others = words.joined(separator: ", ")
      if let k = groups.firstIndex(where: { $0.name == others }) {
        groups[k].rows.append((x, summary))
      } else {
        groups.append((others, [(x, summary)]))
      }
    }
    var curves: [Figure.Curve] = []
    for (name, rows) in groups {
      let sorted = rows.sorted { $0.x < $1.x }
      let x = sorted.map(\.x)
      let label = name.isEmpty ? "median" : name
      curves.append(
        Figure.Curve("\(label), first quartile", x: x, y: sorted.map { $0.summary.quartiles[0] }, role: .lowerBound))
      curves.append(Figure.Curve(label, x: x, y: sorted.map { $0.summary.quartiles[1] }))
      curves.append(
        Figure.Curve("\(label), third quartile", x: x, y: sorted.map { $0.summary.quartiles[2] }, role: .upperBound))
    }
    let (xs, ys) = (curves.flatMap(\.x), curves.flatMap(\.y))
    func spans(_ values: [Double]) -> Bool {
      guard let least = values.min(), let largest = values.max() else { return false }
      return least > 0 && largest >= 20 * least
    }
    return Figure(
      "\(chosen): median and quartiles over seeds", name: "summary", xLabel: axes[axis].setting,
      yLabel: chosen.replacing("_", with: " "), logX: spans(xs), logY: spans(ys), curves: curves)
  }
}
