import CMath
import Checkers
import FlowODE
import Models
import Testing
import Theorems

@Suite("Quantities along a run with a hidden entry")
struct HiddenEntrySeriesTests {
  private func run(_ experiment: Experiment) throws -> RecordedRun {
    try RecordedRun(experiment, beside: try #require(HiddenEntrySeries(experiment)))
  }

  @Test(
    "the entry, det, nuclear norm, effective rank and distance to rank one are those of W by hand",
    arguments: [1, 2, 3])
  func byHand(seed: Int) throws {
    let run = try run(
      try hiddenEntryExperiment(
        depth: 3, until: 100, seed: UInt64(seed), determinant: seed == 2 ? .negative : .positive))
    let (columns, states) = (run.columns, run.states)
    #expect(states.count > 40)
    func product(_ a: [Double], _ b: [Double]) -> [Double] {
      [
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
      ]
    }
    for (k, state) in states.enumerated() {
      let layers = (0..<3).map { Array(state[(4 * $0)..<(4 * $0 + 4)]) }
      let w = product(layers[2], product(layers[1], layers[0]))
      let det = layers.map { $0[0] * $0[3] - $0[1] * $0[2] }.reduce(1, *)
      let square = w.reduce(0) { $0 + $1 * $1 }
      let nuclear = (square + 2 * abs(det)).squareRoot()
      let largest = (nuclear + max(0, square - 2 * abs(det)).squareRoot()) / 2
      let smallest = abs(det) / largest
      let shares = [largest / nuclear, smallest / nuclear]
      let expected = [
        "hidden_entry": w[0], "determinant": det, "nuclear_norm": nuclear, "rank_one_distance": smallest,
        "schatten_half_norm": nuclear + 2 * abs(det).squareRoot(),
        "residual_norm": ((w[1] - 1) * (w[1] - 1) + (w[2] - 1) * (w[2] - 1) + w[3] * w[3]).squareRoot(),
        "effective_rank": exp(-shares.reduce(0) { $0 + $1 * log($1) }),
      ]
      for (name, value) in expected {
        let found = try #require(columns[name])[k]
        #expect(abs(found - value) <= 1e-11 * abs(value) + 1e-15, "\(name) at save \(k): \(found), by hand \(value)")
      }
    }
    #expect(try #require(columns["determinant"]).allSatisfy { seed == 2 ? $0 < 0 : $0 > 0 })
  }

  @Test(
    "det of a layer that rounding has is not said; at depth 2 weights lose its sign, and svd coordinates keep the start's"
  )
  func lost() throws {
    let deep = try hiddenEntryExperiment(depth: 3, until: 1e-3)
    var start = deep.start
    (start[0], start[1], start[2], start[3]) = (1, 0, 0, 1e-17)
    let flat = try run(try deep.replacing(start: start, startSummary: "a layer of rank one")).columns
    #expect(try #require(flat["determinant"]?.first).isNaN)
    let weights = try run(try hiddenEntryExperiment(depth: 2, until: 1000)).columns
    #expect(try #require(weights["determinant"]?.last) < 0)
    let svd = try run(try hiddenEntryExperiment(depth: 2, until: 1000, coordinates: .svd)).columns
    #expect(try #require(svd["determinant"]).allSatisfy { $0 >= 0 })
  }

  @Test("nothing is recorded where no entry, or more than one, is hidden")
  func others() throws {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: 2))
    let whole = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]), values: [1, 1, 1, 0])
    let start = try Initialization.balanced.parameters(for: problem.model, scale: 0.5, seed: 1, determinant: .any)
    let experiment = try Experiment(
      problem: Problem(
        model: problem.model, measurements: whole, truth: nil, heldOut: [], dataSummary: "all"),
      loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "balanced", method: .auto,
      absoluteTolerance: .auto, until: 1, saveCount: 10, savesLogarithmically: false, stops: [], maxSteps: 1000)
    #expect(HiddenEntrySeries(experiment) == nil)
  }
}
