import FlowODE
import Models
import Settings
import Verdicts

/// What tells runs apart in legends: the settings in which they differ, in few words.
enum RunLabels {
  /// One label a run, in their order; empty for a single run.
  static func labelled(_ runs: [SavedRun]) -> [LabelledRun] {
    guard runs.count > 1 else { return runs.map { LabelledRun(run: $0, label: "") } }
    let given = Set(runs.flatMap { Array($0.settings.keys) })
    let known = ExperimentSchema.settings.map(\.path)
    var paths = known.filter(given.contains) + given.subtracting(known).sorted()
    let rows = runs.map { values($0, of: paths) }
    paths = paths.filter { path in Set(rows.map { $0[path] ?? "" }).count > 1 }
    /// How many runs these settings tell apart.
    func distinct(_ paths: [String]) -> Int { Set(rows.map { row in paths.map { row[$0] ?? "" } }).count }
    // How a flow is solved is said where nothing else tells runs apart.
    for path in technical where paths.contains(path) {
      let others = paths.filter { $0 != path }
      if distinct(others) == distinct(paths) { paths = others }
    }
    let rate = SettingKey.learningRate.path
    return zip(runs, rows).map { run, row in
      // A flow has nothing of what a descent is told.
      let isFlow = paths.contains(rate) && row[rate] == nil
      let words = paths.filter { !isFlow || !PlannedDescent.paths.contains($0) }.map { phrase($0, row[$0]) }
      return LabelledRun(run: run, label: words.isEmpty ? run.directory : words.joined(separator: ", "))
    }
  }

  /// The settings of a run as text, what was left to its default too where one of these was.
  private static func values(_ run: SavedRun, of paths: [String]) -> [String: String] {
    var values = run.settings
    let missing = paths.filter { values[$0] == nil }
    guard !missing.isEmpty else { return values }
    var resolved = Settings(schema: ExperimentSchema.schema)
    // Without the file, which reports of other versions may lack, they are called default.
    guard (try? resolved.load(file: "\(run.directory)/config.toml")) != nil else { return values }
    for path in missing { values[path] = resolved.value(path)?.text }
    return values
  }

  /// Settings of how a flow is solved and kept, what changes least first.
  private static let technical: [String] = [
    SettingKey<DeterminantChoice>.determinant.path,
    SettingKey<Int>.save.path, SettingKey<Bool>.saveLog.path, SettingKey<Int>.maxSteps.path,
    SettingKey<String>.atol.path, SettingKey<Double>.rtol.path, SettingKey<String>.method.path,
    SettingKey<Double>.stopLoss.path, SettingKey<Double>.stopGradient.path, SettingKey<HorizonChoice>.until.path,
    SettingKey<Coordinates>.coordinates.path,
  ]

  /// A setting and its value; of those that a word says alone, such as `svd`, the value.
  private static func phrase(_ path: String, _ value: String?) -> String {
    guard let value else { return path == SettingKey.learningRate.path ? "flow" : "\(word(path)) default" }
    let isSaying =
      value.allSatisfy { $0.isLetter || $0 == "-" } && !["true", "false", "auto", "nan", "inf"].contains(value)
    return isSaying ? value : "\(word(path)) \(short(value))"
  }

  /// A setting in a legend or at an axis: its symbol, the last word of its path, or the section of what it names.
  static func word(_ path: String) -> String {
    if let symbol = symbols[path] { return symbol }
    let parts = path.split(separator: ".")
    let word = parts.last == "name" ? parts.dropLast().last : parts.last
    return word.map { String($0) } ?? path
  }

  private static let symbols = [
    SettingKey<Double>.initScale.path: "α", SettingKey<Double>.learningRate.path: "η",
  ]

  /// A value in few letters: numbers as tables have them, of a file's path the last part.
  private static func short(_ value: String) -> String {
    if let number = Double(value) { return tableSetting(number) }
    return value.split(separator: "/").last.map { String($0) } ?? value
  }
}
