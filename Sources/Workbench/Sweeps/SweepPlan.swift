import ArrayFiles
import GSLBridge
import Models
import Settings

/// What a sweep is going to run: a grid of experiments, and what is expected of them.
package struct SweepPlan: Sendable {
  package let grid: SweepGrid
  package let expectations: Expectations
  private let settings: Settings

  private static let own = [SettingKey<String>.sweepCommand.path, SettingKey<[String]>.sweepExpect.path]

  /// - Parameter settings: such as take alternatives.
  /// - Throws: ``SettingsError`` for an expectation that is none, or a grid that is too large.
  package init(_ settings: Settings) throws(SettingsError) {
    self.settings = settings
    grid = try SweepGrid(settings)
    let expect = SettingKey<[String]>.sweepExpect
    guard !grid.axes.contains(where: { $0.setting == expect.path }) else {
      throw SettingsError(
        place: settings.place(expect), problem: "sweep.expect: a list of lists",
        remedy: "write one list: what is expected is expected of every point")
    }
    expectations = try Expectations(settings[expect] ?? [Expectations.usual], place: settings.place(expect))
  }

  /// The commands that points are run by, each once.
  package var commands: [String] {
    let key = SettingKey<String>.sweepCommand
    return grid.axes.first { $0.setting == key.path }?.values ?? [settings[key] ?? key.fallback ?? ""]
  }

  /// The command of a point and its settings.
  package func experiment(_ point: Int) -> (command: ExperimentCommand, settings: Settings) {
    let positions = Dictionary(uniqueKeysWithValues: zip(grid.axes.map(\.setting), grid.positions(point)))
    let chosen = settings.chosen(positions)
    let key = SettingKey<String>.sweepCommand
    let name = chosen[key] ?? key.fallback
    guard let command = ExperimentCommand.all.first(where: { $0.name == name }) else {
      preconditionFailure("a choice between commands that is none of them")
    }
    return (command, chosen.keeping(Set(chosen.givenPaths).subtracting(Self.own)))
  }

  /// What tells this sweep from others.
  ///
  /// - Throws: ``FileError`` if a file that the settings name cannot be read; ``Refusal`` for one that a model reads from elsewhere.
  func origin() throws -> SweepOrigin {
    let axes = Set(grid.axes.map(\.setting))
    var fixed: [String: String] = [:]
    for path in settings.givenPaths where !axes.contains(path) { fixed[path] = settings.value(path)?.exactText }
    return SweepOrigin(grid: grid, settings: fixed, files: try digests())
  }

  /// The settings whose values may be files.
  static let fileKeys: [SettingKey<String>] = [
    .data, .testData, .inputs, .targets, .sensing, .startFile, .mask, .model,
  ]

  /// SHA-256 of the files that the settings name, and of those that a `.flow` file reads, by their paths.
  private func digests() throws -> [String: String] {
    var files: Set<String> = []
    for key in Self.fileKeys where key.path != SettingKey<String>.model.path || settings.isSet(key) {
      let alternatives = settings.alternatives.first { $0.setting.path == key.path }?.values.map(\.text)
      let own = (alternatives ?? [settings[key]].compactMap(\.self)).filter { Self.isFile(key, $0) }
      files.formUnion(own)
      for model in own where FlowText.isPath(model) { files.formUnion(try FlowText.dataFiles(of: model)) }
    }
    var digests: [String: String] = [:]
    for file in files { digests[file] = try InputDigests.digest(ofFile: file) }
    return digests
  }

  /// Whether the value of one of ``fileKeys`` is a file.
  static func isFile(_ key: SettingKey<String>, _ text: String) -> Bool {
    switch key.path {
    case SettingKey<String>.model.path: return FlowText.isPath(text)
    case SettingKey<String>.mask.path: return text.contains(".") || text.contains("/")
    default: return true
    }
  }
}

/// What `sweep.json` holds: which sweep's points stand beside it.
package struct SweepOrigin: Codable, Equatable, Sendable {
  package var schema = "flowcheck.sweep/1"
  package var version = Version.text
  package let grid: SweepGrid
  /// The settings that all points share, by path, as text.
  package let settings: [String: String]
  /// SHA-256 of the files that settings name, and of those that a `.flow` file reads.
  package let files: [String: String]

  /// All that a point's numbers and files depend on, as text.
  func text(of point: Int, keepsStates: Bool) -> String {
    let chosen = zip(grid.axes.map(\.setting), grid.values(point)).map { "\($0) = \($1)" }
    let shared = settings.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
    let read = files.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    let place = [
      Version.commit ?? "no commit", "\(KernelPath.best)", BLASProvider.coreName ?? "",
      BLASProvider.dgemmLibrary ?? "",
    ]
    let lines = [schema, version] + place + ["states: \(keepsStates)"] + chosen + shared + read
    return lines.joined(separator: "\n")
  }

  /// The first thing in which two sweeps differ, in words; nil if they are the same.
  func difference(from here: SweepOrigin) -> String? {
    if self == here { return nil }
    let ownAxes = Dictionary(uniqueKeysWithValues: grid.axes.map { ($0.setting, $0.values) })
    let hereAxes = Dictionary(uniqueKeysWithValues: here.grid.axes.map { ($0.setting, $0.values) })
    func words(_ path: String, _ axes: [String: [String]], _ settings: [String: String]) -> String {
      axes[path].map { $0.count > 6 ? "\($0.count) values" : $0.joined(separator: ", ") } ?? settings[path] ?? "not set"
    }
    let paths = Set(ownAxes.keys).union(hereAxes.keys).union(settings.keys).union(here.settings.keys)
    for path in paths.sorted() where ownAxes[path] != hereAxes[path] || settings[path] != here.settings[path] {
      return "\(path): \(words(path, ownAxes, settings)) there, \(words(path, hereAxes, here.settings)) here"
    }
    if let file = Set(files.keys).union(here.files.keys).sorted().first(where: { files[$0] != here.files[$0] }) {
      return "\(file) had other contents"
    }
    return "made by flowcheck \(version), this is \(here.version)"
  }
}
