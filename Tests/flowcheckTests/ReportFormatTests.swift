import Checkers
import Foundation
import Testing

/// How reports are printed: JSON by its schema, and every other format without a word of a user's read as markup.
@Suite("Report formats")
struct ReportFormatTests {
  private static func schema(_ name: String) throws -> JSONSchema {
    try JSONSchema(
      Data(contentsOf: CommandLines.root.appendingPathComponent("schemas/\(name)-1.schema.json")))
  }

  /// The schema's name in an object, `report` for `flowcheck.report/1`.
  private static func kind(_ object: [String: Any]) throws -> String {
    let name = try #require(object["schema"] as? String)
    return String(name.dropFirst("flowcheck.".count).dropLast("/1".count))
  }

  @Test("there are thirty-nine command lines, and they visit every command with JSON")
  func lines() {
    #expect(CommandLines.all.count == 39)
    let commands: Set = [
      "balancedness", "growth", "run", "rank-one", "incremental", "singular-values", "norms", "compare", "integrate",
      "rank", "complexity",
    ]
    #expect(Set(CommandLines.all.compactMap(\.first)) == commands)
    #expect(CommandLines.all.allSatisfy { $0.last == "--json" })
  }

  @Test("the report of every command line is valid by its schema", arguments: CommandLines.all)
  func valid(line: [String]) throws {
    let folder = try Folder()
    let arguments = line.map { $0.hasPrefix("data/") ? CommandLines.root.appendingPathComponent($0).path : $0 }
    let ending = try Tool.run(arguments + ["--output", "out"], in: folder)
    #expect((0...2).contains(ending.status))
    let object = try ending.json()
    #expect(try Self.schema(Self.kind(object)).faults(object) == [])
    let provenance = try JSONSerialization.jsonObject(with: Data(try folder.text("out/provenance.json").utf8))
    #expect(try Self.schema("provenance").faults(provenance) == [])
    #expect(try folder.text("out/report.json") == ending.output)
  }

  @Test("the schema catches a missing, an added and a mistyped key")
  func schemaCanFail() throws {
    let schema = try Self.schema("report")
    let object = try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["--json"]).json()
    #expect(schema.faults(object) == [])
    func faults(_ change: (inout [String: Any]) -> Void) -> [String] {
      var changed = object
      change(&changed)
      return schema.faults(changed)
    }
    #expect(faults { $0["verdict"] = nil }.contains { $0.contains("verdict is missing") })
    #expect(faults { $0["surprise"] = 1 }.contains { $0.contains("surprise") })
    #expect(faults { $0["verdict"] = "true" }.contains { $0.contains("$.verdict") })
    #expect(faults { $0["command"] = 3 }.contains { $0.contains("$.command") })
    #expect(
      faults { object in
        var experiment = object["experiment"] as? [String: Any] ?? [:]
        experiment["saves_logarithmically"] = 0
        object["experiment"] = experiment
      }.contains { $0.contains("saves_logarithmically") })
  }

  @Test("text is the default, --json is a format, and unknown or contradicting formats are refused")
  func choice() throws {
    let folder = try Folder()
    let line = ["balancedness"] + Tool.matrix + Tool.horizon
    let text = try Tool.run(line).output
    #expect(try Tool.run(line + ["--format", "text"]).output == text)
    #expect(try Tool.run(line + ["--format", "json"]).output == Tool.run(line + ["--json"]).output)
    try expectRefusal(line + ["--format", "yaml"], ["yaml", "markdown"], in: folder)
    try expectRefusal(line + ["--format", "csv", "--json"], ["--json", "csv"], in: folder)
  }

  @Test("text prints every drift as a number, marks those at roundoff, and says how strongly verdicts are known")
  func drifts() throws {
    let line = ["balancedness"] + Tool.matrix + Tool.horizon + ["--all-rungs"]
    let claim = try #require((try Tool.run(line + ["--json"]).json()["claims"] as? [[String: Any]])?.first)
    let rungs = try #require(claim["rungs"] as? [[String: Any]])
    let text = try Tool.run(line).output
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .filter { $0.first.flatMap(Double.init) != nil }
    #expect(rows.count == rungs.count && rungs.contains { $0["is_roundoff"] as? Bool == true })
    for (row, rung) in zip(rows, rungs) {
      let drift = try #require(rung["drift"] as? Double)
      let isRoundoff = try #require(rung["is_roundoff"] as? Bool)
      #expect(row[1].hasSuffix("*") == isRoundoff)
      let printed = try #require(Double(row[1].replacing("*", with: "")))
      #expect(abs(printed - drift) <= 0.051 * drift)
    }
    #expect(text.contains("with * it counts as roundoff"))
    #expect(text.contains("  strength    \(try #require(claim["strength"] as? String)): "))
  }

  @Test("CSV holds the rungs at full precision, JSON Lines a claim a line")
  func tables() throws {
    let line = ["run", "--claims", "balancedness,dissipation"] + Tool.matrix + Tool.horizon
    let object = try Tool.run(line + ["--json"]).json()
    let claims = try #require(object["claims"] as? [[String: Any]])
    let rows = try Tool.run(line + ["--format", "csv"]).output.split(separator: "\n").map(String.init)
    #expect(rows.count == 1 + claims.reduce(0) { $0 + (($1["rungs"] as? [Any])?.count ?? 0) })
    let rungs = try #require(claims[0]["rungs"] as? [[String: Any]])
    let drift = try #require(rungs.last?["drift"] as? Double)
    let column = try #require(rows[0].split(separator: ",").firstIndex(of: "drift"))
    #expect(Double(rows[rungs.count].split(separator: ",", omittingEmptySubsequences: false)[column]) == drift)

    let lines = try Tool.run(line + ["--format", "jsonl"]).output.split(separator: "\n")
    #expect(lines.count == 2)
    for (text, claim) in zip(lines, claims) {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      #expect(object["schema"] as? String == "flowcheck.report/1" && object["command"] as? String == "run")
      #expect(object["claim"] as? String == claim["claim"] as? String)
      #expect(object["reason"] as? String == claim["reason"] as? String)
    }
  }

  @Test("a file name full of other programs' syntax is plain text in every format")
  func hostile() throws {
    let folder = try Folder()
    let name = "=1+1 <script>|`$(touch x)`\\input{x} *b* _c_ & [l](u) #.csv"
    try folder.write("i0,i1,value\n0,0,1\n0,1,0.5\n1,0,0.25\n", to: name)
    let line = [
      "balancedness", "--model", "matrix", "--shape", "2,2", "--depth", "2", "--data", name, "--until", "3", "--save",
      "20",
    ]
    let markdown = try Tool.run(line + ["--format", "markdown"], in: folder).output
    #expect(
      markdown.contains(
        "=1+1 \\<script\\>\\|\\`\\$(touch x)\\`\\\\input\\{x\\} \\*b\\* \\_c\\_ \\& \\[l\\](u) \\#.csv"))
    let latex = try Tool.run(line + ["--format", "latex"], in: folder).output
    #expect(
      latex.contains(
        "=1+1 \\textless{}script\\textgreater{}\\textbar{}`\\$(touch x)`\\textbackslash{}input\\{x\\} *b* \\_c\\_ \\& [l](u) \\#.csv"
      ))
    // Every line of the fragment is ASCII but for letters, so that LaTeX needs no package.
    #expect(latex.unicodeScalars.allSatisfy { $0.isASCII || $0.properties.isAlphabetic })
    #expect(folder.names == [name])
  }
}
