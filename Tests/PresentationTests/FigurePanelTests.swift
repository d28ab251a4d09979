import Foundation
import Presentation
import Testing
import Verdicts

/// Figures of several pairs of axes below one another.
@Suite("panels of figures", .serialized)
struct FigurePanelTests {
  /// Two curves, and below each one's distance from something, on the same abscissas.
  static let growth = Figure(
    "growth", xLabel: "s", yLabel: "rate", logX: true, logY: true,
    curves: [
      .init("one", x: [1, 10, 100], y: [2, 20, 300]), .init("two", x: [1, 10, 100], y: [3, 30, 500]),
      .init("law", x: [1, 10, 100], y: [2, 20, 200], role: .reference),
    ],
    panels: [
      Figure(
        "how far off", name: "residual", xLabel: "s", yLabel: "residual", logX: true, logY: true,
        curves: [.init("two", x: [10, 100], y: [1e-3, 1e-5]), .init("one", x: [1, 10], y: [1e-4, 0])])
    ])

  private func drawn(_ figure: Figure, as ending: String = "svg", width: FigureWidth = .column) throws -> Folder {
    let folder = try Folder()
    try GnuplotWriter().write(figure, to: "\(folder.path)/a.\(ending)", width: width)
    return folder
  }

  /// The borders of all axes of a drawing: the left, upper, lower and right edge.
  private func borders(_ svg: String) throws -> [[Double]] {
    // An open frame on the left and below, twice: under and over the curves.
    let frame = try Regex(#"d='M([0-9.]+),([0-9.]+) L\1,([0-9.]+) L([0-9.]+),\3 M\4,\2 M\1,\2 "#)
    let found = svg.matches(of: frame).map { match in (1...4).compactMap { match[$0].substring.flatMap { Double($0) } }
    }
    return found.enumerated().filter { k, edges in !found[..<k].contains(edges) }.map(\.element)
  }

  @Test("axes that share their heights have the range of all of them, on linear and logarithmic axes")
  func sharedHeights() throws {
    func ranges(isLog: Bool, isShared: Bool) throws -> [String] {
      let panel = Figure("b", xLabel: "x", yLabel: "y", logY: isLog, curves: [.init("two", x: [1, 2], y: [30, 80])])
      let figure = Figure(
        "a", xLabel: "x", yLabel: "y", logY: isLog, sharesY: isShared,
        curves: [.init("one", x: [1, 2], y: [0.02, 3])],
        panels: [panel])
      return try drawn(figure).text("a.gp").split(separator: "\n").filter { $0.hasPrefix("set yrange") }.map(
        String.init)
    }
    #expect(try ranges(isLog: false, isShared: true) == ["set yrange [0.0:80.0]", "set yrange [0.0:80.0]"])
    #expect(try ranges(isLog: false, isShared: false) == ["set yrange [*:*]", "set yrange [*:*]"])
    #expect(try ranges(isLog: true, isShared: true) == ["set yrange [0.01:100.0]", "set yrange [0.01:100.0]"])
  }

  @Test(
    "each format, with one script and one table: each pair of axes has its columns",
    arguments: [
      ("svg", ["a.csv", "a.gp", "a.svg"], "<?xml"), ("pdf", ["a.csv", "a.gp", "a.pdf"], "%PDF"),
      ("png", ["a.csv", "a.gp", "a.png"], "PNG"), ("tex", ["a.csv", "a.gp", "a.pdf", "a.tex"], "includegraphics"),
    ])
  func formats(_ format: (ending: String, files: [String], mark: String)) throws {
    let folder = try Folder()
    let notes = try GnuplotWriter().write(Self.growth, to: "\(folder.path)/a.\(format.ending)")
    #expect(folder.names == format.files)
    #expect(try folder.text("a.\(format.ending)").contains(format.mark))
    // Whatever the size of the text around.
    if format.ending == "tex" { #expect(try folder.text("a.tex").contains(#"\fontsize{8.0}{9.6}\selectfont"#)) }
    #expect(notes == ["how far off: 1 point left out that are not finite or have no logarithm"])
    #expect(
      try folder.text("a.csv") == """
        "s (one, growth)","one, growth","s (two, growth)","two, growth","s (law, growth)","law, growth",\
        "s (two, how far off)","two, how far off","s (one, how far off)","one, how far off"
        1.0,2.0,1.0,3.0,1.0,2.0,10.0,0.001,1.0,0.0001
        10.0,20.0,10.0,30.0,10.0,20.0,100.0,1e-05,,
        100.0,300.0,100.0,500.0,100.0,200.0,,,,

        """)
    let script = try folder.text("a.gp")
    for columns in ["1:2", "3:4", "5:6", "7:8", "9:10"] { #expect(script.contains("using \(columns) with")) }
  }

  @Test("abscissas that all axes share stand in the table once")
  func sharedAbscissas() throws {
    let panel = Figure("b", xLabel: "t", yLabel: "v", curves: [.init("q", x: [0, 1], y: [5, 6])])
    let figure = Figure(
      "a", xLabel: "t", yLabel: "u", curves: [.init("p", x: [0, 1], y: [3, 4])], panels: [panel])
    let folder = try drawn(figure)
    #expect(try folder.text("a.csv") == "\"t\",\"p, a\",\"q, b\"\n0.0,3.0,5.0\n1.0,4.0,6.0\n")
    #expect(try folder.text("a.gp").contains("using 1:3 with"))
  }

  @Test(
    "both axes stand in the drawing, equally wide, one below the other, in type of 8 points", arguments: [8.0, 17, 4])
  func axes(_ centimetres: Double) throws {
    let width = try #require(FigureWidth("\(centimetres)"))
    let folder = try drawn(Self.growth, width: width)
    let svg = try folder.text("a.svg")
    let borders = try borders(svg)
    try #require(borders.count == 2, "\(borders)")
    #expect(borders[0][0] == borders[1][0] && borders[0][3] == borders[1][3])
    // The upper ends above the lower one's begin, they are equally high, and neither is a mere strip.
    let heights = borders.map { $0[2] - $0[1] }
    #expect(borders[0][2] < borders[1][1] && abs(heights[0] - heights[1]) < 0.1)
    #expect(heights[0] >= 2.9 / 2.54 * 96)
    for text in ["rate", "residual", "growth", "how far off"] {
      #expect(svg.ranges(of: "<text>\(text)</text>").count == 1, "\(text)")
    }
    // 8 points are 10.67 of 96 pixels an inch.
    let sizes = Set(svg.matches(of: try Regex(#"font-size="([0-9.]+)""#)).compactMap { $0[1].substring })
    // Exponents at the ticks are a fifth smaller.
    #expect(sizes.contains("10.67") && sizes.isSubset(of: ["10.67", "10.7", "8.5"]), "\(sizes)")
    #expect(svg.contains("viewBox=\"0 0 \(Int((centimetres / 2.54 * 96).rounded())) "))
  }

  @Test("what is shared is said once: the abscissas under the lowest axes, the names in one legend, a name's look")
  func sharing() throws {
    let folder = try drawn(Self.growth)
    let (svg, script) = (try folder.text("a.svg"), try folder.text("a.gp"))
    #expect(svg.ranges(of: "<text>s</text>").count == 1)
    #expect(script.ranges(of: "set xrange [1.0:100.0]").count == 2)
    for name in ["one", "two", "law"] { #expect(svg.ranges(of: "<text>\(name)</text>").count == 1, "\(name)") }
    let curve = try Regex("using ([0-9:]+) with linespoints linecolor rgb '(#[0-9a-f]+)'")
    var look: [String: String] = [:]
    for match in script.matches(of: curve) {
      look[match[1].substring.map { String($0) } ?? ""] = match[2].substring.map { String($0) }
    }
    #expect(look["1:2"] != nil && look["1:2"] == look["9:10"] && look["3:4"] == look["7:8"])
    #expect(look["1:2"] != look["3:4"])
    // Other abscissas have ticks and a label of their own, other names a legend.
    let other = Figure(
      "c", xLabel: "t", yLabel: "w", curves: [.init("p", x: [0, 1], y: [1, 2]), .init("q", x: [0, 1], y: [2, 1])])
    let three = Figure(
      "growth", xLabel: "s", yLabel: "rate", curves: Self.growth.curves, panels: Self.growth.panels + [other])
    let mixed = try drawn(three).text("a.svg")
    for text in ["s", "t", "one", "two", "law", "p", "q"] {
      // The first axes are linear here, so that their abscissas are others than those below.
      #expect(mixed.ranges(of: "<text>\(text)</text>").count == (text == "s" ? 2 : 1), "\(text)")
    }
  }

  @Test("a shared range has every point in it and ends at round numbers")
  func ranges() throws {
    for (x, isLog, range) in [
      ([[0, 0.93], [0.31, 0.99]], false, "[0.0:1.0]"), ([[0.02, 3], [0.3, 40]], true, "[0.01:100.0]"),
      ([[-3, 12], [4, 47]], false, "[-10.0:50.0]"), ([[5, 5], [5, 5]], false, "[*:*]"),
    ] as [([[Double]], Bool, String)] {
      let parts = x.map { Figure("", xLabel: "t", yLabel: "", logX: isLog, curves: [.init("c", x: $0, y: [1, 2])]) }
      let figure = Figure(
        "", xLabel: "t", yLabel: "", logX: isLog, curves: parts[0].curves, panels: [parts[1]])
      #expect(try drawn(figure).text("a.gp").ranges(of: "set xrange \(range)").count == 2, "\(range)")
    }
  }

  @Test("axes without a point are left out, and a figure without one is refused")
  func empty() throws {
    let folder = try Folder()
    let nothing = Figure("none", xLabel: "t", yLabel: "u", logY: true, curves: [.init("c", x: [1], y: [0])])
    let figure = Figure(
      "some", xLabel: "t", yLabel: "u", curves: [.init("c", x: [0, 1], y: [0, 1])], panels: [nothing])
    let notes = try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
    #expect(notes.contains("none: 'c' has no point that can be drawn"))
    #expect(try borders(try folder.text("a.svg")).count == 1)
    #expect(throws: FigureError.self) {
      try GnuplotWriter().write(
        Figure("x", xLabel: "", yLabel: "", curves: [], panels: [nothing]), to: "\(folder.path)/b.svg")
    }
    #expect(throws: FigureError.self) {
      let torn = Figure("torn", xLabel: "", yLabel: "", curves: [.init("c", x: [1, 2], y: [1])])
      try GnuplotWriter().write(
        Figure("x", xLabel: "", yLabel: "", curves: figure.curves, panels: [torn]), to: "\(folder.path)/b.svg")
    }
  }

  @Test("one point, equal values, extreme values: always a figure")
  func degenerate() throws {
    let folder = try Folder()
    for isLog in [false, true] {
      for (x, y) in [
        ([1.0], [1.0]), ([1, 2, 3], [2, 2, 2]), ([1, 1], [1, 2]), ([1e-300, 1e300], [1e-300, 1e300]),
        ([2.5e-308, 1], [1, 1.7e308]), ([1, 2], [1, 1 + 1e-15]),
        ([1, 1 + 1e-15], [1, 2]), ([1, 2, 3], [.nan, 1, .infinity]),
      ] as [([Double], [Double])] {
        let part = Figure("", xLabel: "", yLabel: "", logX: isLog, logY: isLog, curves: [.init("s", x: x, y: y)])
        let figure = Figure(
          "", xLabel: "", yLabel: "", logX: isLog, logY: isLog, curves: [.init("r", x: [1, 2], y: [1, 2])],
          panels: [part])
        #expect(throws: Never.self, "\(x) \(y) \(isLog)") {
          try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
        }
      }
    }
  }

  @Test("SVG is the same bytes every time")
  func stability() throws {
    #expect(try drawn(Self.growth).bytes("a.svg") == drawn(Self.growth).bytes("a.svg"))
  }

  @Test(
    "titles, labels and names of panels are drawn as they are: no markup, no commands",
    arguments: ["svg", "png", "tex"])
  func texts(_ ending: String) throws {
    for hostile in [
      "`touch x` W_1^2 {/Bold b}", "''; system 'touch x'; ''", "\"; system(\"touch x\"); \"", "$(touch x) <b>&",
    ] {
      let panel = Figure(
        hostile, xLabel: hostile, yLabel: hostile,
        curves: [.init(hostile, x: [0, 1], y: [1, 2]), .init("", x: [0, 1], y: [2, 1])])
      let figure = Figure(
        hostile, xLabel: "t", yLabel: "u", curves: [.init("c", x: [0, 1], y: [1, 2])], panels: [panel])
      let folder = try drawn(figure, as: ending, width: .page)
      #expect(folder.names.allSatisfy { ["a.csv", "a.gp", "a.pdf", "a.\(ending)"].contains($0) }, "\(folder.names)")
      if ending == "svg" {
        let shown = hostile.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        // Two titles, two labels and a name.
        #expect(try folder.text("a.svg").ranges(of: "<text>\(shown)</text>").count == 5, "\(hostile)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "x"))
  }

  @Test("no name of a legend stands beyond the drawing", arguments: [8.0, 11, 17], [3, 6, 9, 14])
  func wholeLegend(_ centimetres: Double, _ count: Int) throws {
    for name in ["component 1", "c", "a component with a long name"] {
      let curves = (0..<count).map { Figure.Curve("\(name)\($0)", x: [1, 2], y: [1, Double($0 + 2)]) }
      let panel = Figure("below", xLabel: "t", yLabel: "v", curves: Array(curves.prefix(2)))
      let folder = try drawn(
        Figure("above", xLabel: "t", yLabel: "u", curves: curves, panels: [panel]),
        width: try #require(FigureWidth("\(centimetres)")))
      let svg = try folder.text("a.svg")
      let box = try #require(svg.firstMatch(of: try Regex(#"viewBox="0 0 ([0-9.]+) ([0-9.]+)""#)))
      let height = try #require(box[2].substring.flatMap { Double($0) })
      let places = svg.matches(of: try Regex(#"translate\([0-9.]+,([0-9.]+)\)"#)).compactMap {
        $0[1].substring.flatMap { Double($0) }
      }
      #expect(places.count > count)
      #expect(places.allSatisfy { $0 < height }, "\(count) of \(name): \(places.max() ?? 0) of \(height)")
    }
  }

  @Test("a long title is broken and cut, not lost beyond the edge")
  func longTitles() throws {
    let words = "a long title of many words that no column is wide enough for, nor are two lines of it"
    let figure = Figure(
      words, xLabel: "t", yLabel: "u", curves: [.init("c", x: [0, 1], y: [1, 2])],
      panels: [Figure(words, xLabel: "t", yLabel: "u", curves: [.init("c", x: [0, 1], y: [1, 2])])])
    let lines = try drawn(figure).text("a.svg").matches(of: try Regex("<text>([^<]{5,})</text>"))
      .compactMap { $0[1].substring }
    #expect(lines.count == 4 && lines.allSatisfy { $0.count <= 41 }, "\(lines)")
    #expect(lines.count { $0.hasSuffix("…") } == 2)
  }

  @Test("what rounding leaves is drawn as points, not as lines from each to the next")
  func noise() throws {
    let x = (1...60).map(Double.init)
    let residual = Figure(
      "r", xLabel: "t", yLabel: "r", curves: [.init("c", x: x, y: x.map { Int($0).isMultiple(of: 2) ? 1 : 2 })])
    let figure = Figure("u", xLabel: "t", yLabel: "u", curves: [.init("c", x: x, y: x)], panels: [residual])
    let script = try drawn(figure).text("a.gp")
    #expect(script.contains("using 1:3 with points") && script.contains("using 1:2 with lines"))
  }
}
