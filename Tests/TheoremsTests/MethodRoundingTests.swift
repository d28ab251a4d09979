import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// A true law on a run so long that what is left of the drift is rounding in the method.
@Suite("Drifts that are rounding in the method")
struct MethodRoundingTests {
  private func experiment() throws -> Experiment {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [4, 3, 5], components: 3),
      source: .generated(rank: 1, norm: 5), observed: .fraction(0.6), dataSeed: 100)
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .mean,
      start: try Initialization.gaussian.parameters(for: problem.model, scale: 0.384, seed: 100),
      startSummary: "gaussian",
      method: .auto, absoluteTolerance: .auto, until: 1.7e7, saveCount: 50, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
  }

  @Test("balancedness holds to what two runs from starts that differ in the last bit show, which one run cannot tell")
  func balancedness() throws {
    let experiment = try experiment()
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10, 1e-12])
    let ladder = try refinement.run(
      claims: [Balancedness.self], grid: experiment.grid(tightest: 1e-12))
    let alone = Examination.judge(Balancedness.self, on: experiment, ladder)
    try #require(alone.verdict == .inconclusive, "the example no longer shows it: \(alone.reason)")
    let report = try Examination(refinement: refinement, claims: [Balancedness.self], runsControls: true).run().reports[
      0]
    #expect(report.verdict == .holds, "\(report.reason)")
    // The drift is not above a few units a step of the sizes that cancel: far below what an error of 1 % would make.
    let visible = try #require(report.smallestVisibleRateError)
    #expect(visible < 1e-7 && report.controls.contains { $0.isRejected })
  }
}
