import CMath
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// What figures of claims show, beside numbers that were computed otherwise.
@Suite("numbers in figures") struct FigureNumberTests {
  @Test(
    "below the rates of growth stand their relative residuals against m σ^(2−2/m), at the same abscissas",
    arguments: [2, 3, 5])
  func growthResiduals(m: Int) throws {
    let recorder = GrowthRecorder()
    // Component 0 departs by 1e-3 k, component 1 grows as claimed and a hundredth less.
    let times = (0...12).map(Double.init)
    func norm(_ r: Int, _ k: Double) -> Double { Double(r + 1) * exp(0.5 * k) }
    func departure(_ r: Int, _ k: Double) -> Double { r == 0 ? 1e-3 * k : -0.01 }
    for k in times {
      recorder.record(
        time: k, norms: [norm(0, k), norm(1, k)],
        // σ^(2−2/m) as the square of σ over that of its m-th root.
        rates: [0, 1].map { r in
          let root = exp(log(norm(r, k)) / Double(m))
          return Double(m) * norm(r, k) * norm(r, k) / (root * root) * (1 + departure(r, k))
        }, integrals: [k, k], m: m)
    }
    let claimed = 2 - 2 / Double(m)
    let figure = try #require(recorder.evidence(claimed: claimed).plot)
    #expect(figure.panels.count == 1)
    let panel = try #require(figure.panels.first)
    #expect(panel.xLabel == figure.xLabel && panel.logX && figure.logX && panel.name == "residual")
    let rates = figure.curves.filter { $0.role == .measured }
    #expect(panel.curves.map(\.name) == rates.map(\.name) && panel.curves.map(\.x) == rates.map(\.x))
    for r in [0, 1] {
      let curve = try #require(panel.curves.first { $0.name == "component \(r)" })
      for (k, (x, y)) in zip(times, zip(curve.x, curve.y)) {
        #expect(x == norm(r, k) && abs(y - abs(departure(r, k))) <= 1e-14, "\(r) \(k): \(y)")
        // What rounding may have left of nothing has a logarithm.
        #expect(y >= 0x1p-52)
      }
    }
    // Another claimed exponent leaves another residual, m σᵖ against m σ^(p + 1/4).
    let other = try #require(recorder.evidence(claimed: claimed + 0.25).plot?.panels.first)
    let last = try #require(other.curves.first { $0.name == "component 1" }?.y.last)
    #expect(abs(last - abs(0.99 / exp(0.25 * log(norm(1, 12))) - 1)) <= 1e-13)
  }

  @Test("components over time, scale below scale: each curve is one component from its start to where it was found")
  func incrementalPaths() throws {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [3, 3, 3], components: 5), source: .generated(rank: 1, norm: 5),
      observed: .count(12), dataSeed: 1)
    let drawn = try Experiment(
      problem: problem, loss: try HuberLoss(delta: 0.02), normalization: .mean,
      start: try Initialization.balanced.parameters(for: problem.model, scale: 1, seed: 2), startSummary: "test",
      method: .auto, absoluteTolerance: .auto, until: 1e9, saveCount: 100, savesLogarithmically: false, stops: [],
      maxSteps: 1_000_000)
    let experiment = try drawn.replacing(start: LeadingComponent.enlarging(drawn, start: drawn.start, factor: 1.5))
    let study = try IncrementalStudy(
      experiment: experiment, scales: Array(try RankOneStudy.defaultScales(experiment).prefix(5)),
      tolerances: [1e-9, 1e-11])
    let outcome = try study.examination(runsControls: false).run()
    let report = try #require(outcome.reports.first)
    let figure = try #require(report.figures.first { $0.name == "components" })
    // Of five scales four are shown, the largest and the smallest among them.
    let scales = study.values
    try #require(scales.count == 5 && figure.axes.count == 4)
    let shown = [scales[0], scales[1], scales[2], scales[4]]
    let rows = try #require(outcome.files.first { $0.name == "components.csv" }).table.rows
    for (alpha, axes) in zip(shown, figure.axes) {
      #expect(axes.title.contains("α = \(tableNumber(alpha))"))
      #expect(axes.curves.count == 5 && axes.xLabel == "t/t*" && axes.panels.isEmpty)
      // One set of components in one order, so that one legend names them all.
      #expect(axes.curves.map(\.name) == figure.curves.map(\.name))
      for curve in axes.curves {
        let number = try #require(curve.name.split(separator: " ").last.flatMap { Int($0) })
        // What components.csv says was computed from the first and the last state alone.
        let row = try #require(rows.first { $0[0] == alpha && $0[1] == Double(number) })
        #expect(curve.x.first == 0 && curve.x.last == 1 && zip(curve.x, curve.x.dropFirst()).allSatisfy { $0 < $1 })
        #expect(abs((curve.y.first ?? 0) / (row[2] ?? 1) - 1) <= 1e-14)
        #expect(abs((curve.y.last ?? 0) / (row[3] ?? 1) - 1) <= 1e-14)
        #expect((10...401).contains(curve.x.count))
      }
    }
  }
}
