import CMath
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// Integrals long after everything has come to rest but for what fades away: W = Q diag(x₁, x₂) Pᵀ of depth 2 with the targets 1 and 0
/// has ẋ₁ = 2x₁(1 − x₁) and ẋ₂ = −2x₂², so x₂ = 1/(1/x₂(0) + 2t) never ends.
@Suite struct RestTests {
  private static let start = [0.3, 0.2]

  private static func experiment(until: Double) throws -> Experiment {
    func rotation(_ angle: Double) -> Matrix {
      Matrix(rows: 2, columns: 2, elements: [cos(angle), -sin(angle), sin(angle), cos(angle)])
    }
    func object(_ first: Double, _ second: Double) -> Matrix {
      rotation(0.7) * Matrix(rows: 2, columns: 2, elements: [first, 0, 0, second]) * rotation(-1.9).transposed
    }
    let chain = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2])
    let problem = Problem(
      model: try Model(chain),
      measurements: try Measurements(
        shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]), values: object(1, 0).elements),
      truth: nil, heldOut: [], dataSummary: "two modes")
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum,
      start: try chain.balancedParameters(endToEnd: object(start[0], start[1])), startSummary: "balanced",
      method: .auto, absoluteTolerance: .auto, until: until, saveCount: 50, savesLogarithmically: true, stops: [],
      maxSteps: 100_000)
  }

  /// ∫ is the change of σ to what rounding may add to it, one unit roundoff of the rates' terms over the whole time, and a step costs no
  /// more than the nodes of one smooth panel.
  @Test(arguments: [1e-8, 1e-12]) func theIntegralsKeepToTheClosedForm(_ tolerance: Double) throws {
    let until = 1e8
    let experiment = try Self.experiment(until: until)
    let laws = try #require(BalancedSingularValues.laws(ClaimSetting(experiment: experiment), .law))
    let flow = try experiment.flow(quadratures: laws.terms.quadratures)
    let end = try Integrator(
      model: experiment.problem.model, field: flow,
      plan: experiment.plan(relativeTolerance: tolerance, grid: try .linear(until: until, count: 2))
    ).run(from: experiment.start, observers: [])
    let rounding = 4 * Double.ulpOfOne * until
    let last = [1, 1 / (1 / Self.start[1] + 2 * until)]
    for r in 0..<2 {
      #expect(abs(Self.start[r] + end.quadratures[r] - last[r]) <= 20 * tolerance + rounding)
    }
    let evaluations = try #require(end.pathEvaluations)
    #expect(evaluations <= 6 * end.counts.accepted, "\(evaluations) in \(end.counts.accepted)")
  }

  /// Rounding errors that add up over the time are no drift: the claims hold, and their false relatives do not.
  @Test func theClaimsHoldOverAnyHorizon() throws {
    let experiment = try Self.experiment(until: 1e9)
    let reports = try examine(
      experiment, [BalancedSingularValues.self, SingularValueRates.self, EndToEndDynamics.self])
    for report in reports {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      for control in report.controls { #expect(control.verdict == .violated, "\(report.claim): \(control.name)") }
      for rung in report.rungs { #expect((rung.pathEvaluations ?? .max) <= 6 * rung.steps) }
    }
  }
}
