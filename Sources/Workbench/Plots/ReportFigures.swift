import Verdicts

/// Figures of several reports as one.
enum ReportFigures {
  /// Figures of so many curves that each run has axes of its own.
  private static let ofManyCurves: Set<String> = ["alignment", "components", "trajectory"]
  /// The figure whose curves are named after parts of the model: runs of other models have others, so that each has axes of its own, and one
  /// vertical range for all.
  private static let ofParts = "ranks"

  /// The first axes of all of them on one pair, and below it the panels of equal names, in the order in which they first come.
  ///
  /// - Parameter figures: one or more of one name, with what tells their curves apart.
  static func joined(_ figures: [(figure: Figure, label: String)]) -> Figure {
    let isOfOthers = figures.contains { $0.figure.name == ofParts && names($0.figure) != names(figures[0].figure) }
    if figures.count > 1, isOfOthers || figures.allSatisfy({ ofManyCurves.contains($0.figure.name) }) {
      return Figure(
        stacking: figures.map { figure, label in
          Figure(
            label, name: figure.name, xLabel: figure.xLabel, yLabel: figure.yLabel,
            logX: figures.contains { $0.figure.logX }, logY: figure.logY, reversesX: figure.reversesX,
            // Short, so that a legend below each of several axes takes few lines.
            curves: figure.curves.map { curve in
              Figure.Curve(curve.name.replacing("component ", with: "r = "), x: curve.x, y: curve.y, role: curve.role)
            })
        }, sharesY: isOfOthers)
    }
    var groups: [[(figure: Figure, label: String)]] = []
    for (figure, label) in figures {
      var taken: Set<Int> = []
      for panel in figure.panels {
        if let k = groups.indices.first(where: { groups[$0][0].figure.name == panel.name && !taken.contains($0) }) {
          groups[k].append((panel, label))
          taken.insert(k)
        } else {
          taken.insert(groups.count)
          groups.append([(panel, label)])
        }
      }
    }
    return onOne(figures, panels: groups.map { onOne($0) })
  }

  private static func names(_ figure: Figure) -> [String] { figure.curves.map(\.name) }

  private static func onOne(_ parts: [(figure: Figure, label: String)], panels: [Figure] = []) -> Figure {
    let first = parts[0].figure
    let curves = parts.flatMap { figure, label in
      figure.curves.map { curve in
        let name = label.isEmpty ? curve.name : "\(curve.name), \(label)"
        return Figure.Curve(name, x: curve.x, y: curve.y, role: curve.role)
      }
    }
    return Figure(
      first.title, name: first.name, xLabel: first.xLabel, yLabel: first.yLabel, logX: first.logX, logY: first.logY,
      reversesX: first.reversesX, curves: curves, panels: panels)
  }
}
