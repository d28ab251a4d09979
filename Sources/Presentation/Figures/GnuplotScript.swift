import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file formats a figure can have, each drawn by one gnuplot terminal.
enum FigureFormat: String, CaseIterable {
  case svg
  case pdf
  case tex
  case png

  /// The gnuplot terminal that writes this format.
  var terminal: String {
    switch self {
    case .svg: "svg"
    case .pdf: "pdfcairo"
    case .tex: "cairolatex"
    case .png: "pngcairo"
    }
  }

  /// The terminal with its options: of the width on paper, its type 8 points high there.
  ///
  /// - Parameter more: centimetres of height that a legend below the axes takes.
  func terminalCommand(_ width: FigureWidth, more: Double = 0) -> String {
    let (w, h) = (width.centimetres, width.height + more)
    let type = FigureWidth.type
    func whole(_ value: Double) -> Int { Int(value.rounded()) }
    func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    switch self {
    case .svg:
      // 96 pixels an inch.
      let pixel = 96 / 2.54
      return
        "svg size \(whole(w * pixel)),\(whole(h * pixel)) dynamic font 'Helvetica,\(short(type * 96 / 72))' linewidth 1 "
        + "background rgb 'white'"
    case .pdf:
      // Type comes out at two thirds of what is asked for unless it is scaled.
      return "pdfcairo size \(short(w))cm,\(short(h))cm font 'Helvetica,\(short(type))' fontscale 0.75 linewidth 1"
    case .tex: return "cairolatex pdf size \(short(w))cm,\(short(h))cm font ',\(short(type))'"
    case .png:
      // 300 pixels an inch; a size of type is counted at 96.
      let pixel = 300 / 2.54
      return
        "pngcairo size \(whole(w * pixel)),\(whole(h * pixel)) font 'Helvetica,\(short(type * 300 / 96))' linewidth 3 "
        + "pointscale 3"
    }
  }
}

/// A gnuplot script that draws a figure from the CSV beside it. gnuplot runs what stands between backticks in
/// double-quoted strings, pipes to names that begin with `|` or `<`, and reads `_`, `^`, `@`, `{}` as markup: so every
/// text stands in single quotes, every file name begins with `./`, and markup is switched off but for the powers of ten at the ticks.
struct GnuplotScript {
  /// The comment the scripts begin with; the sign that a CSV beside one is ours to replace.
  static let signature = "# Written by flowcheck. Draw again with: gnuplot -d, in this folder, on this file."

  /// The script's text.
  let text: String

  /// Draws `data` in the format and under the name (`stem.svg`, from `stem.csv`) given.
  init(_ figure: Figure, data: FigureData, format: FigureFormat, stem: String, width: FigureWidth = .column) {
    func label(_ text: String) -> String {
      Self.quoted(format == .tex ? LaTeX.escaped(plainText(text)) : plainText(text))
    }
    let bands = Self.bands(data.series)
    let key = FigureKey(data, figure, width: width, isBanded: bands.count > 1)
    var lines = [
      Self.signature,
      "set encoding utf8",
      "set terminal \(format.terminalCommand(width, more: key.height))",
      "set output \(Self.quoted("./\(stem).\(format.rawValue)"))",
      "set datafile separator comma",
      "set xlabel \(label(figure.xLabel)) noenhanced offset 0,0.3",
      "set ylabel \(label(figure.yLabel)) noenhanced offset 1,0",
      key.command,
      "set border 3 linewidth 0.5",
      "set tics nomirror scale 0.5",
      "set grid linewidth 0.4 linecolor rgb '#dddddd'",
    ]
    if figure.logX { lines += Self.logarithmic("x", data.series.flatMap(\.x), format) }
    if figure.logY { lines += Self.logarithmic("y", data.series.flatMap(\.y), format) }
    let source = "\(Self.quoted("./\(stem).csv")) skip 1 using"
    var curves = bands.enumerated().map { index, band in
      let (x, y) = data.columns(of: band.low)
      let color = Self.bandColors[index % Self.bandColors.count]
      return
        "\(source) \(x):\(y):\(data.columns(of: band.high).y) with filledcurves linecolor rgb '\(color)' notitle"
    }
    let measured = data.series.indices.filter { data.series[$0].role == .measured }
    let order = Self.drawingOrder(data.series)
    curves += order.map { index in
      let curve = data.series[index]
      let columns = data.columns(of: index)
      let look =
        switch curve.role {
        case .measured: Self.look(measured.firstIndex(of: index) ?? 0, of: measured.count, points: curve.x.count)
        case .reference: "lines linecolor rgb '#555555' dashtype (2,3) linewidth 1.2"
        case .lowerBound, .upperBound: "lines linecolor rgb '#7f9fc6' linewidth \(bands.count > 1 ? 0.4 : 1)"
        }
      return
        "\(source) \(columns.x):\(columns.y) with \(look) \(key.names[index].map { "title \(label($0))" } ?? "notitle")"
    }
    lines.append("plot " + curves.joined(separator: ", \\\n  "))
    lines.append("unset output")
    text = lines.joined(separator: "\n") + "\n"
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

  /// Pale, so that curves stand out before them and grid lines behind.
  private static let bandColors = ["#dde6f2", "#f2e3dd", "#e0f0df", "#efe0f0"]

  /// Edges that belong together: the first lower with the first upper one, and so on, where they have the same abscissas.
  private static func bands(_ series: [Figure.Curve]) -> [(low: Int, high: Int)] {
    let low = series.indices.filter { series[$0].role == .lowerBound }
    let high = series.indices.filter { series[$0].role == .upperBound }
    return zip(low, high).filter { series[$0].x == series[$1].x }.map { ($0, $1) }
  }

  /// `text` as a gnuplot string expression: single-quoted pieces, in which no character is special, with the constant
  /// `"\047"` for each quote between them. (Doubling quotes is not enough: gnuplot 5.4 ends a string at a doubled one
  /// that comes first or follows another, and would run the rest as commands.)
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'."\047".'"#) + "'"
  }
}
