import Settings

/// Which points of a part are meant: `where` of an outcome and of a figure, a list of settings such as `"problem.data-seed=2"` that a point
/// must have; of `"problem.data-seed=2,3"` either one.
package struct PointCondition: Sendable {
  private let values: [(path: String, value: String)]

  /// Takes `where` out of a table; without it every point is meant.
  ///
  /// - Throws: ``SettingsError`` for a text that is no setting.
  init(_ table: inout ReproductionTable) throws(SettingsError) {
    var values: [(String, String)] = []
    for (text, place) in try table.texts("where") {
      guard let equals = text.firstIndex(of: "="), text[..<equals].contains(".") else {
        throw SettingsError(
          place: place, problem: "\(table.path).where: '\(text)' is no setting", remedy: "write \"problem.data-seed=2\""
        )
      }
      values.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    self.values = values
  }

  /// Whether a point with these settings, by path, is meant.
  func isMet(by settings: [String: String]) -> Bool {
    values.allSatisfy { path, value in
      guard let given = settings[path] else { return false }
      // A list of numbers is one value of a setting that is a list.
      return Self.isSame(given, value) || value.split(separator: ",").contains { Self.isSame(given, String($0)) }
    }
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    // Lists stand with brackets or without.
    let (a, b) = (a.filter { !"[] ".contains($0) }, b.filter { !"[] ".contains($0) })
    if let a = Double(a), let b = Double(b) { return a == b }
    return a == b
  }
}
