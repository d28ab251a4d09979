import Verdicts

/// The points of one pair of axes that can be drawn.
struct FigureData {
  /// The most curves a pair of axes shows; more are thinned evenly, the first and the last kept.
  static let seriesLimit = 20
  /// The most points of one curve; more are thinned evenly, the first and the last kept.
  static let pointLimit = 4000

  /// The drawable curves, without points that are not finite or have no logarithm; empty where nothing can be drawn.
  let series: [Figure.Curve]
  /// What was left out, one sentence each.
  let notes: [String]

  /// The points of the figure's own axes, without its panels.
  ///
  /// Throws where a curve has not as many abscissas as ordinates.
  init(_ figure: Figure, path: String) throws(FigureError) {
    var notes: [String] = []
    var drawable: [Figure.Curve] = []
    var dropped = 0
    for curve in Self.thinned(figure.curves, to: Self.seriesLimit) {
      guard curve.x.count == curve.y.count else {
        throw FigureError(
          path, "the curve '\(plainText(curve.name))' has \(curve.x.count) abscissas and \(curve.y.count) ordinates",
          remedy: "give one of each per point")
      }
      let shown = curve.x.indices.filter { index in
        let (x, y) = (curve.x[index], curve.y[index])
        return x.isFinite && y.isFinite && (x > 0 || !figure.logX) && (y > 0 || !figure.logY)
      }
      dropped += curve.x.count - shown.count
      if shown.count > Self.pointLimit {
        notes.append("'\(plainText(curve.name))': \(Self.pointLimit) of \(shown.count) points are drawn, evenly chosen")
      }
      let points = Self.thinned(shown, to: Self.pointLimit)
      if points.isEmpty {
        notes.append("'\(plainText(curve.name))' has no point that can be drawn")
      } else {
        drawable.append(
          Figure.Curve(
            plainText(curve.name), x: points.map { curve.x[$0] }, y: points.map { curve.y[$0] }, role: curve.role)
        )
      }
    }
    if figure.curves.count > Self.seriesLimit {
      notes.insert("\(Self.seriesLimit) of \(figure.curves.count) curves are drawn, evenly chosen", at: 0)
    }
    if dropped > 0 {
      let logarithmic = figure.logX || figure.logY ? " or have no logarithm" : ""
      notes.append("\(dropped) \(dropped == 1 ? "point" : "points") left out that are not finite\(logarithmic)")
    }
    series = drawable
    self.notes = notes
  }

  /// `count` of the items at even distances, the first and the last among them; all when there are no more.
  private static func thinned<Item>(_ items: [Item], to count: Int) -> [Item] {
    guard items.count > count else { return items }
    return (0..<count).map { items[$0 * (items.count - 1) / (count - 1)] }
  }
}
