import Foundation
import Testing

/// Figures from what runs have left.
@Suite("plot")
struct PlotTests {
  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != "\"" } }
    }
  }

  @Test("runs on one pair of axes: the numbers are those of their series, the names say in what they differ")
  func runs() throws {
    let folder = try Folder()
    for seed in ["1", "2"] {
      let ending = try Tool.run(
        ["integrate"] + Tool.matrix + Tool.horizon + ["--seed", seed, "--output", "o\(seed)"], in: folder)
      #expect(ending.status == 0)
    }
    let listed = try Tool.run(["plot", "o1", "o2"], in: folder).output.split(separator: "\n").map(String.init)
    #expect(Set(["loss", "norms", "norms-loss", "gradient", "trajectory"]).isSubset(of: listed), "\(listed)")
    let ending = try Tool.run(
      ["plot", "o1", "o2", "--figure", "loss", "--figure", "norms,trajectory", "--plot", "f.svg"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    for name in ["loss", "norms", "trajectory"] {
      #expect(folder.names.contains("f-\(name).svg") && folder.names.contains("f-\(name).caption.txt"))
    }
    let drawn = rows(try folder.text("f-loss.csv"))
    #expect(drawn[0] == ["t", "seed 1", "seed 2"])
    for (column, seed) in [(1, "1"), (2, "2")] {
      let series = rows(try folder.text("o\(seed)/series.csv"))
      let loss = try #require(series[0].firstIndex(of: "loss"))
      #expect(drawn.dropFirst().map { $0[column] } == series.dropFirst().map { $0[loss] })
      #expect(drawn.dropFirst().map { $0[0] } == series.dropFirst().map { $0[0] })
    }
  }

  /// A table whose names have commas in them.
  private func quotedRows(_ text: String) -> [[String]] {
    let rows = rows(text)
    guard let header = text.split(separator: "\n").first else { return rows }
    return [header.dropFirst().dropLast().components(separatedBy: "\",\"")] + rows.dropFirst()
  }

  private static let growth = [
    "growth", "--shape", "3,3,3", "--components", "3", "--rank", "1", "--init", "balanced", "--init-scale", "0.3",
    "--until", "300", "--save", "20",
  ]

  @Test("panels come back from a report: alone as they were drawn, of several runs panel by panel")
  func panels() throws {
    let folder = try Folder()
    for seed in ["1", "2"] {
      let ending = try Tool.run(
        Self.growth + ["--seed", seed, "--output", "o\(seed)", "--plot", "p\(seed).svg"], in: folder)
      #expect((0...2).contains(ending.status))
    }
    let ending = try Tool.run(["plot", "o1", "--figure", "evidence", "--plot", "r.svg"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    #expect(try folder.text("r.svg") == folder.text("p1.svg") && folder.text("r.csv") == folder.text("p1.csv"))
    #expect(try folder.text("r.caption.txt").hasPrefix("growth of component norms; below: relative residual against"))
    #expect(try Tool.run(["plot", "o1", "o2", "--figure", "evidence", "--plot", "b.svg"], in: folder).status == 0)
    let both = quotedRows(try folder.text("b.csv"))
    let parts = try ["1", "2"].map { quotedRows(try folder.text("p\($0).csv")) }
    let titles = ["growth of component norms", "relative residual against 3 σ^(4/3)"]
    #expect(both[0].count == parts[0][0].count + parts[1][0].count)
    // Two pairs of axes, whose columns hold the numbers of the runs.
    #expect(both[0].allSatisfy { name in titles.contains { name.hasSuffix($0) || name.hasSuffix("\($0))") } })
    func column(_ name: String, _ table: [[String]]) throws -> [String] {
      let place = try #require(table[0].firstIndex(of: name), "\(name) in \(table[0])")
      return table.dropFirst().map { place < $0.count ? $0[place] : "" }.filter { !$0.isEmpty }
    }
    for (seed, part) in zip(["1", "2"], parts) {
      for axes in titles {
        let own = try #require(part[0].first { $0.hasPrefix("component") && $0.hasSuffix(", \(axes)") })
        let name = try #require(own.split(separator: ",").first)
        #expect(try column("\(name), seed \(seed), \(axes)", both) == column(own, part))
      }
    }
  }

  @Test("components of integrate are followed as themselves, and their last norms are those of the series")
  func components() throws {
    let folder = try Folder()
    let run = [
      "integrate", "--model", "cp", "--shape", "4,4,4", "--components", "12", "--rank", "2", "--init-scale", "0.4",
      "--until", "40", "--save", "9", "--output", "o",
    ]
    #expect(try Tool.run(run, in: folder).status == 0)
    let ending = try Tool.run(["plot", "o", "--figure", "components", "--plot", "c.svg"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let (drawn, series) = (rows(try folder.text("c.csv")), rows(try folder.text("o/series.csv")))
    #expect(drawn[0].count == 11 && drawn.count == series.count)
    for k in 1...10 {
      let place = try #require(series[0].firstIndex(of: "component_norm_\(k)"))
      #expect(drawn.last?[k] == series.last?[place])
    }
  }

  @Test(
    "the gap over the power of its learning rate: curves of several rates lie on one another, those of the gap lie apart",
    arguments: [("flow", 1.0), ("modified", 2.0)])
  func scaledGaps(_ against: String, order: Double) throws {
    let folder = try Folder()
    let rates = [4e-3, 2e-3, 1e-3, 5e-4]
    let ending = try Tool.run(
      ["compare"] + Tool.matrix + [
        "--until", "2", "--save", "5", "--against", against, "--learning-rates",
        rates.map { "\($0)" }.joined(separator: ","), "--output", "out",
      ], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let drawn = try Tool.run(["plot", "out", "--figure", "gap-time,gap-scaled", "--plot", "f.svg"], in: folder)
    #expect(drawn.status == 0, "\(drawn)")
    func numbers(_ name: String) throws -> [[Double]] {
      rows(try folder.text("f-\(name).csv")).dropFirst().map { $0.compactMap { Double($0) } }
    }
    let (gaps, scaled) = (try numbers("gap-time"), try numbers("gap-scaled"))
    #expect(gaps.count > 3 && gaps.count == scaled.count)
    for (row, quotients) in zip(gaps, scaled) {
      try #require(row.count == 5 && quotients.count == 5)
      for (k, rate) in rates.enumerated() {
        #expect(abs(quotients[k + 1] * pow(rate, order) - row[k + 1]) <= 1e-14 * row[k + 1])
      }
      // The next order is a rate's size smaller.
      #expect(abs(quotients[1] / quotients[4] - 1) < 0.1, "\(quotients)")
      #expect(row[1] / row[4] > 7)
    }
  }

  @Test("a sweep's medians and quartiles, against the setting that varies")
  func summary() throws {
    let folder = try Folder()
    try folder.write(
      """
      [problem]
      model = "matrix"
      shape = [2, 2]
      depth = 2
      rank = 1
      [init]
      scale = [0.5, 0.25]
      seed = "1..5"
      [integration]
      until = 4
      save = 5
      [sweep]
      command = "integrate"
      """, to: "s.toml")
    #expect(try Tool.run(["sweep", "s.toml", "--output", "out"], in: folder).status == 0)
    #expect(
      try Tool.run(["plot", "out", "--figure", "summary", "--of", "loss", "--plot", "s.svg"], in: folder).status == 0)
    // By hand, from the points: of five values the quartiles are the second, third and fourth.
    var expected: [Double: [Double]] = [:]
    for point in 1...10 {
      let name = point < 10 ? "0\(point)" : "10"
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(folder.text("out/points/\(name)/point.json").utf8))
          as? [String: Any])
      let numbers = try #require(object["numbers"] as? [[String: Any]])
      let loss = try #require(numbers.first { $0["name"] as? String == "loss" }?["value"] as? Double)
      let scale = try #require((object["point"] as? [String: String])?["init.scale"].flatMap { Double($0) })
      expected[scale, default: []].append(loss)
    }
    let drawn = rows(try folder.text("s.csv")).dropFirst()
    #expect(drawn.count == 2)
    for row in drawn {
      let numbers = row.compactMap { Double($0) }
      let sorted = try #require(expected[numbers[0]]).sorted()
      // JSONSerialization reads numbers to a few units in the last place.
      for k in 1...3 { #expect(abs(numbers[k] - sorted[k]) <= 1e-15 * sorted[k].magnitude * 4) }
    }
  }

  @Test("what is not there is refused by name")
  func refused() throws {
    let folder = try Folder()
    #expect(try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["--output", "o"], in: folder).status == 0)
    for (arguments, status, words) in [
      (["plot", "none"], 74, ["none/report.json"]),
      (["plot", "o", "--figure", "lss", "--plot", "a.svg"], 64, ["lss", "drift", "loss"]),
      (["plot", "o", "--figure", "summary", "--plot", "a.svg"], 64, ["summary"]),
      (["plot", "o", "--figure", "loss"], 64, ["--plot"]),
      (["plot", "o", "--figure", "loss", "--of", "x", "--plot", "a.svg"], 64, ["--of"]), (["plot"], 64, ["Missing"]),
      (["plot", "o", "--figure", "loss", "--plot", "a.svg", "--figure-width", "0"], 64, ["--figure-width"]),
    ] as [([String], Int32, [String])] {
      try expectRefusal(arguments, status: status, words, in: folder)
    }
    try folder.write("{}", to: "o/report.json")
    try expectRefusal(["plot", "o"], status: 74, ["no report"], in: folder)
  }
}
