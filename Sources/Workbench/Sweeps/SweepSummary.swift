import Models
import Settings
import Verdicts

/// What a sweep found, over its points: counts of verdicts, medians and quartiles of numbers, and how to run again what is not as
/// expected.
package struct SweepSummary {
  package let grid: SweepGrid
  /// The settings that all points share.
  let settings: [String: String]
  /// Where the points are; nil if they were not kept.
  let directory: String?
  /// The points that are spoken of, with what came out; nil for those that are not finished.
  package let points: [(number: Int, outcome: PointOutcome?)]
  package let expectations: Expectations
  /// Why points have no outcome.
  let failures: [Int: String]

  /// - Parameter outcome: what came out at a point; nil if it is not finished.
  init(
    grid: SweepGrid, settings: [String: String], directory: String?, points: [Int], expectations: Expectations,
    failures: [Int: String] = [:], outcome: (Int) throws -> PointOutcome?
  ) rethrows {
    self.grid = grid
    self.settings = settings
    self.directory = directory
    self.points = try points.map { ($0, try outcome($0)) }
    self.expectations = expectations
    self.failures = failures
  }

  /// The summary of a sweep's directory.
  ///
  /// - Throws: ``FileError`` if it holds no sweep, or something that cannot be understood.
  package init(directory: String) throws {
    let store = try SweepStore(reading: directory)
    let key = SettingKey<[String]>.sweepExpect
    var words: [String]?
    if let text = store.origin.settings[key.path] {
      // As a list is written.
      words = text.split(separator: ",").map { word in word.filter { !"[] ".contains($0) } }
    }
    try self.init(
      grid: store.origin.grid, settings: store.origin.settings, directory: directory,
      points: Array(0..<store.origin.grid.count),
      expectations: try Expectations(words ?? [Expectations.usual], place: "\(directory)/\(SweepStore.originName)"),
      outcome: store.outcome)
  }

  /// How to run a point again; nil if it was not kept.
  package func line(_ point: Int, _ outcome: PointOutcome) -> String? {
    guard let directory else { return nil }
    return
      "flowcheck \(outcome.command) --config \(ShellText.quoted("\(directory)/points/\(grid.name(point))/config.toml"))"
  }

  /// The report of `sweep` and `summarize`.
  package func report(_ command: String) -> Report {
    let judged = points.flatMap { $0.outcome?.verdicts(expectations) ?? [] }
    let unmet = judged.filter { $0.verdict != $0.expected }
    let open = points.count { $0.outcome == nil }
    let finished = points.count - open
    var parts = ["\(finished) of \(counted(points.count, "point")) finished"]
    if !unmet.isEmpty { parts.append("\(unmet.count) of \(counted(judged.count, "verdict")) not as expected") }
    if !failures.isEmpty { parts.append("\(failures.count) ended with an error") }
    let section = TabulatedSection(
      title,
      outcome: (
        parts.joined(separator: ", "),
        open > failures.count ? "run the sweep again: it goes on with the points that are missing" : "", open == 0
      ),
      tables: [verdictTable, numberTable, unmetTable, openTable].filter { !$0.rows.isEmpty }, figures: [],
      verdict: Self.verdict(unmet, isWhole: open == 0 && !judged.isEmpty))
    return Report(
      command: command, experiment: ExperimentSummary(settings: settings), claims: [], section: .tabulated(section))
  }

  /// *Holds* where everything is as expected; a verdict that contradicts what is expected counts as *violated*.
  private static func verdict(
    _ unmet: [(claim: String, verdict: Verdict, expected: Verdict, reason: String)], isWhole: Bool
  ) -> Verdict {
    let words = unmet.map { $0.verdict == .holds || $0.verdict == .violated ? Verdict.violated : .inconclusive }
    return Verdict.worst(words + (isWhole ? [.holds] : [.inconclusive]))
  }

  private var title: String {
    let axes = grid.axes.map { axis in
      let values = axis.values.count > 6 ? "\(axis.values.count) values" : axis.values.joined(separator: ", ")
      return "\(axis.setting) \(values)"
    }
    return axes.isEmpty ? "one point" : axes.joined(separator: " × ")
  }

  /// The names of the numbers that points have, in the order in which they turn up.
  var quantities: [String] { Self.unique(points.flatMap { $0.outcome?.numbers.map(\.name) ?? [] }) }

  /// The finite values of a quantity in each cell, with the values that tell cells apart.
  func cells(of quantity: String) -> [(values: [String], numbers: [Double])] {
    cells.map { values, outcomes in
      (values, outcomes.flatMap { $0.numbers.filter { $0.name == quantity }.compactMap(\.value) })
    }
  }

  /// What came out in each cell, in the grid's order, with the values that tell cells apart.
  private var cells: [(values: [String], outcomes: [PointOutcome])] {
    var cells: [(id: Int, values: [String], outcomes: [PointOutcome])] = []
    for (number, outcome) in points {
      guard let outcome else { continue }
      let id = grid.cell(number)
      if cells.last?.id != id {
        cells.append((id, zip(grid.axes, grid.values(number)).filter { !$0.0.isSeed }.map(\.1), []))
      }
      cells[cells.count - 1].outcomes.append(outcome)
    }
    return cells.map { ($0.values, $0.outcomes) }
  }

  // MARK: Tables

  /// Values as a table shows them.
  private static func shown(_ values: [String]) -> [Cell] {
    values.map { value in Double(value).map { .number($0) } ?? .text(value) }
  }

  /// Each name once, in the order of its first place.
  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private var cellColumns: [String] { grid.cellAxes.map(\.setting) }

  private var verdictTable: Table {
    var table = Table(
      "verdicts",
      columns: ["claim"] + cellColumns + ["points"] + Verdict.allCases.map(\.rawValue) + ["as expected"])
    for (values, outcomes) in cells {
      let judged = outcomes.flatMap { $0.verdicts(expectations) }
      for claim in Self.unique(judged.map(\.claim)) {
        let own = judged.filter { $0.claim == claim }
        let counts = Verdict.allCases.map { verdict in own.count { $0.verdict == verdict } }
        let met = own.count { $0.verdict == $0.expected }
        table.rows.append(
          [.text(claim)] + Self.shown(values) + ([own.count] + counts + [met]).map { .number(Double($0)) })
      }
    }
    return table
  }

  private var numberTable: Table {
    var table = Table(
      "numbers", columns: ["quantity"] + cellColumns + ["points", "least", "q1", "median", "q3", "largest"])
    for (values, outcomes) in cells {
      let numbers = outcomes.flatMap(\.numbers)
      for name in Self.unique(numbers.map(\.name)) {
        let own = numbers.filter { $0.name == name }.compactMap(\.value)
        guard let summary = ErrorSummary(own), let least = own.min(), let largest = own.max() else { continue }
        table.rows.append(
          [.text(name)] + Self.shown(values)
            + ([Double(own.count), least] + summary.quartiles + [largest]).map { Cell.number($0) })
      }
    }
    return table
  }

  private var unmetTable: Table {
    var table = Table("not as expected", columns: ["point", "settings", "claim", "verdict", "reason", "again"])
    for (number, outcome) in points {
      guard let outcome else { continue }
      for (claim, verdict, expected, reason) in outcome.verdicts(expectations) where verdict != expected {
        table.rows.append([
          .text(grid.name(number)), .text(grid.words(number)), .text(claim), .text(verdict.rawValue), .text(reason),
          line(number, outcome).map { .text($0) } ?? .none,
        ])
      }
    }
    return table
  }

  private var openTable: Table {
    var table = Table("not finished", columns: ["point", "settings", "reason"])
    for (number, outcome) in points where outcome == nil {
      table.rows.append([
        .text(grid.name(number)), .text(grid.words(number)), .text(failures[number] ?? "not run yet"),
      ])
    }
    return table
  }
}
