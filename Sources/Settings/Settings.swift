/// The settings of an experiment, layered: defaults, then files (a later file wins key by key), then `--set` assignments,
/// then named flags. Each value remembers its place, so that whoever finds it unusable can say where it came from.
///
/// The order of the calls matters only within a layer: a flag wins over a file loaded after it. A call that throws
/// leaves the settings as they were.
///
/// Settings that take alternatives (``init(schema:takesAlternatives:)``) stand for many: wherever a setting has several values,
/// ``alternatives`` lists them and ``chosen(_:)`` picks one of each.
public struct Settings: Sendable {
  /// What may be set.
  public let schema: SettingsSchema
  private var entries: [String: Entry] = [:]

  private let takesAlternatives: Bool

  private struct Entry {
    /// One, unless alternatives were given.
    let values: [SettingValue]
    let place: String
    let layer: Layer
  }

  private enum Layer: Int {
    case byDefault
    case file
    case assignment
    case flag
  }

  /// Settings of which none is given yet.
  ///
  /// - Parameter takesAlternatives: whether a list may stand where one value is wanted, a list of lists where a list is, and a
  ///   range such as `"1..20"` for whole numbers.
  public init(schema: SettingsSchema, takesAlternatives: Bool = false) {
    self.schema = schema
    self.takesAlternatives = takesAlternatives
  }

  /// Loads the TOML file at `path`. Throws when it cannot be read (`isFileAccess`), is not TOML, or holds an unknown key
  /// or a value of the wrong kind.
  public mutating func load(file path: String) throws(SettingsError) {
    try load(toml: try readConfiguration(path), name: path)
  }

  /// Loads the TOML file at `path` but for the tables of these names, and gives back what stands in those, in the order of the text.
  public mutating func load(file path: String, apart tables: Set<String>) throws(SettingsError) -> [ApartValue] {
    let document = try TOMLDocument(try readConfiguration(path), name: path)
    func isApart(_ leaf: TOMLDocument.Leaf) -> Bool { leaf.keys.first.map(tables.contains) ?? false }
    try load(document.leaves.filter { !isApart($0) })
    return document.leaves.filter(isApart).map { ApartValue(keys: $0.keys, place: $0.place, value: $0.value) }
  }

  /// Loads TOML text; `name` stands in places and messages where a file's name would.
  public mutating func load(toml text: String, name: String) throws(SettingsError) {
    try load(toml: Array(text.utf8), name: name)
  }

  /// Loads TOML given as bytes, which need not be valid UTF-8 (that is an error with its line).
  public mutating func load(toml bytes: [UInt8], name: String) throws(SettingsError) {
    try load(try TOMLDocument(bytes, name: name).leaves)
  }

  private mutating func load(_ leaves: [TOMLDocument.Leaf]) throws(SettingsError) {
    var found: [(path: String, entry: Entry)] = []
    for leaf in leaves {
      let key = try recognize(leaf)
      guard let key, let value = leaf.value else { continue }
      do throws(Misfit) {
        found.append((key.path, Entry(values: try values(value, key.kind), place: leaf.place, layer: .file)))
      } catch {
        throw SettingsError(place: leaf.place, problem: "\(key.path): \(error.problem)", remedy: error.remedy)
      }
    }
    for (path, entry) in found { put(entry, at: path) }
  }

  /// Takes one `--set` assignment, `init.scale=1e-2` or `problem.shape=10,10`; the value is read by the setting's kind.
  public mutating func set(assignment: String) throws(SettingsError) {
    let place = "--set \(assignment)"
    guard let equals = assignment.firstIndex(of: "=") else {
      throw SettingsError(
        place: place, problem: "no '=' in \(quotedForMessage(assignment))", remedy: "write --set init.scale=1e-2")
    }
    let path = trimmed(assignment[..<equals])
    let text = String(assignment[assignment.index(after: equals)...])
    put(Entry(values: try parse(text, for: path, place: place), place: place, layer: .assignment), at: path)
  }

  /// Takes the value of a named flag; `place` is the flag's name. It wins over files and `--set`.
  public mutating func set(path: String, value: SettingValue, place: String) throws(SettingsError) {
    let key = try known(path, place: place)
    do throws(Misfit) {
      put(Entry(values: try values(value, key.kind), place: place, layer: .flag), at: path)
    } catch {
      throw SettingsError(place: place, problem: error.problem, remedy: error.remedy)
    }
  }

  /// Takes the text of a named flag, read by the setting's kind as `--set` reads it; `place` is the flag's name.
  public mutating func set(path: String, text: String, place: String) throws(SettingsError) {
    put(Entry(values: try parse(text, for: path, place: place), place: place, layer: .flag), at: path)
  }

  /// Takes what a setting means that is not given: it is read like a given one, and ``isSet(_:)`` stays false. A value that
  /// no file could hold, such as infinity, is not taken.
  public mutating func complete<Value>(_ key: SettingKey<Value>, _ value: Value) {
    complete(path: key.path, value.settingValue)
  }

  /// The same of a setting without a typed key.
  public mutating func complete(path: String, _ value: SettingValue) {
    guard !isSet(path), let kept = try? schema[path]?.kind.conform(value) else { return }
    entries[path] = Entry(values: [kept], place: Self.defaultPlace, layer: .byDefault)
  }

  /// Puts a value in the place of whatever the setting had.
  public mutating func replace<Value>(_ key: SettingKey<Value>, _ value: Value) {
    entries[key.path] = nil
    complete(key, value)
  }

  /// Changes the texts that a setting was given, whatever their layer; harmless where it has none.
  public mutating func rewrite(_ key: SettingKey<String>, _ change: (String) -> String) {
    guard let entry = entries[key.path] else { return }
    let values = entry.values.map { value in
      if case .text(let text) = value { SettingValue.text(change(text)) } else { value }
    }
    entries[key.path] = Entry(values: values, place: entry.place, layer: entry.layer)
  }

