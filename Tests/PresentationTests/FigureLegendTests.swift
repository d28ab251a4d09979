import Foundation
import Presentation
import Testing
import Verdicts

/// Where legends stand, and which way axes go.
@Suite("legends and directions of figures")
struct FigureLegendTests {
  private func script(_ figure: Figure) throws -> String {
    let folder = try Folder()
    try GnuplotWriter().write(figure, to: "\(folder.path)/a.svg")
    return try folder.text("a.gp")
  }

  private func figure(_ curves: [[(x: Double, y: Double)]], reversesX: Bool = false, panels: [Figure] = []) -> Figure {
    Figure(
      "f", xLabel: "x", yLabel: "y", reversesX: reversesX,
      curves: curves.enumerated().map { k, points in
        Figure.Curve("c\(k)", x: points.map(\.x), y: points.map(\.y))
      }, panels: panels)
  }

  @Test("a legend lies on no line, though the points at its ends be far away")
  func corners() throws {
    // A line along the upper edge leaves the lower right corner; one along the lower edge too, none.
    let top = [(x: 0.0, y: 10.0), (x: 10, y: 10)]
    let low = [(x: 0.0, y: 0.0), (x: 10, y: 0)]
    let middle = [(x: 0.0, y: 5.0), (x: 10, y: 5)]
    let single = [(x: 5.0, y: 5.0)]
    #expect(try script(figure([top, [(0, 0)]])).contains("set key inside right bottom"))
    #expect(try script(figure([top, low])).contains("set key outside bottom"))
    #expect(try script(figure([low, middle, [(5, 10)]])).contains("set key inside right top"))
    // A diagonal leaves the corners that it does not go through, and those change places with the axis' direction.
    let diagonal = [(x: 0.0, y: 0.0), (x: 10, y: 10)]
    #expect(try script(figure([diagonal, single])).contains("set key inside right bottom"))
    #expect(try script(figure([diagonal, single], reversesX: true)).contains("set key inside right top"))
  }

  @Test("an axis that falls to the right does so on all pairs of axes, and in reports")
  func reversal() throws {
    let line = [(x: 0.5, y: 1.0), (x: 9, y: 2)]
    let alone = try script(figure([line], reversesX: true))
    #expect(alone.contains("set xrange [10.0:0.0]"), "\(alone)")
    let stacked = try script(
      figure([line], reversesX: true, panels: [figure([line], reversesX: true), figure([line])]))
    #expect(stacked.ranges(of: "set xrange [10.0:0.0]").count == 2)
    #expect(stacked.ranges(of: "set xrange [0.0:10.0]").count == 1)
    // Where gnuplot chooses the ends, too.
    #expect(try script(figure([[(1, 1), (1, 2)]], reversesX: true)).contains("set xrange [*:*] reverse"))
    func keys(_ figure: Figure) throws -> Set<String> {
      let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(figure)) as? [String: Any]
      return Set(try #require(object).keys)
    }
    #expect(try keys(figure([line], reversesX: true)).subtracting(keys(figure([line]))) == ["reversesX"])
    #expect(figure([line]) != figure([line], reversesX: true))
  }

  @Test("references that differ in their numbers have what they share for one name, however many numbers they have")
  func references() throws {
    func curve(_ name: String, _ y: Double, _ role: Figure.Curve.Role) -> Figure.Curve {
      Figure.Curve(name, x: [0, 1], y: [y, y], role: role)
    }
    let names = [
      "{1,2}, in W itself", "{1}, in W itself, seed 1", "{2}, in W itself, seed 2", "mode 1, closed form", "bound",
    ]
    let figure = Figure(
      "f", xLabel: "x", yLabel: "y",
      curves: [curve("{1,2}", 0, .measured)] + names.enumerated().map { curve($1, Double($0 + 1), .reference) })
    let titles = try script(figure).matches(of: try Regex("title '([^']*)'")).compactMap {
      $0[1].substring.map(String.init)
    }
    #expect(
      Set(titles) == ["{1,2}", "in W itself", "{1,2}, in W itself", "mode 1, closed form", "bound"] as Set, "\(titles)")
  }

  @Test("names longer than there is room for keep both ends, and edges of a band have one")
  func names() throws {
    let long = "depth 2, α 0.01, a word that is long, and another, seed 1, weights"
    let text = try script(
      Figure(
        "f", xLabel: "x", yLabel: "y",
        curves: [
          .init(long, x: [0, 1], y: [0, 1]), .init("band", x: [0, 1], y: [0, 0.5], role: .lowerBound),
          .init("band", x: [0, 1], y: [1, 2], role: .upperBound),
        ]))
    let shown = try #require(text.firstMatch(of: try Regex("title '(depth[^']*)'"))?[1].substring)
    #expect(shown.hasPrefix("depth 2") && shown.hasSuffix("weights") && shown.contains("…") && shown.count <= 40)
    #expect(text.ranges(of: "title 'band'").count == 1)
  }

  @Test("small and large numbers have powers of ten at linear axes, others have none")
  func ticks() throws {
    for (factor, hasPowers) in [(1e-8, true), (1e6, true), (1, false), (1e-2, false)] {
      let text = try script(figure([[(0, factor), (1, 2 * factor)]]))
      #expect(text.contains("set format y '%.1t·10^{%T}'") == hasPowers, "\(factor)")
    }
  }
}
