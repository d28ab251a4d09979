import Checkers
import Foundation
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts
import Workbench

/// `rank`: spectra of matricizations along a flow.
@Suite("Ranks of matricizations")
struct RankTests {
  /// The matrix by its definition: entry by entry.
  @Test(arguments: [[0], [1], [2], [3], [0, 1], [3, 1], [0, 1, 2], [2, 0]]) func matrixIsTheTensorsOwn(rows: [Int]) {
    let shape = [2, 3, 4, 2]
    let tensor = (0..<48).map(Double.init)
    let matricization = Matricization(rows: rows)
    let matrix = matricization.matrix(tensor, shape: shape)
    let (down, across) = (rows.sorted(), shape.indices.filter { !rows.contains($0) })
    for flat in tensor.indices {
      let index = multiIndex(flat, shape: shape)
      let row = down.reduce(0) { $0 * shape[$1] + index[$1] }
      let column = across.reduce(0) { $0 * shape[$1] + index[$1] }
      #expect(matrix[row, column] == tensor[flat])
    }
    #expect(matrix.rows * matrix.columns == 48)
  }

  /// What a model says of its matricizations: the nodes of a tree with their widths and their parents', the modes of a core with its extents.
  @Test func modelsNameTheirMatricizations() throws {
    func names(_ name: String, _ shape: [Int], _ values: [String: ModelOptions.Value]) throws -> [String] {
      try ModelCatalog.model(name, ModelOptions(shape: shape, values: values)).matricizations.map {
        $0.name + ($0.bound.map { " \($0)" } ?? "")
      }
    }
    #expect(
      try names(
        "hierarchical", [2, 2, 2, 2], ["tree": .text("((1,3),(2,4))"), "width": .integers([2, 3, 4])])
        == ["{1,3} 2", "{1} 2", "{3} 2", "{2,4} 2", "{2} 2", "{4} 2"])
    #expect(
      try names("hierarchical", [2, 2, 2], ["tree": .text("((((1),2)),3)"), "width": .integers([2, 5, 4, 9])])
        == ["{1,2} 2", "{1} 2", "{2} 2", "{3} 2"])
    #expect(try names("tucker", [3, 3, 3], ["core": .integers([1, 2, 3])]) == ["{1} 1", "{2} 2", "{3} 2"])
    #expect(try names("cp", [3, 3, 3], ["components": .integer(2)]) == ["{1}", "{2}", "{3}"])
    #expect(try names("matrix", [3, 4], ["depth": .integer(2)]) == ["{1}"])
    #expect(try names("diagonal", [3], ["depth": .integer(2)]) == [])
  }

  /// Random factors have the rank that is said to be the largest, in every matricization of these.
  @Test(arguments: [
    ("tucker", [4, 4, 4], ["core": ModelOptions.Value.integers([2, 2, 9])], [2, 2, 4]),
    (
      "hierarchical", [3, 3, 3, 3], ["tree": .text("((1,2),(3,4))"), "width": .integers([2, 9, 5])], [2, 2, 2, 2, 3, 3]
    ),
    ("hierarchical", [2, 3, 4], ["tree": .text("(1,2,3)"), "width": .integers([99])], [2, 3, 4]),
    (
      "hierarchical", [5, 5, 5, 5], ["tree": .text("(((1,2),3),4)"), "width": .integers([2, 3, 4])], [3, 2, 2, 2, 3, 3]
    ),
  ])
  func limitsAreReached(name: String, shape: [Int], values: [String: ModelOptions.Value], limits: [Int]) throws {
    let model = try ModelCatalog.model(name, ModelOptions(shape: shape, values: values))
    var random = TestRandom(7)
    let tensor = model.endToEnd(random.numbers(model.layout.count))
    #expect(model.matricizations.map { $0.rankLimit(of: shape) } == limits)
    for (matricization, limit) in zip(model.matricizations, limits) {
      let values = try matricization.singularValues(tensor, shape: shape)
      #expect(values.count { $0 > 1e-10 * values[0] } == limit, "\(matricization.name)")
    }
  }

  private static func line(_ scale: String) -> CommandLine {
    CommandLine(
      "rank --model hierarchical --shape 4,4,4,4 --tree \"((1,2),(3,4))\" --width 6 --target-values 2,1 --observed 0.7 "
        + "--normalization half-sum --init-scale \(scale) --until 2000 --stop-loss 1e-4")
  }

  private static func rows(_ section: MeasuredSection, _ table: String) throws -> [[Cell]] {
    try #require(section.tables.first { $0.name == table }).rows
  }

  /// A small start finds the target's hierarchical rank two where the tree leaves it six, and the smaller it is, the better; the flow in
  /// W itself, which leaves what it does not observe as it was, does not. The target's spectrum is known beforehand.
  @Test func smallStartsFindLowHierarchicalRank() throws {
    var thirds: [Double] = []
    for scale in ["0.3", "0.2"] {
      let report = try Self.line(scale).run().report()
      guard case .measured(let section) = report.section else { throw Refusal("no section", remedy: "") }
      #expect(section.isComplete && (section.finalLoss ?? 1) < 1.01e-4)
      #expect(report.verdict == nil && report.schema == "flowcheck.report/1")
      let spectra = try Self.rows(section, "singular-values")
      func values(_ which: String) throws -> [Double] {
        let row = try #require(spectra.first { $0[0] == .text("{1,2}") && $0[1] == .text(which) })
        return row.dropFirst(2).compactMap { cell in if case .number(let value) = cell { value } else { nil } }
      }
      let target = try values("of the target")
      #expect(abs(target[0] - 2) < 1e-12 && abs(target[1] - 1) < 1e-12 && target[2] < 1e-12)
      let found = try values("at the end")
      #expect(abs(found[0] - 2) < 0.05 && abs(found[1] - 1) < 0.05 && found[2] < 0.02, "\(scale): \(found)")
      thirds.append(found[2])
      #expect(try values("in W itself")[2] > 0.2)
    }
    #expect(thirds[1] < 0.5 * thirds[0])
  }

  @Test func vectorsAreRefused() throws {
    #expect(throws: Refusal.self) {
      try CommandLine("rank --model diagonal --shape 4 --depth 2 --rank 1 --until 1").run().report()
    }
  }

  /// The report is valid by its schema, and its tables stand in CSV.
  @Test func reportIsWrittenInEveryFormat() throws {
    let report = try Self.line("0.3").run().report()
    let schema = try JSONSchema(
      Data(contentsOf: URL(fileURLWithPath: CommandLine.root + "/schemas/report-1.schema.json")))
    let object = try JSONSerialization.jsonObject(with: Data(try JSONText.encode(report).utf8))
    #expect(schema.faults(object) == [])
    var broken = try #require(object as? [String: Any])
    broken["measured"] = nil
    #expect(schema.faults(broken) != [])
    #expect(CSVText.render(report).contains("\"{1,2}\",\"16×16\",6.0,"))
    #expect(PlainText.render(ReportOutline.blocks(report)).contains("rank at most"))
  }
}
