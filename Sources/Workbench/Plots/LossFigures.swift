import Models
import Verdicts

/// Figures of columns against the loss as it falls, to the right as in the papers.
enum LossFigures {
  /// Norms of the largest components, a pair of axes a run.
  static func norms(_ runs: [LabelledRun]) -> Figure {
    let parts = runs.map { item in
      let losses = item.run.column("loss") ?? []
      return Figure(
        item.name(orElse: "component norms against the loss"), name: "norms-loss", xLabel: "loss",
        yLabel: "component norm", logX: true, reversesX: true,
        curves: item.run.series.filter { $0.name.hasPrefix("component_norm_") }.map { column in
          Figure.Curve(
            TimeFigures.numbered("σ", column.name.dropFirst("component_norm_".count)), x: losses, y: column.values)
        })
    }
    return Figure(stacking: parts)
  }

  /// Norms of the largest local components, a pair of axes for every node of a run: how long it waits for a component to leave zero would
  /// hide all that comes then from an axis of time.
  static func locals(_ runs: [LabelledRun]) -> Figure {
    let parts = runs.flatMap { item in
      let columns = item.run.series.filter { $0.name.hasPrefix("local_") }
      // local_A1_A2_B1_1: a node's blocks and a place.
      func node(_ column: SavedRun.Series) -> Substring {
        let words = column.name.dropFirst("local_".count)
        return words.lastIndex(of: "_").map { words[..<$0] } ?? words
      }
      var nodes: [Substring] = []
      for column in columns where nodes.last != node(column) { nodes.append(node(column)) }
      return nodes.map { name in
        Figure(
          item.name("local components of \(name.replacing("_", with: ", "))"), name: "local-components", xLabel: "loss",
          yLabel: "σ", logX: true, reversesX: true,
          curves: columns.filter { node($0) == name }.map { column in
            Figure.Curve(
              TimeFigures.numbered("σ", column.name.dropFirst("local__".count + name.count)),
              x: item.run.column("loss") ?? [], y: column.values)
          })
      }
    }
    return Figure(stacking: parts)
  }

  /// The loss that the theorems about a hidden entry are stated in, whatever the run descends.
  static let halfSum = "ℓ = δ²/2"

  /// ℓ = δ²/2 at the save times.
  static func halfSums(_ run: SavedRun) -> [Double] { (run.column("residual_norm") ?? []).map { $0 * $0 / 2 } }

  /// A pair of axes against ℓ, logarithmic both ways unless said otherwise.
  static func axes(
    _ title: String, name: String, label: String, logY: Bool = true, curves: [Figure.Curve]
  ) -> Figure {
    Figure(
      title, name: name, xLabel: halfSum, yLabel: label, logX: true, logY: logY, reversesX: true, curves: curves)
  }

  /// A column of all runs on one pair of axes.
  static func curves(
    _ runs: [LabelledRun], _ column: String, orElse name: String, value: (Double) -> Double = { $0 }
  ) -> [Figure.Curve] {
    runs.map { item in
      Figure.Curve(
        item.name(orElse: name), x: halfSums(item.run), y: (item.run.column(column) ?? []).map(value))
    }
  }

  /// The sign and size of det W: positive values and the sizes of negative ones, each on axes of their own, so that both are seen at
  /// every size and a flow that changes the sign passes from one to the other.
  static func determinant(_ runs: [LabelledRun]) -> Figure {
    let all = curves(runs, "determinant", orElse: "det W")
    func side(_ sign: Double) -> [Figure.Curve] {
      all.compactMap { curve in
        // What is 0 or not known is left to the first axes, where it is told that it cannot be drawn.
        let own = curve.y.indices.filter { k in sign > 0 ? !(curve.y[k] < 0) : curve.y[k] < 0 }
        let y = own.map { sign * curve.y[$0] }
        return y.contains { $0 > 0 } ? Figure.Curve(curve.name, x: own.map { curve.x[$0] }, y: y) : nil
      }
    }
    var parts: [Figure] = []
    let sides = [side(1), side(-1)]
    for (curves, (title, label)) in zip(sides, [("det W > 0", "det W"), ("det W < 0", "−det W")]) where !curves.isEmpty
    {
      parts.append(axes(title, name: "determinant", label: label, curves: curves))
    }
    guard !parts.isEmpty else { return axes("det W", name: "determinant", label: "det W", curves: all) }
    return Figure(stacking: parts)
  }
}
