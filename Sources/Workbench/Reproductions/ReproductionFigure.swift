import Settings
import Verdicts

/// A figure of a reproduction, drawn of the points that its parts leave: `[figure.NAME]` with `draws`, what `flowcheck plot` calls it,
/// `parts`, a list (all where it is missing), `where`, a ``PointCondition``, and `of`, the quantity of the figure
/// `summary`.
package struct ReproductionFigure: Sendable {
  package let name: String
  /// What `--figure` of `flowcheck plot` calls it.
  let draws: String
  let parts: [String]
  /// Which points are shown.
  let condition: PointCondition
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
    condition = try PointCondition(&table)
    try table.end()
  }
}
