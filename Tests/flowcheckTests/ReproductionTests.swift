import Checkers
import Foundation
import Testing

/// Published experiments: what a file says, what is measured, and what is refused.
@Suite("Reproductions")
struct ReproductionTests {
  /// W itself is the parameter, the loss ½‖W − Y‖² over all entries, the start 1e-12·I: the loss is ½e^{−2t}‖Y‖², with ‖Y‖ = 1.
  private static let file = """
    [reproduction]
    title = "a closed form"
    source = "ours"
    quick = ["integration.until=1"]
    [problem]
    model = "matrix"
    shape = [3, 3]
    depth = 1
    rank = 2
    target-norm = 1.0
    data-seed = "1..4"
    [loss]
    normalization = "half-sum"
    [init]
    name = "identity"
    scale = 1e-12
    [integration]
    until = [1, 2]
    [sweep]
    command = "integrate"
    [part.flow]
    [part.long]
    set = ["integration.until=3"]
    full = true

    """

  private static func outcome(_ lines: String, part: String = "flow") -> String {
    "[outcome.x]\npart = \"\(part)\"\nsource = \"½e^{−2t}\"\n\(lines)\n"
  }

  private func run(_ outcome: String, _ arguments: [String] = []) throws -> Ending {
    let folder = try Folder()
    try folder.write(Self.file + outcome, to: "own.toml")
    return try Tool.run(["reproduce", "own.toml", "--json"] + arguments, in: folder)
  }

  private func row(_ ending: Ending) throws -> [Any] {
    let tables = try #require(try ending.json()["tables"] as? [[String: Any]])
    return try #require((tables.first?["rows"] as? [[Any]])?.first)
  }

  private static func loss(_ t: Double) -> Double { 0.5 * exp(-2 * t) }

