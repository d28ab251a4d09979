import Verdicts

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

  /// The terminal with its options.
  var terminalCommand: String {
    switch self {
    case .svg: "svg size 720,450 dynamic font 'Helvetica,12' background rgb 'white'"
    case .pdf: "pdfcairo size 12cm,7.5cm font 'Helvetica,10'"
    case .tex: "cairolatex pdf size 12cm,7.5cm"
    case .png: "pngcairo size 1080,675 font 'Helvetica,14'"
    }
  }
}

/// A gnuplot script that draws a figure from the CSV beside it. gnuplot runs what stands between backticks in
/// double-quoted strings, pipes to names that begin with `|` or `<`, and reads `_`, `^`, `@`, `{}` as markup: so every
/// text stands in single quotes, every file name begins with `./`, and markup is switched off.
struct GnuplotScript {
  /// The comment the scripts begin with; the sign that a CSV beside one is ours to replace.
  static let signature = "# Written by flowcheck. Draw again with: gnuplot -d, in this folder, on this file."

  /// The script's text.
  let text: String

  /// Draws `data` in the format and under the name (`stem.svg`, from `stem.csv`) given.
  init(_ figure: Figure, data: FigureData, format: FigureFormat, stem: String) {
    func label(_ text: String) -> String {
      Self.quoted(format == .tex ? LaTeX.escaped(plainText(text)) : plainText(text))
    }
    var lines = [
      Self.signature,
      "set encoding utf8",
      "set terminal \(format.terminalCommand)",
      "set output \(Self.quoted("./\(stem).\(format.rawValue)"))",
      "set datafile separator comma",
      "set title \(label(figure.title)) noenhanced",
      "set xlabel \(label(figure.xLabel)) noenhanced",
      "set ylabel \(label(figure.yLabel)) noenhanced",
      "set key \(data.series.count > 1 ? "outside right top" : "inside right top") noenhanced",
      "set grid linecolor rgb '#dddddd'",
    ]
    // gnuplot's own format mixes 0.0001 with 1×10⁻⁶ on one axis.
    if figure.logX { lines += ["set logscale x", "set format x '%g'"] }
    if figure.logY { lines += ["set logscale y", "set format y '%g'"] }
    let source = "\(Self.quoted("./\(stem).csv")) skip 1 using"
    let hasReference = data.series.contains { $0.role == .reference }
    let bands = Self.bands(data.series)
    var curves = bands.enumerated().map { index, band in
      let (x, y) = data.columns(of: band.low)
      let color = Self.bandColors[index % Self.bandColors.count]
      return
        "\(source) \(x):\(y):\(data.columns(of: band.high).y) with filledcurves linecolor rgb '\(color)' notitle"
    }
    curves += data.series.enumerated().map { index, curve in
      let columns = data.columns(of: index)
      let style = curve.x.count > 30 ? "lines" : "linespoints pointtype 7 pointsize 0.4"
      let look =
        switch curve.role {
        case .measured:
          "\(style) linecolor \(index % 8 + 1) dashtype \(index / 8 + 1) linewidth \(hasReference ? 3 : 1.5)"
        case .reference: "lines linecolor rgb 'black' dashtype 2 linewidth 1.2"
        case .lowerBound, .upperBound: "lines linecolor rgb '#7f9fc6' linewidth \(bands.count > 1 ? 0.4 : 1.2)"
        }
      // Of one band the edges have names; those of several would fill the legend.
      let isEdge = curve.role == .lowerBound || curve.role == .upperBound
      return
        "\(source) \(columns.x):\(columns.y) with \(look) \(isEdge && bands.count > 1 ? "notitle" : "title \(label(curve.name))")"
    }
    lines.append("plot " + curves.joined(separator: ", \\\n  "))
    lines.append("unset output")
    text = lines.joined(separator: "\n") + "\n"
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
  /// `"\047"` for each quote between them. (Doubling quotes is not enough: gnuplot 5.4 ends a string at a doubled quote
  /// that comes first or follows another, and would run the rest as commands.)
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'."\047".'"#) + "'"
  }
}
