import Settings

/// A published experiment as a file: settings that all its parts share, what each part sets besides, and the outcomes that are expected.
///
/// `[reproduction]` has `title` and `source`, and `quick`, settings of a quick run. `[part.NAME]` has `set`, a list of settings such as
/// `"problem.depth=3"` in which lists and ranges make a grid as in a sweep, `quick`, and `full = true` where a quick run leaves it out.
/// `[outcome.NAME]` is an ``ExpectedOutcome``, `[figure.NAME]` a ``ReproductionFigure``. Everything else are settings. Paths of data files, masks and
/// `.flow` models are meant from the file's folder, and do not leave it.
package struct Reproduction: Sendable {
  /// A sweep of its own.
  package struct Part: Sendable {
    package let name: String
    package let plan: SweepPlan
  }

  /// The file's name without its ending.
  package let name: String
  package let title: String
  package let source: String
  package let parts: [Part]
  package let outcomes: [ExpectedOutcome]
  /// What is drawn of the points; of parts that a quick run leaves out nothing.
  package let figures: [ReproductionFigure]

  private static let own: Set<String> = ["reproduction", "part", "outcome", "figure"]

  /// - Parameters:
  ///   - isQuick: whether the settings of a quick run are taken.
  ///   - assignments: settings of the user's, which win over all of the file's.
  ///   - data: a file of the target in place of the generated one.
  /// - Throws: ``SettingsError`` for a file that cannot be read or says something that is not understood.
  package init(file: String, isQuick: Bool, assignments: [String] = [], data: String? = nil) throws(SettingsError) {
    name = Self.name(of: file)
    var common = Settings(schema: ExperimentSchema.schema, takesAlternatives: true)
    var tables = Tables(file: file)
    for value in try common.load(file: file, apart: Self.own) { try tables.put(value) }
    guard var head = tables.head else {
      throw SettingsError(
        place: file, problem: "it has no [reproduction]", remedy: "name a file such as those in experiments/")
    }
    title = try head.required("title")
    source = try head.required("source")
    let quick = try head.texts("quick")
    try head.end()
    var parts: [Part] = []
    var names: [String] = []
    for var table in tables.parts {
      let name = Self.lastPart(table.path)
      let (set, own, isFull) = (try table.texts("set"), try table.texts("quick"), try table.flag("full"))
      try table.end()
      names.append(name)
      guard !(isQuick && isFull) else { continue }
      var settings = common
      for (text, place) in set + (isQuick ? quick + own : []) {
        do throws(SettingsError) { try settings.set(assignment: text) } catch {
          throw SettingsError(place: place, problem: error.problem, remedy: error.remedy)
        }
      }
      for key in SweepPlan.fileKeys { try Self.resolve(key, in: &settings, folder: FilePlace.folder(of: file)) }
      if let data {
        let generated = ["rank", "target", "target-values", "target-norm", "data-seed"].map { "problem.\($0)" }
        settings = settings.keeping(Set(settings.givenPaths).subtracting(generated))
        try settings.set(path: SettingKey<String>.data.path, text: data, place: "--data")
      }
      for assignment in assignments { try settings.set(assignment: assignment) }
      parts.append(Part(name: name, plan: try SweepPlan(settings)))
    }
    self.parts = parts
    var outcomes: [ExpectedOutcome] = []
    for table in tables.outcomes {
      let outcome = try ExpectedOutcome(table, parts: names)
      if parts.contains(where: { $0.name == outcome.part }) { outcomes.append(outcome) }
    }
    self.outcomes = outcomes
    var figures: [ReproductionFigure] = []
    for table in tables.figures {
      let figure = try ReproductionFigure(table, parts: names)
      if parts.contains(where: { figure.parts.contains($0.name) }) { figures.append(figure) }
    }
    self.figures = figures
    guard !parts.isEmpty, !outcomes.isEmpty else {
      throw SettingsError(
        place: file, problem: "it has no part or no outcome", remedy: "write [part.NAME] and [outcome.NAME]")
    }
  }

  /// Looks for the files that a setting names in the experiment's own folder. What the user gives besides is added later, and may lie anywhere.
  private static func resolve(
    _ key: SettingKey<String>, in settings: inout Settings, folder: String
  ) throws(SettingsError) {
    var leaving: String?
    settings.rewrite(key) { text in
      guard SweepPlan.isFile(key, text), text != "-" else { return text }
      if text.hasPrefix("/") || text.split(separator: "/").contains("..") { leaving = leaving ?? text }
      return "\(folder)/\(text)"
    }
    guard let leaving else { return }
    throw SettingsError(
      place: settings.place(key), problem: "\(key.path): '\(leaving)' leaves the folder of the experiment",
      remedy: "keep it beside the file, or give it by --set \(key.path)=FILE")
  }

  /// What a list of reproductions shows: the title of a file and its source; nil if it is none.
  package static func heading(of file: String) -> String? {
    var settings = Settings(schema: ExperimentSchema.schema, takesAlternatives: true)
    let values = try? settings.load(file: file, apart: own)
    func text(_ key: String) -> String? {
      guard case .text(let text) = values?.first(where: { $0.keys == ["reproduction", key] })?.value else { return nil }
      return text
    }
    return text("title").map { title in text("source").map { "\(title) (\($0))" } ?? title }
  }

  private static func name(of file: String) -> String {
    FlowText.name(file).withoutSuffix(".toml")
  }

  static func lastPart(_ path: String) -> String { path.split(separator: ".").last.map(String.init) ?? path }

  /// The tables of a file that are not settings, in the order of the text.
  private struct Tables {
    let file: String
    var head: ReproductionTable?
    var parts: [ReproductionTable] = []
    var outcomes: [ReproductionTable] = []
    var figures: [ReproductionTable] = []

    init(file: String) { self.file = file }

    mutating func put(_ value: ApartValue) throws(SettingsError) {
      let kind = value.keys[0]
      if kind == "reproduction" {
        if head == nil { head = ReproductionTable(path: kind, place: value.place) }
        try head?.put(value.keys.dropFirst(), value)
        return
      }
      guard value.keys.count > 1 else { return }
      let path = "\(kind).\(value.keys[1])"
      guard !value.keys[1].isEmpty, value.keys[1].utf8.allSatisfy(Self.isPlain) else {
        throw SettingsError(
          place: value.place, problem: "the name '\(value.keys[1])' has other signs than letters, digits, - and _",
          remedy: "write [\(kind).a-name]")
      }
      let list = kind == "part" ? \Tables.parts : kind == "outcome" ? \Tables.outcomes : \Tables.figures
      let k = self[keyPath: list].firstIndex { $0.path == path } ?? self[keyPath: list].count
      if k == self[keyPath: list].count {
        self[keyPath: list].append(ReproductionTable(path: path, place: value.place))
      }
      try self[keyPath: list][k].put(value.keys.dropFirst(2), value)
    }

    /// Of parts directories are made.
    private static func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

extension ExpectedOutcome {
  /// - Throws: ``SettingsError`` for a table that says something that is not understood.
  init(_ table: ReproductionTable, parts: [String]) throws(SettingsError) {
    var table = table
    name = Reproduction.lastPart(table.path)
    part = try table.required("part")
    guard parts.contains(part) else {
      throw SettingsError(
        place: table.place, problem: "\(table.path): there is no part '\(part)'",
        remedy: "choose from: \(parts.joined(separator: ", "))")
    }
    source = try table.required("source")
    condition = try PointCondition(&table)
    func refusal(_ problem: String, _ remedy: String) -> SettingsError {
      SettingsError(place: table.place, problem: "\(table.path) \(problem)", remedy: remedy)
    }
    let (claim, level) = (try table.text("holds"), try table.number("above"))
    let (word, named) = (try table.text("of"), try table.text("quantity"))
    if let claim {
      guard word == nil, named == nil, level == nil else {
        throw refusal("has 'holds' and a quantity", "write one of them")
      }
      (quantity, statistic) = (claim, .shareHolding)
    } else {
      guard let named else { throw refusal("has no quantity", "write quantity = \"loss\", or holds = \"a claim\"") }
      quantity = named
      let known: [String: Statistic] = ["median": .median, "least": .least, "largest": .largest]
      if let level {
        guard word == nil else { throw refusal("has 'of' and 'above'", "write one of them") }
        statistic = .shareAbove(level)
      } else if let chosen = known[word ?? "median"] {
        statistic = chosen
      } else {
        throw refusal("is of '\(word ?? "")'", "write median, least or largest, or above = a level")
      }
    }
    let (expected, tolerance, relative) = (
      try table.number("expected"), try table.number("tolerance"), try table.number("relative")
    )
    let (most, least) = (try table.number("at-most"), try table.number("at-least"))
    switch (expected, most, least) {
    case (let expected?, nil, nil):
      guard let distance = tolerance ?? relative.map({ $0 * abs(expected) }), distance >= 0,
        tolerance == nil || relative == nil
      else { throw refusal("has no tolerance, or two", "write tolerance = 0.1, or relative = 0.01") }
      target = .near(expected, within: distance)
    case (nil, let bound?, nil): target = .atMost(bound)
    case (nil, nil, let bound?): target = .atLeast(bound)
    default: throw refusal("needs one expectation", "write expected, at-most or at-least")
    }
    try table.end()
  }
}
