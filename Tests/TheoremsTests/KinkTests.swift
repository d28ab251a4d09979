import FlowODE
import Models
import Testing
import Theorems
import Verdicts

@Suite("The l1 loss and its kinks")
struct KinkTests {
  /// f = ½|ab − 1|: with a = b = √u the flow is u̇ = u until u = 1, which is reached at t = ln(1/u₀).
  private func experiment(until: Double, layers: [Double] = [0.5, 0.5]) throws -> Experiment {
    // Few saves set the steps of all rungs here; rk8pd's error on them is below roundoff.
    try ScalarExperiment.make(layers: layers, loss: AbsoluteLoss(), until: until, method: .explicit(.rk8pd))
  }

  @Test("before any residual crosses zero the claims can hold")
  func before() throws {
    // ln 4 = 1.386.
    for report in try examine(experiment(until: 1.38), controls: true) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      #expect(report.hypotheses.contains { $0.statement.contains("differentiable") && $0.isMet })
    }
  }

  @Test(
    "after a crossing they are vacuous, and a trajectory that slides along the kink ends soon", arguments: [1.5, 50])
  func after(until: Double) throws {
    for report in try examine(experiment(until: until)) {
      #expect(report.verdict == .vacuous, "\(report.claim): \(report.reason)")
      #expect(report.reason.contains("differentiable"))
      let last = try #require(report.rungs.last)
      #expect(last.steps < 10_000 && last.finalTime > 1.38)
      #expect(last.isComplete || last.outcome.contains("kink"))
    }
  }

  @Test("a start on a kink is vacuous")
  func onKink() throws {
    for report in try examine(experiment(until: 1, layers: [1, 1])) { #expect(report.verdict == .vacuous) }
  }

  @Test("many residuals that slide together end soon, too, in vacuous verdicts")
  func sliding() throws {
    let problem = try Problem(
      model: "cp", options: .init(shape: [4, 4, 4], components: 3), source: .generated(rank: 1, norm: 1),
      dataSeed: 1)
    let experiment = try Experiment(
      problem: problem, loss: AbsoluteLoss(), normalization: .mean,
      start: Initialization.gaussian.parameters(for: problem.model, scale: 0.5, seed: 1), startSummary: "",
      method: .auto, absoluteTolerance: .auto, until: 50, saveCount: 200, savesLogarithmically: false, stops: [],
      maxSteps: 10_000_000)
    for report in try examine(experiment, tolerances: [1e-6, 1e-8, 1e-10, 1e-12]) {
      #expect(report.verdict == .vacuous, "\(report.claim): \(report.reason)")
      #expect(report.rungs.allSatisfy { $0.steps < 100_000 }, "\(report.rungs.map(\.steps))")
    }
  }

  @Test("several residuals: one that crosses is enough")
  func several() throws {
    var vacuous = 0
    for seed in 0..<12 as Range<UInt64> {
      let problem = try Problem(
        model: "cp", options: .init(shape: [2, 3, 2], components: 2), source: .generated(rank: 1, norm: 2),
        observed: .fraction(0.5), dataSeed: seed)
      let start = try Initialization.gaussian.parameters(for: problem.model, scale: 0.6, seed: seed)
      for until in [0.05, 20] {
        let experiment = try Experiment(
          problem: problem, loss: AbsoluteLoss(), normalization: .sum, start: start, startSummary: "", method: .auto,
          absoluteTolerance: .auto, until: until, saveCount: 4, savesLogarithmically: false, stops: [], maxSteps: 5000)
        // Whether signs differ at the ends is enough to know that a kink was crossed.
        let objective = try experiment.objective()
        let (reports, ladder) = try Examination(
          refinement: Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10]), claims: trueClaims,
          runsControls: false
        ).run()
        func signs(_ theta: [Double]) -> [Bool] {
          var residuals = [Double](repeating: 0, count: objective.measurementCount)
          objective.residuals(theta, into: &residuals)
          return residuals.map { $0 < 0 }
        }
        let last = try #require(ladder.last)
        let crossed = signs(start) != signs(last.trajectory.parameters)
        if crossed { #expect(last.facts.kinkCrossings > 0) }
        for report in reports {
          #expect((report.verdict == .vacuous) == (last.facts.kinkCrossings > 0))
          #expect(report.verdict != .violated)
          if report.verdict == .vacuous { vacuous += 1 }
        }
      }
    }
    #expect(vacuous >= 12)
  }
}
