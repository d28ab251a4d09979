import Foundation
import Presentation
import Testing
import Verdicts

@Suite("Figures drawn by gnuplot", .serialized)
struct GnuplotWriterTests {
  static let decay = Figure(
    "drift", xLabel: "t", yLabel: "residual", logY: true,
    curves: [
      .init("1e-06", x: [0, 1, 2], y: [1e-3, 2e-4, 5e-5]),
      .init("1e-08", x: [0, 1, 2], y: [1e-5, 2e-6, 0]),
    ])

  @Test(
    "each format, with the script and the data that made it",
    arguments: [
      ("svg", ["a.csv", "a.gp", "a.svg"], "<?xml"), ("pdf", ["a.csv", "a.gp", "a.pdf"], "%PDF"),
      ("png", ["a.csv", "a.gp", "a.png"], "PNG"), ("tex", ["a.csv", "a.gp", "a.pdf", "a.tex"], "includegraphics"),
    ])
  func formats(_ format: (ending: String, files: [String], mark: String)) throws {
    let folder = try Folder()
    let notes = try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.\(format.ending)")
    #expect(folder.names == format.files)
    #expect(try folder.text("a.\(format.ending)").contains(format.mark))
    // Where LaTeX sets ticks the label of the axis keeps its distance.
    let offset = format.ending == "tex" ? 0 : 1
    #expect(try folder.text("a.gp").contains("noenhanced offset \(offset),0\n"))
    #expect(notes == ["1 point left out that are not finite or have no logarithm"])
    #expect(
      try folder.text("a.csv") == """
        "t (1e-06)","1e-06","t (1e-08)","1e-08"
        0.0,0.001,0.0,1e-05
        1.0,0.0002,1.0,2e-06
        2.0,5e-05,,

        """)
  }

  @Test("SVG is the same bytes every time, and again when the script is run by hand")
  func stability() throws {
    let (one, two) = (try Folder(), try Folder())
    for folder in [one, two] { try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.svg") }
    let bytes = try one.bytes("a.svg")
    #expect(try two.bytes("a.svg") == bytes)
    try GnuplotWriter().write(Self.decay, to: "\(one.path)/a.svg")
    #expect(try one.bytes("a.svg") == bytes)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot", "-d", "a.gp"]
    process.currentDirectoryURL = URL(fileURLWithPath: two.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try two.bytes("a.svg") == bytes)
    #expect(two.names == ["a.csv", "a.gp", "a.svg"])
  }

  @Test(
    "no file name makes gnuplot or a shell run anything",
    arguments: [
      "`touch x`", "$(touch x)", "|touch x", "<touch x", "~", "-", "a'b", "a''; system 'touch x'; '",
      "''; system 'touch x'; ''", "a\"b", "@x",
      "a b",
      "'", "\\", "%s", "ä→", "#",
    ])
  func fileNames(_ stem: String) throws {
    let folder = try Folder()
    let start = FileManager.default.currentDirectoryPath
    try GnuplotWriter().write(Self.decay, to: "\(folder.path)/\(stem).svg")
    #expect(folder.names == ["\(stem).csv", "\(stem).gp", "\(stem).svg"].sorted())
    #expect(!FileManager.default.fileExists(atPath: "\(start)/x"))
    // The folder's own name reaches gnuplot too.
    try FileManager.default.createDirectory(atPath: "\(folder.path)/\(stem)", withIntermediateDirectories: true)
    try GnuplotWriter().write(Self.decay, to: "\(folder.path)/\(stem)/a.svg")
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(stem)/a.svg"))
    #expect(folder.names.count == 4)
    #expect(!FileManager.default.fileExists(atPath: "\(start)/x"))
  }

  @Test("text is drawn as it is: no markup, no commands", arguments: ["svg", "png", "pdf", "tex"])
  func texts(_ ending: String) throws {
    let folder = try Folder()
    let hostile = "W_1^2 @x {/Bold b} `touch x` 'q' \"d\" \\n %d $HOME ~ # & ; <b> \u{2016}W\u{2016}\nnext\u{1B}[2J"
    let figure = Figure(
      hostile, xLabel: hostile, yLabel: hostile,
      curves: [.init(hostile, x: [0, 1], y: [1, 2]), .init("", x: [0, 1], y: [2, 1])])
    try GnuplotWriter().write(figure, to: "\(folder.path)/a.\(ending)")
    #expect(folder.names.allSatisfy { ["a.csv", "a.gp", "a.pdf", "a.\(ending)"].contains($0) })
    if ending == "svg" {
      let svg = try folder.text("a.svg")
      #expect(
        svg.contains("W_1^2 @x {/Bold b} `touch x` 'q' \"d\" \\n %d $HOME ~ # &amp; ; &lt;b> \u{2016}W\u{2016} next")
      )
    }
    if ending == "tex" {
      #expect(
        try folder.text("a.tex").contains(
          "W\\_1\\textasciicircum{}2 @x \\{/Bold b\\} `touch x` 'q' \"d\" \\textbackslash{}n \\%d \\$HOME \\textasciitilde{}"
        ))
    }
    #expect(try folder.text("a.csv").split(separator: "\n").count == 3)
  }

  @Test(
    "a quote at the start or beside another ends no text",
    arguments: [
      "'", "''", "'q'", "''q''", "a''b", "a''''b", "a'''", "'; system 'touch x'; '", "''; system ''touch x''; ''",
      "a''''; system ''touch x''; set title ''b", "\\'; system 'touch x'; '", "a\\",
    ])
  func quotes(_ text: String) throws {
    let folder = try Folder()
    let figure = Figure(text, xLabel: text, yLabel: text, curves: [.init(text, x: [0, 1], y: [1, 2])])
    try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
    #expect(folder.names == ["a.csv", "a.gp", "a.svg"])
    // At the two axes: one curve needs no legend, and a title stands in the caption.
    let shown = try folder.text("a.svg").components(separatedBy: "<text>\(text)</text>").count - 1
    #expect(shown == 2)
  }

  @Test("one point, equal values, extreme values, many points on log axes: always a figure")
  func degenerate() throws {
    let folder = try Folder()
    for (logX, logY) in [(false, false), (true, true)] {
      for (x, y) in [
        ([1.0], [1.0]), ([1, 2, 3], [2, 2, 2]), ([1, 1], [1, 2]), ([1e-300, 1e300], [1e-300, 1e300]),
        ([2.5e-308, 1], [1, 1.7e308]), ([1, 2], [1, 1 + 1e-15]), ([1, 2, 3], [.nan, 1, .infinity]),
      ] as [([Double], [Double])] {
        let figure = Figure(
          "", xLabel: "", yLabel: "", logX: logX, logY: logY, curves: [.init("s", x: x, y: y)])
        #expect(throws: Never.self, "\(x) \(y) \(logX)") {
          try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
        }
      }
    }
  }

  @Test("more curves and points than can be seen are thinned, and a note says so")
  func thinning() throws {
    let folder = try Folder()
    let series = (0..<50).map { Figure.Curve("s\($0)", x: [0, 1], y: [Double($0), 0]) }
    let notes = try GnuplotWriter().write(
      Figure("many", xLabel: "t", yLabel: "y", curves: series), to: "\(folder.path)/a.svg")
    #expect(notes == ["20 of 50 curves are drawn, evenly chosen"])
    let header = try #require(try folder.text("a.csv").split(separator: "\n").first).split(separator: ",")
    #expect(header.count == 21)
    #expect(header[1] == "\"s0\"")
    #expect(header[20] == "\"s49\"")
    let long = (0..<100_000).map(Double.init)
    let longNotes = try GnuplotWriter().write(
      Figure("long", xLabel: "t", yLabel: "y", curves: [.init("s", x: long, y: long)]),
      to: "\(folder.path)/b.svg")
    #expect(longNotes == ["'s': 4000 of 100000 points are drawn, evenly chosen"])
    let rows = try folder.text("b.csv").split(separator: "\n")
    #expect(rows.count == 4001)
    #expect(rows[4000] == "99999.0,99999.0")
  }

  @Test(
    "edges of a band are filled between, a reference is dashed over the data, and logarithmic ticks have one format")
  func roles() throws {
    let folder = try Folder()
    let x = (0..<40).map { 1 + Double($0) }
    let figure = Figure(
      "t", xLabel: "x", yLabel: "y", logX: true, logY: true,
      curves: [
        .init("low", x: x, y: x.map { 0.5 * $0 }, role: .lowerBound), .init("value", x: x, y: x),
        .init("high", x: x, y: x.map { 2 * $0 }, role: .upperBound),
        .init("slope 1", x: x, y: x.map { 1.1 * $0 }, role: .reference),
      ])
    _ = try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
    let script = try folder.text("a.gp")
    #expect(script.contains("using 1:2:4 with filledcurves"))
    #expect(
      script.contains("dashtype (2,3)") && script.contains("set format x '10^{%T}'")
        && script.contains("set format y '10^{%T}'"))
    // Within a decade or so powers of ten would be one tick.
    let narrow = Figure("t", xLabel: "x", yLabel: "y", logX: true, curves: [.init("v", x: [2, 3, 8], y: [1, 2, 3])])
    _ = try GnuplotWriter().write(narrow, to: "\(folder.path)/a.svg")
    #expect(try folder.text("a.gp").contains("set format x '%g'"))
    // Without an upper edge there is nothing to fill.
    let open = Figure(
      "t", xLabel: "x", yLabel: "y", logX: true, logY: true,
      curves: figure.curves.filter { $0.role != .upperBound })
    _ = try GnuplotWriter().write(open, to: "\(folder.path)/a.svg")
    #expect(!(try folder.text("a.gp")).contains("filledcurves"))
  }

  @Test("several bands are filled each, lower edge to upper edge, and their edges have no names")
  func severalBands() throws {
    let folder = try Folder()
    let x = [1.0, 2, 4]
    let curves = ["a", "b"].flatMap { name -> [Figure.Curve] in
      [
        .init(name, x: x, y: x), .init("\(name) low", x: x, y: x.map { 0.5 * $0 }, role: .lowerBound),
        .init("\(name) high", x: x, y: x.map { 2 * $0 }, role: .upperBound),
      ]
    }
    _ = try GnuplotWriter().write(Figure("t", xLabel: "x", yLabel: "y", curves: curves), to: "\(folder.path)/a.svg")
    let script = try folder.text("a.gp")
    #expect(script.contains("using 1:3:4 with filledcurves") && script.contains("using 1:6:7 with filledcurves"))
    #expect(script.contains("title 'a'") && script.contains("title 'b'"))
    #expect(!script.contains("'a low'") && !script.contains("'b high'"))
  }

  @Test("a figure is as wide on paper as asked, its type 8 points high, in every format")
  func widths() throws {
    let folder = try Folder()
    for (name, cm) in [("column", 8.0), ("page", 17), ("12.5", 12.5)] {
      let width = try #require(FigureWidth(name))
      try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.svg", width: width)
      let svg = try folder.text("a.svg")
      let pixels = Int((cm / 2.54 * 96).rounded())
      #expect(svg.contains("viewBox=\"0 0 \(pixels) "), "\(name)")
      // 8 points are 10.67 of 96 pixels an inch.
      #expect(svg.contains("font-size=\"10.67\""), "\(name)")
      try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.pdf", width: width)
      let points = cm / 2.54 * 72
      let pdf = String(decoding: try folder.bytes("a.pdf"), as: UTF8.self)
      let box = try #require(pdf.firstRange(of: "/MediaBox [ 0 0 "))
      let found = try #require(Double(pdf[box.upperBound...].prefix { $0 != " " }))
      #expect(abs(found - points) < 1, "\(name): \(found)")
      try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.png", width: width)
      let png = try folder.bytes("a.png")
      let dots = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
      #expect(abs(dots - Int((cm / 2.54 * 300).rounded())) <= 1, "\(name): \(dots)")
    }
    for text in ["", "3.9", "61", "nan", "wide", "-8"] { #expect(FigureWidth(text) == nil, "\(text)") }
  }

  @Test("a PDF is the same bytes at another time, and the caption stands in a file of its own")
  func paper() throws {
    let folder = try Folder()
    try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.pdf", caption: "what it shows\nflowcheck x")
    let first = try folder.bytes("a.pdf")
    #expect(try folder.text("a.caption.txt") == "what it shows\nflowcheck x\n")
    usleep(1_100_000)
    try GnuplotWriter().write(Self.decay, to: "\(folder.path)/a.pdf")
    #expect(try folder.bytes("a.pdf") == first)
    // Nothing but data and signs stands within the axes.
    try GnuplotWriter().write(Self.decay, to: "\(folder.path)/b.svg", caption: "x")
    #expect(!(try folder.text("b.gp").contains("set title")))
  }

  @Test("the legend stands where no curve is, and below where there are many")
  func key() throws {
    let folder = try Folder()
    let x = (0..<50).map(Double.init)
    for (name, y, corner) in [
      ("falling", x.map { 50 - $0 }, ["right top", "left bottom"]), ("rising", x, ["right bottom", "left top"]),
    ] {
      let figure = Figure("t", xLabel: "x", yLabel: "y", curves: [.init("a", x: x, y: y), .init("b", x: x, y: y)])
      try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
      let script = try folder.text("a.gp")
      #expect(corner.contains { script.contains("set key inside \($0)") }, "\(name)")
    }
    let many = (0..<9).map { k in Figure.Curve("c\(k)", x: x, y: x.map { $0 * Double(k) }) }
    try GnuplotWriter().write(Figure("t", xLabel: "x", yLabel: "y", curves: many), to: "\(folder.path)/a.svg")
    let script = try folder.text("a.gp")
    #expect(script.contains("set key outside bottom"))
    // Told apart without colour: no two share both dash and mark.
    let looks = script.split(separator: "\n").compactMap { line -> String? in
      guard let dash = line.firstRange(of: "dashtype "), let end = line.firstRange(of: " pointsize") else { return nil }
      return String(line[dash.lowerBound..<end.lowerBound])
    }
    #expect(looks.count == 9 && Set(looks).count == 9)
  }
}
