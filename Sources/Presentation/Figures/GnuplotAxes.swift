import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The part of a gnuplot script that draws the pairs of axes of a figure.
struct GnuplotAxes {
  private let sheet: FigureSheet
  private let format: FigureFormat
  /// The CSV as a plot reads it.
  private let source: String
  /// Which look each measured curve has: a name's is the same on all axes.
  private let looks: [[Int]]
  /// How many looks there are.
  private let lookCount: Int

  /// - Parameter source: the file of the data, quoted, up to the columns.
  init(_ sheet: FigureSheet, format: FigureFormat, source: String) {
    self.sheet = sheet
    self.format = format
    self.source = source
    var known: [String: Int] = [:]
    var count = 0
    var looks: [[Int]] = []
    for (number, axes) in sheet.axes.enumerated() {
      var own: [Int] = []
      var used: Set<Int> = []
      for curve in axes.data.series {
        guard curve.role == .measured else {
          own.append(0)
          continue
        }
        // Curves of one pair of axes are told apart even where their names are the same.
        let look = known[curve.name].flatMap { number > 0 && !used.contains($0) ? $0 : nil } ?? count
        own.append(look)
        used.insert(look)
        count = max(count, look + 1)
        known[curve.name] = known[curve.name] ?? look
      }
      looks.append(own)
    }
    self.looks = looks
    lookCount = count
  }

  /// A text as a quoted label.
  func label(_ text: String) -> String {
    GnuplotScript.quoted(format == .tex ? LaTeX.escaped(plainText(text)) : plainText(text))
  }

  /// What makes axes logarithmic.
  ///
  /// - Parameter range: the horizontal range where it is not that of the data.
  func scales(of axes: FigureSheet.Axes, range: (low: Double, high: Double)? = nil) -> [String] {
    let x = range.map { [$0.low, $0.high] } ?? axes.data.series.flatMap(\.x)
    let y = (sheet.sharesY ? sheet.axes : [axes]).flatMap { $0.data.series.flatMap(\.y) }
    let heights =
      sheet.sharesY
      ? FigureLayout.range(y, isLog: axes.figure.logY) : axes.figure.logY ? FigureLayout.ordinates(y) : nil
    return (axes.figure.logX ? Self.logarithmic("x", x, format) : Self.linear("x", x, format))
      + (axes.figure.logY ? Self.logarithmic("y", y, format) : Self.linear("y", y, format))
      + [ordinates(heights)]
  }

  /// Where the horizontal axis begins and ends; nil leaves it to gnuplot, whose `reverse` acts on its own choice alone.
  static func abscissas(_ range: (low: Double, high: Double)?, isReversed: Bool) -> String {
    guard let range else { return "set xrange [*:*]\(isReversed ? " reverse" : "")" }
    return "set xrange [\(isReversed ? range.high : range.low):\(isReversed ? range.low : range.high)]"
  }

  private func ordinates(_ range: (low: Double, high: Double)?) -> String {
    "set yrange [\(range.map { "\($0.low):\($0.high)" } ?? "*:*")]"
  }

  /// Draws a pair of axes among several in its place.
  func panel(_ number: Int, _ layout: FigureLayout) -> [String] {
    let axes = sheet.axes[number]
    let (place, key) = (layout.places[number], layout.keys[number])
    var lines = [
      "set tmargin at screen \(place.top)", "set bmargin at screen \(place.bottom)", "unset label", "unset logscale",
      "set format", "set xtics autofreq", key.command(top: place.keyTop),
      Self.abscissas(place.range, isReversed: axes.figure.reversesX),
    ]
    lines += scales(of: axes, range: place.range)
    if place.tellsX {
      lines.append("set xlabel \(label(axes.figure.xLabel)) noenhanced offset 0,0.3")
    } else {
      lines += ["unset xlabel", "set format x ''"]
    }
    // One below another, whatever their ticks are.
    lines.append(
      "set label \(label(axes.figure.yLabel)) at screen \(layout.labelCentre), graph 0.5 center rotate noenhanced")
    for (line, text) in place.title.enumerated() {
      let height = 0.6 + 1.1 * Double(place.title.count - 1 - line)
      lines.append("set label \(label(text)) at graph 0, graph 1 left offset 0,\(height) noenhanced")
    }
    return lines + plot(number, key)
  }

  /// The curves of a pair of axes.
  func plot(_ number: Int, _ key: FigureKey) -> [String] {
    let axes = sheet.axes[number]
    let series = axes.data.series
    func columns(_ index: Int) -> (x: Int, y: Int) { sheet.columns(of: index, on: axes) }
    let bands = Self.bands(series)
    let bounds = series.indices.filter { series[$0].role.isBound }
    var curves = bands.enumerated().map { index, band in
      let (x, y) = columns(band.low)
      let color = Self.bandColors[index % Self.bandColors.count]
      return "\(source) \(x):\(y):\(columns(band.high).y) with filledcurves linecolor rgb '\(color)' notitle"
    }
    curves += Self.drawingOrder(series).map { index in
      let curve = series[index]
      let (x, y) = columns(index)
      let look =
        switch curve.role {
        case .measured:
          sheet.axes.count > 1 && Self.isNoise(curve.y, isLog: axes.figure.logY)
            ? Self.scatter(looks[number][index]) : Self.look(looks[number][index], of: lookCount, points: curve.x.count)
        case .reference: "lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2"
        case .lowerBound, .upperBound:
          bands.contains { $0.low == index || $0.high == index }
            ? "lines linecolor rgb '#7f9fc6' linewidth \(bands.count > 1 ? 0.4 : 1)"
            : Self.edge(bounds.firstIndex(of: index) ?? 0)
        }
      return "\(source) \(x):\(y) with \(look) \(key.names[index].map { "title \(label($0))" } ?? "notitle")"
    }
    return ["plot " + curves.joined(separator: ", \\\n  ")]
  }

