import CMath
import Verdicts

/// Logarithmic axes that reach no further down than is legible.
enum Decades {
  /// Powers of ten below the largest measured value.
  private static let most = 30.0

  /// The figure without what lies below, where other curves would all look the same.
  ///
  /// - Returns: the figure, and what was left out, a sentence for each pair of axes.
  static func limited(_ figure: Figure) -> (figure: Figure, notes: [String]) {
    var notes: [String] = []
    let parts = figure.axes.map { axes -> Figure in
      let measured = axes.curves.filter { $0.role == .measured }.flatMap(\.y).filter(\.isFinite)
      guard axes.logY, let largest = measured.max(), largest > 0 else { return axes }
      let floor = largest * pow(10, -most)
      var count = 0
      let curves = axes.curves.map { curve -> Figure.Curve in
        guard curve.x.count == curve.y.count else { return curve }
        let shown = curve.y.indices.filter { !(curve.y[$0] > 0 && curve.y[$0] < floor) }
        count += curve.y.count - shown.count
        return Figure.Curve(
          curve.name, x: shown.map { curve.x[$0] }, y: shown.map { curve.y[$0] }, role: curve.role)
      }
      if count > 0 {
        notes.append(
          "\(axes.title): \(counted(count, "point")) below \(tableNumber(floor)) left out, \(Int(most)) powers of ten below the largest"
        )
      }
      return Figure(
        axes.title, name: axes.name, xLabel: axes.xLabel, yLabel: axes.yLabel, logX: axes.logX, logY: axes.logY,
        reversesX: axes.reversesX, curves: curves)
    }
    return (Figure(stacking: parts, sharesY: figure.sharesY), notes)
  }
}

extension Figure {
  /// Axes below one another.
  ///
  /// - Parameter sharesY: whether they have one vertical range.
  convenience init(stacking parts: [Figure], sharesY: Bool = false) {
    let first = parts.first
    self.init(
      first?.title ?? "", name: first?.name ?? "", xLabel: first?.xLabel ?? "", yLabel: first?.yLabel ?? "",
      logX: first?.logX ?? false, logY: first?.logY ?? false, reversesX: first?.reversesX ?? false,
      sharesY: sharesY, curves: first?.curves ?? [], panels: Array(parts.dropFirst()))
  }
}
