import Foundation
import Testing
import Verdicts

/// Figures as values and as JSON.
@Suite("figures")
struct FigureTests {
  private func figure(_ title: String, panels: [Figure] = []) -> Figure {
    Figure(title, xLabel: "t", yLabel: title, curves: [.init(title, x: [1], y: [2])], panels: panels)
  }

  private func json(_ figure: Figure) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(figure)) as? [String: Any])
  }

  @Test("a figure without panels has no word of them; one with panels has the same keys and theirs")
  func keys() throws {
    let plain = try json(figure("a"))
    #expect(Set(plain.keys) == ["name", "title", "xLabel", "yLabel", "logX", "logY", "curves"])
    let stacked = try json(figure("a", panels: [figure("b"), figure("c")]))
    #expect(Set(stacked.keys) == Set(plain.keys).union(["panels"]))
    let panels = try #require(stacked["panels"] as? [[String: Any]])
    #expect(panels.map { $0["title"] as? String } == ["b", "c"])
    #expect(panels.allSatisfy { Set($0.keys) == Set(plain.keys) })
  }

  @Test("panels of panels follow them, so that none has panels itself")
  func depth() {
    let deep = figure("a", panels: [figure("b", panels: [figure("c", panels: [figure("d")])]), figure("e")])
    #expect(deep.panels == ["b", "c", "d", "e"].map { figure($0) })
    #expect(deep.axes == ["a", "b", "c", "d", "e"].map { figure($0) })
    #expect(deep != figure("a") && deep == figure("a", panels: deep.panels))
  }

  @Test("a heading has the titles of all axes")
  func heading() {
    #expect(figure("a").heading == "a" && figure("a", panels: [figure(""), figure("b")]).heading == "a; below: b")
  }
}
