import Verdicts

/// What of a figure can be drawn, on each of its pairs of axes, and the one CSV that holds it.
struct FigureSheet {
  /// The pairs of axes on which something can be drawn, from the top; at least one.
  let axes: [Axes]
  /// What was left out, one sentence each.
  let notes: [String]
  /// Whether all curves have the same abscissas, which the CSV then holds once, in its first column.
  let sharesX: Bool
  /// Whether all axes have one vertical range.
  let sharesY: Bool

  /// One pair of axes.
  struct Axes {
    /// How it is labelled, without panels.
    let figure: Figure
    /// What it shows.
    let data: FigureData
    /// How many curves stand before its own in the CSV.
    fileprivate let offset: Int
  }

  /// Throws where nothing can be drawn at all.
  init(_ figure: Figure, path: String) throws(FigureError) {
    var axes: [Axes] = []
    var notes: [String] = []
    var count = 0
    let all = figure.axes
    for (number, part) in all.enumerated() {
      let data = try FigureData(part, path: path)
      let place = all.count > 1 ? "\(Self.name(part, number: number)): " : ""
      notes += data.notes.map { place + $0 }
      guard !data.series.isEmpty else { continue }
      axes.append(Axes(figure: part, data: data, offset: count))
      count += data.series.count
    }
    guard let first = axes.first?.data.series.first else {
      throw FigureError(
        path, "there is no point that can be drawn",
        remedy: figure.logX || figure.logY
          ? "no value is positive and finite, as a logarithmic axis needs" : "no value is finite")
    }
    self.axes = axes
    self.notes = notes
    sharesY = figure.sharesY
    let label = axes[0].figure.xLabel
    sharesX = axes.allSatisfy { $0.figure.xLabel == label && $0.data.series.allSatisfy { $0.x == first.x } }
  }

  /// What notes and columns call a pair of axes among several.
  private static func name(_ axes: Figure, number: Int) -> String {
    axes.title.isEmpty ? "panel \(number + 1)" : plainText(axes.title)
  }

  /// The gnuplot columns (from 1) of the abscissas and ordinates of a curve.
  func columns(of index: Int, on axes: Axes) -> (x: Int, y: Int) {
    let place = axes.offset + index
    return sharesX ? (1, place + 2) : (2 * place + 1, 2 * place + 2)
  }

  /// The CSV: a header line, then a line per point. With shared abscissas the columns are x and each curve's ordinates;
  /// otherwise each curve has its own pair of columns, empty below a shorter curve. Of several pairs of axes, the columns name
  /// theirs. Numbers round-trip.
  var csv: String {
    var header: [String] = []
    var series: [Figure.Curve] = []
    if sharesX { header.append(axes[0].figure.xLabel) }
    for (number, part) in axes.enumerated() {
      let place = axes.count > 1 ? ", \(Self.name(part.figure, number: number))" : ""
      for curve in part.data.series {
        if !sharesX { header.append("\(part.figure.xLabel) (\(curve.name)\(place))") }
        header.append(curve.name + place)
        series.append(curve)
      }
    }
    var text = header.map(Self.field).joined(separator: ",") + "\n"
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
  private static func field(_ text: String) -> String {
    "\"" + plainText(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