  // MARK: Looks

  /// Told apart by people who see no red or no green (Okabe and Ito 2008), without their yellow, which paper swallows.
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00"]
  /// And in grey by dashes and marks.
  private static let dashes = ["1", "(8,3)", "(3,2)", "(8,3,2,3)", "(1,2)"]
  private static let marks = [7, 5, 9, 4, 6, 11, 8, 13]

  /// Curves of few points show each of them; of long ones a few marks tell which is which, where there are several.
  private static func look(_ index: Int, of count: Int, points: Int) -> String {
    let color = "linecolor rgb '\(colors[index % colors.count])'"
    let dash = "dashtype \(dashes[index % dashes.count])"
    let mark = "pointtype \(marks[index % marks.count]) pointsize 0.45"
    if points <= 30 { return "linespoints \(color) \(dash) \(mark) linewidth 1.4" }
    if count == 1 { return "lines \(color) dashtype 1 linewidth 1.4" }
    return "linespoints \(color) \(dash) \(mark) pointnumber \(6 + index % 3) linewidth 1.4"
  }

  /// A bound that is no edge of a band: broad and pale, so that it is seen below curves that lie on it.
  private static func edge(_ index: Int) -> String {
    "lines linecolor rgb '#aaaaaa' dashtype \(dashes[index % dashes.count]) linewidth 2.5"
  }

  /// Of noise, such as what rounding leaves, lines from point to point would hide other curves and say nothing.
  private static func scatter(_ index: Int) -> String {
    "points linecolor rgb '\(colors[index % colors.count])' pointtype \(marks[index % marks.count]) pointsize 0.2"
  }

  /// The part of an axis below which a rise and fall is not seen.
  private static let visibleMove = 0.01

  /// Whether values of many points are seen to rise and fall at every other point.
  private static func isNoise(_ values: [Double], isLog: Bool) -> Bool {
    let heights = isLog ? values.filter { $0 > 0 }.map { log10($0) } : values
    guard heights.count > 30, let low = heights.min(), let high = heights.max(), high > low else { return false }
    let moves = zip(heights, heights.dropFirst()).map { $1 - $0 }.filter { $0 != 0 }
    let sizes = moves.map(abs).sorted()
    guard !sizes.isEmpty, sizes[sizes.count / 2] > visibleMove * (high - low) else { return false }
    return 2 * zip(moves, moves.dropFirst()).count { ($0 > 0) != ($1 > 0) } > moves.count
  }

  /// References lie below what was measured, so that they hide nothing.
  private static func drawingOrder(_ series: [Figure.Curve]) -> [Int] {
    series.indices.filter { series[$0].role != .measured } + series.indices.filter { series[$0].role == .measured }
  }

  /// Powers of ten where an axis spans some, plain numbers where it does not.
  private static func logarithmic(_ axis: String, _ values: [Double], _ format: FigureFormat) -> [String] {
    let positive = values.filter { $0 > 0 }
    let decades = (log10(positive.max() ?? 1).rounded(.up), log10(positive.min() ?? 1).rounded(.down))
    let spansPowers = decades.0 - decades.1 >= 2
    let power = format == .tex ? "$10^{%T}$" : "10^{%T}"
    return ["set logscale \(axis)", "set format \(axis) '\(spansPowers ? power : "%g")'"]
  }

  /// Numbers with their power of ten where they would be long without it.
  private static func linear(_ axis: String, _ values: [Double], _ format: FigureFormat) -> [String] {
    let largest = values.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest < 1e-3 || largest >= 1e5 else { return [] }
    let format = "set format \(axis) '\(format == .tex ? "$%.1t{\\cdot}10^{%T}$" : "%.1t·10^{%T}")'"
    guard axis == "x", let low = values.min(), let high = values.max(), high > low else { return [format] }
    // Such numbers are so wide that an axis of a column has room for four.
    return [format, "set xtics \(FigureLayout.roundStep(atLeast: (high - low) / 3))"]
  }

  /// Pale, so that curves stand out before them and grid lines behind; each that of the curve of its number.
  private static let bandColors = ["#dde6f2", "#f2e3dd", "#e0f0df", "#efe0f0", "#e6e6e6", "#dcf0fa", "#f8ecd6"]

  /// Whether there are several bands, which need no names for their edges.
  static func hasSeveralBands(_ data: FigureData) -> Bool { bands(data.series).count > 1 }

  /// Edges that belong together: the first lower with the first upper one, and so on, where they have the same abscissas.
  private static func bands(_ series: [Figure.Curve]) -> [(low: Int, high: Int)] {
    let low = series.indices.filter { series[$0].role == .lowerBound }
    let high = series.indices.filter { series[$0].role == .upperBound }
    return zip(low, high).filter { series[$0].x == series[$1].x }.map { ($0, $1) }
  }
}
