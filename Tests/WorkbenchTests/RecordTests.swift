import FlowODE
import Foundation
import Models
import Testing
import Theorems
import Verdicts
import Workbench

/// Values come back from their records as they were, to the last bit.
@Suite("Records of runs")
struct RecordTests {
  private static let numbers: [Double] = [
    0, -0.0, 1, -1.5, .infinity, -.infinity, .nan, -.nan, .signalingNaN, Double(nan: 0x123, signaling: false),
    .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1 / 3,
  ]

  private struct All: Codable {
    enum Choice: Codable {
      case none
      case one(Double)
      case two(a: String, b: [Double])
    }
    var truth = [true, false]
    var integers = [Int.min, -1, 0, Int.max]
    var word = UInt64.max
    var text = ["", "θ̇ \u{0}\n", "$null"]
    var numbers = RecordTests.numbers
    var perhaps: [Double?] = [nil] + RecordTests.numbers
    var rows: [[Double]] = [[], [1], [.nan, -0.0]]
    var single: Double? = -0.0
    var none: Double?
    var choices: [Choice] = [.none, .one(-.nan), .two(a: "x", b: [.infinity])]
    var table = ["a": [1.0], "b": []]
  }

  /// The value that comes back has the record of the one that was kept, and records show every bit.
  private func comesBack<Value: Codable>(_ value: Value) throws -> Value {
    let bytes = try RecordWriter.bytes(value)
    let back: Value = try RecordReader.value(from: bytes)
    // Dictionaries have no order, so that only lengths need agree.
    #expect(try RecordWriter.bytes(back).count == bytes.count)
    return back
  }

  private func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

  @Test func plainValues() throws {
    let (value, back) = (All(), try comesBack(All()))
    #expect(back.truth == value.truth && back.integers == value.integers && back.word == value.word)
    #expect(back.text == value.text && bits(back.numbers) == bits(value.numbers))
    #expect(back.perhaps.map { $0?.bitPattern } == value.perhaps.map { $0?.bitPattern })
    #expect(back.rows.map(bits) == value.rows.map(bits))
    #expect(back.single?.bitPattern == value.single?.bitPattern && back.none == nil && back.table == value.table)
    #expect("\(back.choices)" == "\(value.choices)")
  }

  @Test func evidence() throws {
    for x in Self.numbers {
      var evidence = Evidence(
        residual: x, power: -x, largestTerm: x, worstTime: x, worstLaw: "law", budget: x, rounding: x,
        path: [DriftPoint(time: x, residual: -x), DriftPoint(time: 1, residual: x)])
      evidence.budgetIsEstimate = true
      evidence.noteMethodRounding(besides: [1, 2])
      evidence.inexactness = Inexactness("w", remedy: "r", largest: x, end: x)
      evidence.margin = Margin(
        laws: ["a", "b"], times: [x], slack: [x, -x], least: [-0.0, x], size: [x, 1], tightness: x, tightestLaw: "a",
        tightestTime: x)
      evidence.isFalsified = false
      evidence.isBlindToRates = true
      evidence.claimedExponent = x
      evidence.doubt = "why"
      evidence.touch = x
      evidence.tables = [Table("T", columns: ["a", "b", "c"], rows: [[.number(x), .text("nan"), .none]])]
      let curve = Figure.Curve("c", x: [x, 1], y: [-x, .nan], role: .upperBound)
      evidence.plot = Figure(
        "F", name: "n", xLabel: "x", yLabel: "y", logX: true, reversesX: true, curves: [curve],
        panels: [Figure("P", xLabel: "", yLabel: "z", logY: true, curves: [])])
      let back = try comesBack(evidence)
      // Where no number is NaN the values themselves can be compared; where one is, their descriptions and bits.
      if !x.isNaN, evidence.plot == nil { #expect(back == evidence) }
      #expect(bits([back.residual, back.power, back.largestTerm, back.rounding]) == bits([x, -x, x, x]))
      #expect(try RecordWriter.bytes(back) == RecordWriter.bytes(evidence))
      let plot = try #require(back.plot)
      #expect(bits(plot.curves[0].x) == bits([x, 1]) && bits(plot.curves[0].y)[0] == (-x).bitPattern)
      #expect(plot.panels.count == 1 && plot.reversesX && plot.logX && !plot.logY && plot.curves[0].role == .upperBound)
      #expect(back.tables[0].columns == ["a", "b", "c"] && back.tables[0].rows[0][2] == .none)
      #expect(back.methodRounding == evidence.methodRounding && back.budgetIsEstimate && back.isFalsified == false)
    }
  }

  @Test func trajectories() throws {
    let clock = FlowTime(offset: 1e14, remainder: -0.0)
    let ends: [Outcome] = [
      .reachedEnd, .stopped(.lossBelow(1e-3), time: clock), .stopped(.endNormAbove(-0.0), time: clock),
      .stepLimit(steps: 3, time: clock), .failed(sentence: "s", remedy: "r", time: clock), .interrupted(time: clock),
    ]
    for end in ends { #expect(try comesBack(end) == end) }
    let warning = ReportWarning(kind: .saddle, text: "t", time: 1, value: nil)
    #expect(try comesBack([warning]) == [warning])
  }

  /// A real rung with everything in it: its record is that of the rung that comes back.
  @Test func rungs() throws {
    let problem = try Problem(
      model: "matrix", options: .init(shape: [2, 3], depth: 3), source: .generated(rank: 1, norm: 1), dataSeed: 1)
    let start = (0..<problem.model.layout.count).map { 0.3 + 0.1 * Double($0 % 5) }
    let experiment = try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "given",
      method: .auto, absoluteTolerance: .auto, until: 3, saveCount: 20, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
    let claims: [any Claim.Type] = [Balancedness.self, Dissipation.self, SingularValueExponent.self]
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10])
    let rungs = try refinement.run(claims: claims, grid: experiment.grid(tightest: 1e-10))
    for rung in rungs {
      let back = try comesBack(rung)
      #expect(back.trajectory == rung.trajectory && back.warnings == rung.warnings && back.facts == rung.facts)
      #expect(Set(back.evidence.keys) == Set(rung.evidence.keys) && back.evidence.count > 1)
      for (identity, evidence) in rung.evidence {
        #expect(try RecordWriter.bytes(back.evidence[identity]) == RecordWriter.bytes(evidence))
      }
    }
  }

  @Test("bytes that are no record are none, and no count in them is believed")
  func damage() throws {
    let bytes = try RecordWriter.bytes(All())
    for length in 0..<bytes.count {
      #expect(throws: (any Error).self) { try RecordReader.value(All.self, from: bytes.prefix(length)) }
    }
    for place in bytes.indices {
      var other = bytes
      other[place] ^= 0xFF
      _ = try? RecordReader.value(All.self, from: other)
    }
    #expect(throws: (any Error).self) { try RecordReader.value(All.self, from: bytes + [0]) }
    #expect(throws: (any Error).self) { try RecordReader.value(Int.self, from: RecordWriter.bytes(1.0)) }
  }
}
