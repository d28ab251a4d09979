import Verdicts

/// The points of a figure that can be drawn, and the CSV that holds them.
struct FigureData {
  /// The most curves a figure shows; more are thinned evenly, the first and the last kept.
  static let seriesLimit = 20
  /// The most points of one curve; more are thinned evenly, the first and the last kept.
  static let pointLimit = 4000

  /// The drawable curves, without points that are not finite or have no logarithm.
  let series: [Figure.Curve]
  /// What was left out, one sentence each.
  let notes: [String]
  /// Whether all curves have the same abscissas, which the CSV then holds once, in its first column.
  let sharesX: Bool

  /// Throws `problem` where nothing can be drawn.
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
    guard let first = drawable.first else {
      throw FigureError(
        path, "there is no point that can be drawn",
        remedy: figure.logX || figure.logY
          ? "no value is positive and finite, as a logarithmic axis needs" : "no value is finite")
    }
    series = drawable
    sharesX = drawable.allSatisfy { $0.x == first.x }
    self.notes = notes
  }

  /// `count` of the items at even distances, the first and the last among them; all when there are no more.
  private static func thinned<Item>(_ items: [Item], to count: Int) -> [Item] {
    guard items.count > count else { return items }
    return (0..<count).map { items[$0 * (items.count - 1) / (count - 1)] }
  }

  /// The gnuplot columns (from 1) of the abscissas and ordinates of curve `index`.
  func columns(of index: Int) -> (x: Int, y: Int) { sharesX ? (1, index + 2) : (2 * index + 1, 2 * index + 2) }

  /// The CSV: a header line, then a line per point. With shared abscissas the columns are x and each curve's ordinates;
  /// otherwise each curve has its own pair of columns, empty below a shorter curve. Numbers round-trip.
  func csv(xLabel: String) -> String {
    var header: [String] = []
    if sharesX { header.append(xLabel) }
    for curve in series {
      if !sharesX { header.append("\(xLabel) (\(curve.name))") }
      header.append(curve.name)
    }
    var text = header.map(Self.csvField).joined(separator: ",") + "\n"
    for row in 0..<(series.map(\.x.count).max() ?? 0) {
      var fields: [String] = []
      if sharesX { fields.append(String(series[0].x[row])) }
      for curve in series {
        let isPresent = row < curve.x.count
        if !sharesX { fields.append(isPresent ? String(curve.x[row]) : "") }
        fields.append(isPresent ? String(curve.y[row]) : "")
      }
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  /// A CSV field (RFC 4180): always quoted, quotes doubled, on one line.
  private static func csvField(_ text: String) -> String {
    "\"" + plainText(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
