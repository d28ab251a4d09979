import Foundation
import Testing

/// Figures that set several runs of different models or scales beside one another.
extension SavedFigureTests {
  @Test("ranks of two trees have a panel each and one vertical range; of one tree they share the axes")
  func ranks() throws {
    let folder = try folder()
    let common = [
      "rank", "--model", "hierarchical", "--shape", "2,2,2,2", "--width", "2", "--rank", "1", "--until", "2", "--save",
      "8",
    ]
    for (name, tree, seed) in [("a", "((1,2),(3,4))", "1"), ("b", "((1,3),(2,4))", "1"), ("c", "((1,2),(3,4))", "2")] {
      try run(common + ["--tree", tree, "--seed", seed], to: name, in: folder)
    }
    func script(_ names: [String]) throws -> String {
      _ = try drawn(names, "ranks", in: folder)
      return try folder.text("f.gp")
    }
    let several = try script(["a", "b"])
    #expect(several.ranges(of: "set tmargin").count == 2)
    #expect(several.contains("((1,2),(3,4))") && several.contains("((1,3),(2,4))"))
    let ranges = several.split(separator: "\n").filter { $0.hasPrefix("set yrange") }
    #expect(ranges.count == 2 && Set(ranges).count == 1 && !ranges[0].contains("*"), "\(ranges)")
    #expect(try script(["a", "c"]).ranges(of: "set tmargin").isEmpty)
  }

  @Test("errors over scaled time: αⁿ⁻² of each run's own scale, order and depth")
  func scaledTime() throws {
    let folder = try folder()
    let matrix = ["integrate", "--model", "matrix", "--shape", "3,3", "--rank", "1", "--until", "3", "--save", "5"]
    let cases: [(name: String, arguments: [String], factor: Double)] = [
      ("a", matrix + ["--depth", "4", "--init-scale", "0.2"], 0.04),
      ("b", matrix + ["--depth", "4", "--init-scale", "0.3", "--init", "balanced"], 0.3.squareRoot()),
      ("c", matrix + ["--depth", "2"], 1),
      (
        "d",
        [
          "integrate", "--model", "cp", "--shape", "2,2,2", "--components", "2", "--rank", "1", "--init-scale", "0.25",
          "--until", "3", "--save", "5",
        ], 0.25
      ),
      // α of its own default.
      (
        "e",
        [
          "integrate", "--model", "cp", "--shape", "2,2,2", "--components", "2", "--rank", "1", "--until", "3",
          "--save", "5",
        ],
        0.05
      ),
    ]
    for (name, arguments, factor) in cases {
      try run(arguments, to: name, in: folder)
      let (sheet, _) = try drawn([name], "error-scaled-time", in: folder)
      let series = Sheet(try folder.text("\(name)/series.csv"))
      let (found, times) = (try sheet.column("t·αⁿ⁻²"), try series.column("t"))
      #expect(found.count == times.count)
      for (x, t) in zip(found, times) { #expect(abs(x - t * factor) <= 1e-12 * t, "\(name): \(x) at t = \(t)") }
      #expect(try sheet.column("reconstruction error") == series.column("reconstruction_error"))
    }
    _ = try drawn(cases.map(\.name), "error-scaled-time", in: folder)
    try run(
      [
        "integrate", "--model", "tucker", "--shape", "2,2,2", "--core", "2,2,2", "--rank", "1", "--until", "1",
        "--save", "3",
      ],
      to: "t", in: folder)
    try expectRefusal(
      ["plot", "t", "--figure", "error-scaled-time", "--plot", "g.svg"], status: 64,
      ["--figure error-scaled-time", "--model matrix or cp"], in: folder)
  }
}
