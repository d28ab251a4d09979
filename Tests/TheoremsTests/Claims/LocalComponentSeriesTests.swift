import CMath
import Checkers
import FlowODE
import Models
import Testing
import Theorems

@Suite("Local components along a run")
struct LocalComponentSeriesTests {
  /// σ = ‖A₁[:, r]‖ ‖A₂[:, r]‖ ‖B₁[r, :]‖ at a node, and ‖B₁[:, c]‖ ‖B₂[:, c]‖ |o_c| at the root, by hand from the arrays.
  @Test("columns are the sorted products of the norms of columns, rows and weights")
  func byHand() throws {
    let width = 4
    let experiment = try ComponentNodeTests.experiment(
      "hierarchical", [3, 2, 3, 2], ["tree": ComponentNodeTests.tree], widths: [width], rank: 2, start: "gaussian",
      scale: 0.6, until: 5)
    let series = try #require(LocalComponentSeries(experiment))
    let run = try RecordedRun(experiment, beside: series)
    let last = run.columns.mapValues { $0.last ?? .nan }
    let layout = experiment.problem.model.layout
    func array(_ name: String) throws -> [Double] {
      let block = try #require(layout.blocks.first { $0.name == name })
      return Array(try #require(run.states.last)[block.range])
    }
    func column(_ a: [Double], _ r: Int) -> Double {
      (0..<(a.count / width)).reduce(0) { $0 + a[$1 * width + r] * a[$1 * width + r] }.squareRoot()
    }
    func row(_ a: [Double], _ r: Int) -> Double {
      (0..<width).reduce(0) { $0 + a[r * width + $1] * a[r * width + $1] }.squareRoot()
    }
    let (b1, b2, o) = (try array("B1"), try array("B2"), try array("o"))
    let nodes: [(String, [Double])] = [
      ("A1_A2_B1", try (0..<width).map { try column(array("A1"), $0) * column(array("A2"), $0) * row(b1, $0) }),
      ("A3_A4_B2", try (0..<width).map { try column(array("A3"), $0) * column(array("A4"), $0) * row(b2, $0) }),
      ("B1_B2_o", (0..<width).map { column(b1, $0) * column(b2, $0) * abs(o[$0]) }),
    ]
    #expect(series.names.count == 3 * width)
    for (name, norms) in nodes {
      for (k, norm) in norms.sorted(by: >).enumerated() {
        let found = try #require(last["local_\(name)_\(k + 1)"])
        #expect(abs(found - norm) <= 1e-13 * norm, "\(name) \(k + 1), relative error in units of 1")
      }
    }
  }

  @Test("components that add up to W, and singular values, have columns of their own already")
  func others() throws {
    #expect(LocalComponentSeries(try hiddenEntryExperiment(depth: 3, until: 1, seed: 1, determinant: .positive)) == nil)
  }
}
