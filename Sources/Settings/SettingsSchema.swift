/// Every setting that may be given. Whatever it does not list is an error, never ignored.
public struct SettingsSchema: Sendable {
  /// The settings in the order they were listed.
  public let keys: [Setting]
  private let byPath: [String: Setting]
  private let tables: [String: [String]]

  /// Lists the settings. No path may stand twice, nor be a table of other settings (a mistake of the program, not of
  /// its user, and so a precondition).
  public init(_ keys: [Setting]) {
    var byPath: [String: Setting] = [:]
    var tables: [String: [String]] = [:]
    for key in keys {
      precondition(byPath.updateValue(key, forKey: key.path) == nil, "the setting \(key.path) is listed twice")
      let parts = key.path.split(separator: ".")
      for count in 1..<max(1, parts.count) {
        tables[parts.prefix(count).joined(separator: "."), default: []].append(key.path)
      }
    }
    for key in keys { precondition(tables[key.path] == nil, "\(key.path) is both a setting and a table of settings") }
    self.keys = keys
    self.byPath = byPath
    self.tables = tables
  }

  /// The setting at `path`, if there is one.
  public subscript(path: String) -> Setting? { byPath[path] }

  /// The settings inside the table `path`; nil when no setting lies there.
  func members(ofTable path: String) -> [String]? { tables[path] }

  /// The table of settings at the smallest edit distance from `path`; nil when there is none.
  func nearestTable(to path: String) -> String? { nearestName(to: path, among: tables.keys.sorted()) }

  /// The known path a mistyped `path` most likely meant: the one at the smallest edit distance, where a right last word
  /// in a wrong table (`scale` for `init.scale`) counts as near. Nil only for an empty schema.
  public func nearest(to path: String) -> String? {
    let word = lastWord(of: path)
    var best: (path: String, distance: Int)?
    for key in keys {
      let distance = min(
        editDistance(path, key.path), 1 + 2 * editDistance(word, lastWord(of: key.path)))
      if distance < best?.distance ?? .max { best = (key.path, distance) }
    }
    return best?.path
  }

  private func lastWord(of path: String) -> String {
    path.split(separator: ".").last.map(String.init) ?? path
  }
}