  /// The settings without those that were not given, or were given and are not among `paths`.
  public func keeping(_ paths: Set<String>) -> Settings {
    var kept = self
    kept.entries = entries.filter { $0.value.layer != .byDefault && paths.contains($0.key) }
    return kept
  }

  private static let defaultPlace = "default"

  private mutating func put(_ entry: Entry, at path: String) {
    if let present = entries[path], present.layer.rawValue > entry.layer.rawValue { return }
    entries[path] = entry
  }

  // MARK: Alternatives

  /// The settings that have several values, in the schema's order, with these values in the order given.
  public var alternatives: [(setting: Setting, values: [SettingValue])] {
    schema.keys.compactMap { setting in
      entries[setting.path].flatMap { $0.values.count > 1 ? (setting, $0.values) : nil }
    }
  }

  /// The settings with one value where there are several: that at the position given for its path, otherwise the first.
  public func chosen(_ positions: [String: Int]) -> Settings {
    var one = Settings(schema: schema)
    one.entries = entries
    for (path, entry) in entries where entry.values.count > 1 {
      let position = positions[path] ?? 0
      precondition(entry.values.indices.contains(position), "\(path) has no alternative \(position)")
      one.entries[path] = Entry(values: [entry.values[position]], place: entry.place, layer: entry.layer)
    }
    return one
  }

  // MARK: Asking

  /// Whether the setting was given at all.
  public func isSet(_ path: String) -> Bool { value(path) != nil && entries[path]?.layer != .byDefault }

  /// Whether the setting was given in a file.
  public func isFromFile(_ path: String) -> Bool { entries[path]?.layer == .file }

  /// The checked value as given or by default, whatever its kind.
  public func value(_ path: String) -> SettingValue? {
    precondition(schema[path] != nil, "the program asks for the setting \(path), which its schema does not list")
    return entries[path]?.values.first
  }

  /// Where the value stands: `exp.toml:7`, `--set init.scale=1e-2`, `--init-scale`; `default` when it was not given.
  public func place(_ path: String) -> String { entries[path]?.place ?? Self.defaultPlace }

  /// The paths that were given, in the schema's order.
  public var givenPaths: [String] { schema.keys.map(\.path).filter(isSet) }

  /// The value, as given or by default; nil when there is neither.
  public subscript<Value>(key: SettingKey<Value>) -> Value? {
    value(key.path).flatMap(Value.init(settingValue:))
  }

  /// Whether the setting was given.
  public func isSet<Value>(_ key: SettingKey<Value>) -> Bool { isSet(key.path) }

  /// Where the value stands.
  public func place<Value>(_ key: SettingKey<Value>) -> String { place(key.path) }

  // MARK: Recognizing

  private func values(_ value: SettingValue, _ kind: Setting.Kind) throws(Misfit) -> [SettingValue] {
    takesAlternatives ? try kind.alternatives(value) : [try kind.conform(value)]
  }

  private func parse(_ text: String, for path: String, place: String) throws(SettingsError) -> [SettingValue] {
    let key = try known(path, place: place)
    do throws(Misfit) {
      return takesAlternatives ? try key.kind.parseAlternatives(text) : [try key.kind.parse(text)]
    } catch {
      throw SettingsError(place: place, problem: error.problem, remedy: error.remedy)
    }
  }

  private func known(_ path: String, place: String) throws(SettingsError) -> Setting {
    if let key = schema[path] { return key }
    throw unknown(path, place: place)
  }

  private func unknown(_ path: String, place: String) -> SettingsError {
    if let members = schema.members(ofTable: path) {
      return SettingsError(
        place: place, problem: "\(path) is a table of settings, not a setting",
        remedy: "set one of its members: \(members.joined(separator: ", "))")
    }
    return SettingsError(
      place: place, problem: "unknown setting \(quotedForMessage(path))",
      remedy: schema.nearest(to: path).map { "did you mean \($0)?" } ?? "no setting is known here")
  }

  /// The setting of a value; nil for a table that holds settings. Throws for anything else.
  private func recognize(_ leaf: TOMLDocument.Leaf) throws(SettingsError) -> Setting? {
    let path = leaf.keys.joined(separator: ".")
    guard leaf.keys.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isBareKeyByte) }) else {
      // Only a quoted key can have such a part; `"init.scale"` is not `init.scale`.
      let isKnown = schema[path] != nil || schema.members(ofTable: path) != nil
      throw SettingsError(
        place: leaf.place,
        problem: "unknown setting \(quotedForMessage(leaf.keys.map { "'\($0)'" }.joined(separator: ".")))",
        remedy: isKnown ? "write \(path) without quotes" : schema.nearest(to: path).map { "did you mean \($0)?" } ?? "")
    }
    // A setting written as a table: `scale.value = 1` or `[init.scale]` where scale is a number.
    for count in 1..<(leaf.keys.count + (leaf.value == nil ? 1 : 0)) {
      let outer = leaf.keys.prefix(count).joined(separator: ".")
      if let key = schema[outer] {
        throw SettingsError(
          place: leaf.place, problem: "\(outer): expected \(key.kind.expectation), found a table",
          remedy: "write \(outer) = \(key.kind.sample)")
      }
    }
    if leaf.value == nil {
      if schema.members(ofTable: path) != nil { return nil }
      throw SettingsError(
        place: leaf.place, problem: "unknown table \(quotedForMessage(path))",
        remedy: schema.nearestTable(to: path).map { "did you mean [\($0)]?" } ?? "no table is known here")
    }
    return try known(path, place: leaf.place)
  }
}
