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
  /// - Parameter height: in centimetres.
  func terminalCommand(_ width: FigureWidth, height: Double) -> String {
    let (w, h) = (width.centimetres, height)
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
    case .tex:
      // The font is for measuring alone: LaTeX sets type in the size of the text around unless it is told.
      return "cairolatex pdf size \(short(w))cm,\(short(h))cm font ',\(short(type))' "
        + "header '\\fontsize{\(short(type))}{\(short(1.2 * type))}\\selectfont'"
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

  /// Draws `sheet` in the format and under the name (`stem.svg`, from `stem.csv`) given.
  init(_ sheet: FigureSheet, format: FigureFormat, stem: String, width: FigureWidth = .column) {
    let axes = GnuplotAxes(sheet, format: format, source: "\(Self.quoted("./\(stem).csv")) skip 1 using")
    var lines = [Self.signature, "set encoding utf8"]
    let output = "set output \(Self.quoted("./\(stem).\(format.rawValue)"))"
    if sheet.axes.count == 1 {
      let only = sheet.axes[0]
      let key = FigureKey(only.data, only.figure, width: width, isBanded: GnuplotAxes.hasSeveralBands(only.data))
      lines += [
        "set terminal \(format.terminalCommand(width, height: width.height + key.height))", output,
        "set datafile separator comma", "set xlabel \(axes.label(only.figure.xLabel)) noenhanced offset 0,0.3",
        // LaTeX's ticks are wider than gnuplot takes them for.
        "set ylabel \(axes.label(only.figure.yLabel)) noenhanced offset \(format == .tex ? 0 : 1),0", key.command(),
      ]
      if only.figure.reversesX {
        let range = FigureLayout.range(only.data.series.flatMap(\.x), isLog: only.figure.logX)
        lines.append(GnuplotAxes.abscissas(range, isReversed: true))
      }
      lines += Self.frame + axes.scales(of: only) + axes.plot(0, key)
    } else {
      let layout = FigureLayout(sheet, width: width, isBanded: GnuplotAxes.hasSeveralBands)
      lines += [
        "set terminal \(format.terminalCommand(width, height: layout.height))", output, "set datafile separator comma",
      ]
      lines += Self.frame
      lines += [
        "set multiplot", "set lmargin at screen \(layout.borders.left)",
        "set rmargin at screen \(layout.borders.right)",
      ]
      for k in sheet.axes.indices { lines += axes.panel(k, layout) }
      lines.append("unset multiplot")
    }
    lines.append("unset output")
    text = lines.joined(separator: "\n") + "\n"
  }

  private static let frame = [
    "set border 3 linewidth 0.5", "set tics nomirror scale 0.5", "set grid linewidth 0.4 linecolor rgb '#dddddd'",
  ]

  /// `text` as a gnuplot string expression: single-quoted pieces, in which no character is special, with the constant
  /// `"\047"` for each quote between them. (Doubling quotes is not enough: gnuplot 5.4 ends a string at a doubled one
  /// that comes first or follows another, and would run the rest as commands.)
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'."\047".'"#) + "'"
  }
}