  @Test("statistics over a part's points are those of the closed form")
  func measured() throws {
    let cases: [(lines: String, arguments: [String], value: Double)] = [
      ("quantity = \"loss\"\nat-least = 0", ["--quick"], Self.loss(1)),
      ("quantity = \"loss\"\nat-least = 0", [], (Self.loss(1) + Self.loss(2)) / 2),
      ("quantity = \"loss\"\nof = \"least\"\nat-least = 0", [], Self.loss(2)),
      ("quantity = \"loss\"\nof = \"largest\"\nat-least = 0", [], Self.loss(1)),
      ("quantity = \"loss\"\nabove = 0.05\nat-least = 0", [], 0.5),
      ("quantity = \"loss\"\nat-least = 0", ["--set", "integration.until=0.5"], Self.loss(0.5)),
      ("quantity = \"reconstruction_error\"\nat-least = 0", ["--quick"], exp(-1)),
      ("quantity = \"loss\"\nwhere = [\"integration.until=2e0\"]\nat-least = 0", [], Self.loss(2)),
      (
        "quantity = \"loss\"\nof = \"largest\"\nwhere = [\"problem.data-seed=2,3\", \"integration.until=2\"]\nat-least = 0",
        [],
        Self.loss(2)
      ),
      // What all points share, where a quick run leaves one value of it, selects them all.
      ("quantity = \"loss\"\nwhere = [\"integration.until=1\"]\nat-least = 0", ["--quick"], Self.loss(1)),
    ]
    for (lines, arguments, value) in cases {
      let ending = try run(Self.outcome(lines), arguments)
      #expect(ending.status == 0, "\(lines): \(ending)")
      let row = try row(ending)
      let found = try #require(row[7] as? Double)
      #expect(abs(found - value) <= 1e-7 * value, "\(lines) \(arguments): \(found), \(value) by the closed form")
      #expect(row[8] as? String == "yes")
      if lines.contains("data-seed=2,3") { #expect(row[9] as? Double == 2) }
    }
  }

  @Test("an outcome is met within its tolerance and not beyond it; one that no point has is not measured")
  func judged() throws {
    let loss = Self.loss(1)
    let cases: [(lines: String, status: Int32, word: String)] = [
      ("quantity = \"loss\"\nexpected = \(loss * 1.009)\nrelative = 0.01", 0, "yes"),
      ("quantity = \"loss\"\nexpected = \(loss * 1.011)\nrelative = 0.01", 1, "no"),
      ("quantity = \"loss\"\nexpected = \(loss + 0.001)\ntolerance = 0.0011", 0, "yes"),
      ("quantity = \"loss\"\nexpected = \(loss + 0.001)\ntolerance = 0.0009", 1, "no"),
      ("quantity = \"loss\"\nat-most = \(loss * 1.001)", 0, "yes"),
      ("quantity = \"loss\"\nat-most = \(loss * 0.999)", 1, "no"),
      ("quantity = \"loss\"\nat-least = \(loss * 0.999)", 0, "yes"),
      ("quantity = \"loss\"\nat-least = \(loss * 1.001)", 1, "no"),
      ("quantity = \"hidden_entry\"\nat-least = 0", 2, "not measured"),
      ("holds = \"balancedness\"\nat-least = 1", 2, "not measured"),
      ("quantity = \"loss\"\nwhere = [\"problem.data-seed=9\"]\nat-least = 0", 2, "not measured"),
    ]
    for (lines, status, word) in cases {
      let ending = try run(Self.outcome(lines), ["--quick"])
      #expect(ending.status == status, "\(lines): \(ending)")
      #expect(try row(ending)[8] as? String == word, "\(lines)")
    }
  }

  @Test("the share of points where a claim holds is counted, and a claim that is violated is none of them")
  func claims() throws {
    let lines = "holds = \"balancedness\"\nat-least = 1"
    let deep = [
      "--set", "sweep.command=balancedness", "--set", "problem.depth=3", "--set", "init.name=gaussian", "--set",
      "init.scale=0.1",
    ]
    let ending = try run(Self.outcome(lines), ["--quick", "--set", "integration.until=20"] + deep)
    #expect(ending.status == 0, "\(ending)")
    // Nothing can be told from so short a run.
    let short = try run(Self.outcome(lines), ["--quick", "--set", "integration.until=1e-17"] + deep)
    #expect(try short.status == 1 && row(short)[7] as? Double == 0, "\(short)")
    #expect(short.message.contains("balancedness inconclusive"), "\(short)")
    // It is told of no claim that no outcome is about.
    let other = try run(
      Self.outcome("quantity = \"final_loss\"\nat-least = 0"), ["--quick", "--set", "integration.until=1e-17"] + deep)
    #expect(other.status == 0 && other.message.isEmpty, "\(other)")
  }

  @Test("a part that a quick run leaves out takes its outcomes along")
  func quick() throws {
    let outcomes =
      Self.outcome("quantity = \"loss\"\nat-least = 0")
      + Self.outcome("quantity = \"loss\"\nexpected = \(Self.loss(3))\nrelative = 1e-6", part: "long")
      .replacing("outcome.x", with: "outcome.y")
    for (arguments, count) in [(["--quick"], 1), ([], 2)] {
      let ending = try run(outcomes, arguments)
      #expect(ending.status == 0, "\(ending)")
      let tables = try #require(try ending.json()["tables"] as? [[String: Any]])
      #expect((tables.first?["rows"] as? [Any])?.count == count)
    }
  }

  @Test("what a file says wrongly is refused with its line, and nothing is run")
  func refused() throws {
    let fine = "quantity = \"loss\"\nat-most = 1"
    let cases: [(text: String, words: [String])] = [
      (Self.outcome(fine + "\nat-least = 0"), ["own.toml:", "one expectation"]),
      (Self.outcome("quantity = \"loss\""), ["own.toml:", "one expectation"]),
      (Self.outcome("quantity = \"loss\"\nexpected = 1"), ["own.toml:", "tolerance"]),
      (Self.outcome("quantity = \"loss\"\nexpected = 1\ntolerance = 1\nrelative = 1"), ["two"]),
      (Self.outcome("at-most = 1"), ["no quantity"]),
      (Self.outcome(fine + "\nof = \"mean\""), ["'mean'", "median, least or largest"]),
      (Self.outcome(fine + "\ncolour = 1"), ["own.toml:", "outcome.x.colour"]),
      (Self.outcome("quantity = 3\nat-most = 1"), ["own.toml:", "outcome.x.quantity"]),
      (Self.outcome(fine + "\nwhere = [\"seed\"]"), ["own.toml:", "outcome.x.where", "'seed'"]),
      (Self.outcome("quantity = \"loss\"\nat-most = nan"), ["outcome.x.at-most", "a number"]),
      (Self.outcome(fine, part: "none"), ["no part 'none'", "flow, long"]),
      (Self.outcome(fine).replacing("outcome.x", with: "outcome.\"../x\""), ["'../x'"]),
      ("", ["no outcome"]),
    ]
    for (text, words) in cases {
      let folder = try Folder()
      try folder.write(Self.file + text, to: "own.toml")
      let ending = try Tool.run(["reproduce", "own.toml", "--output", "out"], in: folder)
      expectRefusal(ending, status: 64, words)
      #expect(!folder.names.contains("out"))
    }
    let folder = try Folder()
    try folder.write(
      Self.file.replacing("integration.until=3", with: "integration.untli=3") + Self.outcome(fine), to: "own.toml")
    expectRefusal(
      try Tool.run(["reproduce", "own.toml"], in: folder), status: 64, ["own.toml:", "integration.untli"])
    try folder.write("[problem]\nmodel = \"matrix\"\n", to: "none.toml")
    expectRefusal(try Tool.run(["reproduce", "none.toml"], in: folder), status: 64, ["no [reproduction]"])
    expectRefusal(try Tool.run(["reproduce", "missing.toml"], in: folder), status: 74, ["missing.toml"])
    expectRefusal(try Tool.run(["reproduce", "Z9"], in: folder), status: 64, ["'Z9'", "A1"])
    expectRefusal(try Tool.run(["reproduce", "A2", "a2"], in: folder), status: 64, ["twice"])
    expectRefusal(try Tool.run(["reproduce"], in: folder), status: 64, ["--list"])
  }

  @Test("finished points are kept, a run goes on with what is missing, and data lie beside the file that names them")
  func kept() throws {
    let folder = try Folder()
    try folder.makeFolder("files")
    try folder.write("i0,i1,value\n0,0,2\n0,1,0\n1,0,0\n1,1,1\n", to: "files/y.csv")
    let own = Self.file.replacing("rank = 2\ntarget-norm = 1.0\ndata-seed = \"1..4\"", with: "data = \"y.csv\"")
      .replacing("[3, 3]", with: "[2, 2]")
    // ‖Y‖² = 5.
    try folder.write(
      own + Self.outcome("quantity = \"loss\"\nof = \"least\"\nexpected = \(5 * Self.loss(2))\nrelative = 1e-6"),
      to: "files/own.toml")
    let line = ["reproduce", "files/own.toml", "--output", "out", "--json"]
    let first = try Tool.run(line, in: folder)
    #expect(first.status == 0, "\(first)")
    #expect(folder.names(in: "out/own") == ["flow", "long"])
    let points = folder.names(in: "out/own/flow/points")
    try #require(points.count == 2)
    let report = "out/own/flow/points/\(points[0])/report.json"
    let before = try FileManager.default.attributesOfItem(atPath: folder.url(report).path)[.systemFileNumber] as? Int
    try FileManager.default.removeItem(at: folder.url("out/own/flow/points/\(points[1])"))
    let second = try Tool.run(line, in: folder)
    #expect(second.output == first.output && folder.names(in: "out/own/flow/points") == points)
    let after = try FileManager.default.attributesOfItem(atPath: folder.url(report).path)[.systemFileNumber] as? Int
    #expect(before != nil && before == after)
    #expect(try Tool.run(["summarize", "out/own/flow"], in: folder).status == 0)
  }

  @Test("figures are drawn of the points that a file names, kept in a directory or not, and stand in the report")
  func figures() throws {
    let folder = try Folder()
    let outcome = Self.outcome("quantity = \"loss\"\nat-least = 0")
    let figures = """
      [figure.falling]
      draws = "loss"
      parts = ["flow"]
      where = ["problem.data-seed=3", "integration.until=2.0"]
      [figure.seeds]
      draws = "summary"
      of = "loss"
      parts = ["flow"]

      """
    try folder.write(Self.file + outcome + figures, to: "own.toml")
    for arguments in [[], ["--output", "out"]] {
      let ending = try Tool.run(
        ["reproduce", "own.toml", "--plot", "f.svg", "--report", "r.html", "--quiet"] + arguments, in: folder)
      #expect(ending.status == 0, "\(ending)")
      let rows = try folder.text("f-own-falling.csv").split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",").map { Double($0) ?? .nan } }
      // One curve, of the one point that has both settings, with the loss ½e^{−2t}.
      try #require(rows.count > 20)
      #expect(rows.allSatisfy { $0.count == 2 && abs($0[1] / Self.loss($0[0]) - 1) < 1e-7 }, "relative error")
      #expect(abs((rows.last?[0] ?? 0) - 2) < 1e-12)
      let medians = try folder.text("f-own-seeds.csv").split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",").map { Double($0) ?? .nan } }
      for row in medians where row.count == 4 { for k in 1...3 { #expect(abs(row[k] / Self.loss(row[0]) - 1) < 1e-7) } }
      #expect(medians.map { $0[0] } == [1, 2] && medians.allSatisfy { $0.count == 4 })
      #expect(try folder.text("r.html").components(separatedBy: "<svg").count == 3)
    }
    let bad: [(String, [String])] = [
      ("draws = \"loss\"\nparts = [\"none\"]", ["own.toml:", "no part 'none'", "flow, long"]),
      ("parts = [\"flow\"]", ["own.toml:", "no draws"]),
      ("draws = \"loss\"\nwhere = [\"seed\"]", ["own.toml:", "'seed'"]),
      ("draws = \"loss\"\nwhen = 1", ["own.toml:", "figure.x.when"]),
    ]
    for (lines, words) in bad {
      try folder.write(Self.file + outcome + "[figure.x]\n" + lines + "\n", to: "own.toml")
      expectRefusal(try Tool.run(["reproduce", "own.toml"], in: folder), status: 64, words)
    }
    try folder.write(Self.file + outcome, to: "own.toml")
    expectRefusal(
      try Tool.run(["reproduce", "own.toml", "--plot", "f.svg"], in: folder), status: 64, ["own", "no figure"])
    // What cannot be drawn loses nothing of what was measured.
    try folder.write(Self.file + outcome + "[figure.x]\ndraws = \"alignment\"\n", to: "own.toml")
    let undrawn = try Tool.run(["reproduce", "own.toml", "--quick", "--plot", "f.svg"], in: folder)
    #expect(undrawn.status == 64 && undrawn.message.contains("alignment"), "\(undrawn)")
    #expect(undrawn.output.contains("1 of 1 outcome as expected"))
  }

  @Test("the listed experiments are there, and those that take a second are as published")
  func published() throws {
    let folder = try Folder()
    let list = try Tool.run(["reproduce", "--list"], in: folder)
    let names = list.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(
      list.status == 0
        && Set(names).isSuperset(of: [
          "A1", "A2", "A3", "A4", "A5", "A6", "A7", "B1", "B2", "C1", "C2", "C3", "D1", "D2", "D3", "POSTER",
        ]))
    #expect(list.output.contains("memorizer (Razin and Cohen 2020, Figure 2 (order 3))"), "\(list)")
    let ending = try Tool.run(["reproduce", "A2", "A3", "A7", "C2", "--quick", "--json"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let url = CommandLines.root.appendingPathComponent("schemas/report-1.schema.json")
    let faults = try JSONSchema(Data(contentsOf: url))
      .faults(JSONSerialization.jsonObject(with: Data(ending.output.utf8)))
    #expect(faults.isEmpty, "\(faults)")
  }
}
