import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Small completion problems for the claims about deep matrix factorizations.
func matrixExperiment(
  _ shape: [Int], depth: Int, widths: [Int]? = nil, start kind: Initialization = .balanced, scale: Double = 0.4,
  loss: any Loss = SquaredLoss(), seed: UInt64 = 1, until: Double = 4, coordinates: Coordinates = .weights,
  method: IntegrationMethod = .auto
) throws -> Experiment {
  let problem = try Problem(
    model: "matrix", options: ModelOptions(shape: shape, depth: depth, widths: widths, components: nil),
    source: .generated(rank: 2, norm: 3), observed: .fraction(0.7), dataSeed: seed)
  return try Experiment(
    problem: problem, loss: loss, normalization: .halfSum,
    start: try kind.parameters(for: problem.model, scale: scale, seed: seed), startSummary: kind.rawValue,
    method: method, absoluteTolerance: .auto, until: until, saveCount: 20, savesLogarithmically: false, stops: [],
    maxSteps: 100_000, coordinates: coordinates)
}

/// The verdicts of claims on one experiment.
func examine(_ experiment: Experiment, _ claims: [any Claim.Type], controls: Bool = true) throws -> [ClaimReport] {
  let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10])
  return try Examination(refinement: refinement, claims: claims, runsControls: controls).run().reports
}

@Suite("Laws of the end-to-end matrix")
struct EndToEndClaimTests {
  @Test(
    "They hold on balanced starts of every depth and shape, and every control is rejected",
    arguments: [([3, 3], 2), ([4, 3], 3), ([2, 5], 4), ([9, 8], 2)])
  func balanced(shape: [Int], depth: Int) throws {
    let experiment = try matrixExperiment(shape, depth: depth)
    let laws: [any Claim.Type] = [EndToEndDynamics.self, BalancedSingularValues.self, SingularValueRates.self]
    for report in try examine(experiment, laws) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      #expect(report.controls.count == 2)
      for control in report.controls { #expect(control.verdict == .violated, "\(report.claim): \(control.name)") }
    }
  }

  @Test("They hold for hidden layers wider than the matrix, and for the Huber loss")
  func wide() throws {
    // Few saves set the steps of all rungs here; rk8pd's error on them is below roundoff.
    let experiment = try matrixExperiment(
      [3, 4], depth: 3, widths: [5, 6], loss: try HuberLoss(delta: 0.5), method: .explicit(.rk8pd))
    let laws: [any Claim.Type] = [EndToEndDynamics.self, BalancedSingularValues.self, SingularValueRates.self]
    for report in try examine(experiment, laws, controls: false) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
    }
  }

  @Test("From an unbalanced start the balanced laws are vacuous and the exact rates hold", arguments: [2, 3, 4])
  func unbalanced(depth: Int) throws {
    let experiment = try matrixExperiment([3, 4], depth: depth, start: .gaussian)
    let reports = try examine(
      experiment, [EndToEndDynamics.self, BalancedSingularValues.self, SingularValueRates.self])
    #expect(reports.map(\.verdict) == [.vacuous, .vacuous, .holds])
    for control in reports[2].controls { #expect(control.verdict == .violated) }
  }

  @Test("Equal singular values and svd coordinates, which assume the law, make the laws vacuous")
  func vacuous() throws {
    let identity = try matrixExperiment([3, 3], depth: 2, start: .identity)
    #expect(try examine(identity, [BalancedSingularValues.self], controls: false)[0].verdict == .vacuous)
    let svd = try matrixExperiment([3, 3], depth: 2, coordinates: .svd)
    #expect(try examine(svd, [BalancedSingularValues.self], controls: false)[0].verdict == .vacuous)
  }

  @Test("Only matrix factorizations have these laws")
  func otherModels() throws {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: [3, 3, 3], depth: nil, widths: nil, components: 2),
      source: .generated(rank: 1, norm: 1), dataSeed: 1)
    let experiment = try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .sum,
      start: try Initialization.gaussian.parameters(for: problem.model, scale: 0.3, seed: 1), startSummary: "gaussian",
      method: .auto, absoluteTolerance: .auto, until: 1, saveCount: 3, savesLogarithmically: false, stops: [],
      maxSteps: 1000)
    #expect(throws: Refusal.self) { try ClaimTopic.singularValues.claims(for: experiment) }
    #expect(try examine(experiment, [EndToEndDynamics.self], controls: false)[0].verdict == .vacuous)
  }
}
