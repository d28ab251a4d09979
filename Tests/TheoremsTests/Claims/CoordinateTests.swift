import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

@Suite("Comparing coordinates, commuting measurements, controls of least nuclear norm")
struct CoordinateTests {
  private func hidden(depth: Int, until: Double, stop: Double? = nil) throws -> Experiment {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: depth))
    let start = try Initialization.balanced.parameters(
      for: problem.model, scale: 0.5, seed: 1, determinant: .positive)
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "balanced",
      method: .implicit(.bsimp), absoluteTolerance: .auto, until: until, saveCount: 2, savesLogarithmically: false,
      stops: stop.map { [.lossBelow($0)] } ?? [], maxSteps: 100_000)
  }

  @Test("At depths 3 and 4 hitting times agree, and a wrong rate in the weights is found out", arguments: [3, 4])
  func agree(depth: Int) throws {
    let study = try CoordinateStudy(
      experiment: try hidden(depth: depth, until: 1e6, stop: 1e-3), tolerances: [1e-8, 1e-10])
    let report = try study.report(runsControls: true)
    #expect(report.verdict == .holds, "\(report.reason)")
    #expect(report.controls.map(\.verdict) == [.violated])
    #expect(report.tables[0].rows.count >= 5)
  }

  @Test("At depth 2 the weights lose the sign, and the comparison says so instead of a verdict")
  func trap() throws {
    let report = try CoordinateStudy(experiment: try hidden(depth: 2, until: 400), tolerances: [1e-8, 1e-10])
      .report()
    #expect(report.verdict == .inconclusive)
    #expect(report.reason.contains("integration.coordinates svd"))
  }

  @Test("Data without a hidden entry are refused")
  func refused() throws {
    let experiment = try matrixExperiment([4, 3], depth: 3)
    #expect(throws: Refusal.self) { try CoordinateStudy(experiment: experiment, tolerances: [1e-6, 1e-8]) }
  }

  private func commuting(start kind: Initialization, loss: any Loss = SquaredLoss()) throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [4, 4], depth: 2),
      source: .generated(rank: 2, norm: 2), kind: .commuting, samples: 3, dataSeed: 2)
    return try Experiment(
      problem: problem, loss: loss, normalization: .mean,
      start: try kind.parameters(for: problem.model, scale: 0.2, seed: 1), startSummary: kind.rawValue, method: .auto,
      absoluteTolerance: .auto, until: 40, saveCount: 20, savesLogarithmically: false, stops: [], maxSteps: 100_000)
  }

  @Test("From αI the flow is the exponential of integrated residuals, for any smooth loss, and controls are rejected")
  func exponential() throws {
    for loss in [SquaredLoss(), try HuberLoss(delta: 0.3)] as [any Loss] {
      let report = try examine(try commuting(start: .identity, loss: loss), [CommutingMeasurementsLaw.self])[0]
      #expect(report.verdict == .holds, "\(report.reason)")
      #expect(report.controls.count == 3)
      for control in report.controls { #expect(control.verdict == .violated, "\(control.name): \(control.reason)") }
    }
    let other = try examine(try commuting(start: .balanced), [CommutingMeasurementsLaw.self], controls: false)[0]
    #expect(other.verdict == .vacuous)
    let entries = try examine(
      try matrixExperiment([3, 3], depth: 2, start: .identity), [CommutingMeasurementsLaw.self])[0]
    #expect(entries.verdict == .vacuous)
  }

  @Test("What proves no least nuclear norm is flagged, the known counterexample among it")
  func nuclearNorm() throws {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: 2), opposite: 0.1)
    let experiment = try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum,
      start: try Initialization.balanced.parameters(for: problem.model, scale: 0.5, seed: 1, determinant: .positive),
      startSummary: "balanced", method: .auto, absoluteTolerance: .auto, until: 1e4, saveCount: 2,
      savesLogarithmically: false, stops: [], maxSteps: 200_000)
    let report = try NuclearNormStudy(experiment: experiment, scales: [1e-1, 1e-2, 1e-3]).report(runsControls: true)
    #expect(report.verdict == .violated)
    #expect(report.controls.count == 5)
    for control in report.controls { #expect(control.isRejected, "\(control.name): \(control.reason)") }
  }
}
