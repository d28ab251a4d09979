import Models
import Verdicts

/// Medians of a quantity with the band between its quartiles, against the setting that varies in numbers; a curve for every combination
/// of the others.
enum SweepFigure {
  static func summary(_ sweep: SweepSummary, of quantity: String?) throws(Refusal) -> Figure {
    let known = sweep.quantities
    guard let chosen = quantity ?? known.first else {
      throw Refusal("the sweep has no numbers yet", remedy: "run it first")
    }
    guard known.contains(chosen) else {
      throw Refusal("--of: there is no quantity '\(chosen)'", remedy: "choose from: \(known.joined(separator: ", "))")
    }
    let axes = sweep.grid.cellAxes
    // Of several the one of most values, of which the others would make too many curves.
    let numeric = axes.indices.filter { axes[$0].values.count > 1 && axes[$0].isNumeric }
    guard let most = numeric.map({ axes[$0].values.count }).max(),
      let axis = numeric.first(where: { axes[$0].values.count == most })
    else {
      throw Refusal(
        "no setting of the sweep varies in numbers but its seeds",
        remedy: "give a setting several numbers, such as init.scale")
    }
    var groups: [(name: String, rows: [(x: Double, summary: ErrorSummary)])] = []
    for (values, numbers) in sweep.cells(of: chosen) {
      guard let x = Double(values[axis]), let summary = ErrorSummary(numbers) else { continue }
      var words: [String] = []
      for k in axes.indices where k != axis { words.append("\(RunLabels.word(axes[k].setting)) \(values[k])") }
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
      "\(chosen): median and quartiles over seeds", name: "summary", xLabel: RunLabels.word(axes[axis].setting),
      yLabel: chosen.replacing("_", with: " "), logX: spans(xs), logY: spans(ys), curves: curves)
  }
}
