import Settings
import Verdicts

/// A figure of a reproduction, drawn of the points that its parts leave: `[figure.NAME]` with `draws`, what `flowcheck plot` calls it,
/// `parts`, a list (all where it is missing), `where`, a list of settings such as `"problem.data-seed=2"` that points must have, and `of`,
/// the quantity of the figure `summary`.
package struct ReproductionFigure: Sendable {
  package let name: String
  /// What `--figure` of `flowcheck plot` calls it.
  let draws: String
  let parts: [String]
  /// Settings that a point must have to be shown.
  let conditions: [(path: String, value: String)]
  let quantity: String?

  /// - Throws: ``SettingsError`` for a table that says something that is not understood.
  init(_ table: ReproductionTable, parts known: [String]) throws(SettingsError) {
    var table = table
    name = Reproduction.lastPart(table.path)
    draws = try table.required("draws")
    quantity = try table.text("of")
    let named = try table.texts("parts")
    for (part, place) in named where !known.contains(part) {
      throw SettingsError(
        place: place, problem: "\(table.path): there is no part '\(part)'",
        remedy: "choose from: \(known.joined(separator: ", "))")
    }
    parts = named.isEmpty ? known : named.map(\.text)
    var conditions: [(String, String)] = []
    for (text, place) in try table.texts("where") {
      guard let equals = text.firstIndex(of: "="), text[..<equals].contains(".") else {
        throw SettingsError(
          place: place, problem: "\(table.path).where: '\(text)' is no setting", remedy: "write \"problem.data-seed=2\""
        )
      }
      conditions.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    self.conditions = conditions
    try table.end()
  }

  /// Whether a point is shown.
  ///
  /// - Parameter settings: those that were given, by path.
  func shows(_ settings: [String: String]) -> Bool {
    conditions.allSatisfy { path, value in
      guard let given = settings[path] else { return false }
      if let (number, own) = Double(value).flatMap({ number in Double(given).map { (number, $0) } }) {
        return number == own
      }
      return given == value
    }
  }
}
