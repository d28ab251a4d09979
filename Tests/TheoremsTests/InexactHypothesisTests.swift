import CMath
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Hypotheses met up to a tolerance that the flow amplifies.
@Suite("Inexact hypotheses")
struct InexactHypothesisTests {
  /// f = ½(ab − y)² with y < 0 from a ≈ b > 0: both shrink, and a² − b² is conserved.
  private func experiment(_ start: [Double], target: Double = -1, until: Double) throws -> Experiment {
    let problem = try problem([1, 1], [0, 0], [target])
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "test", method: .auto,
      absoluteTolerance: .auto, until: until, saveCount: 50, savesLogarithmically: false, stops: [], maxSteps: 1_000_000
    )
  }

  /// One component on given entries.
  private func problem(_ shape: [Int], _ indices: [Int32], _ values: [Double]) throws -> Problem {
    Problem(
      model: try ModelCatalog.model("cp", ModelOptions(shape: shape, components: 1)),
      measurements: try Measurements(shape: shape, operators: .entries(indices: indices), values: values), truth: nil,
      heldOut: [], dataSummary: "given entries")
  }

  private func reports(_ experiment: Experiment, _ claims: [any Claim.Type]) throws -> [ClaimReport] {
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-8, 1e-10, 1e-12])
    return try Examination(refinement: refinement, claims: claims, runsControls: false).run().reports
  }

  @Test(
    "an imbalance of 1e-9 is vacuous from the time on at which the component has shrunk to it",
    arguments: [1e-9, 1e-12])
  func balance(imbalance: Double) throws {
    // a² ≈ 0.25 e^{−2t}, so that (a² − b²)/b² is √(8e-6) at e^{2t} = 0.25 √(8e-6)/ε.
    let expected = 0.5 * log(0.25 * (8e-6).squareRoot() / imbalance)
    let start = [(0.25 + imbalance).squareRoot(), 0.5]
    for report in try reports(experiment(start, until: expected + 4), [BalancedGrowth.self]) {
      #expect(report.verdict == .vacuous, "\(report.claim): \(report.reason)")
      #expect(report.reason.contains("before: holds"), "\(report.reason)")
      let time = try #require(report.reason.firstMatch(of: /from t = ([\d.]+) on/)?.1)
      // Accepted states are up to a step apart, and the flow has not fallen like e^{−t} from the first.
      #expect(abs((Double(time) ?? 0) - expected) < 1.5, "\(report.reason), \(expected)")
    }
    for report in try reports(experiment(start, until: expected - 2), [BalancedGrowth.self]) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
    }
  }

  @Test("a stationary direction other than the best is left, however exactly the start meets it")
  func direction() throws {
    // Huber's gradient is constant; e₃ is stationary with a lower γ than (e₁ + e₂)/√2, which grows from the 1e-30 of it.
    let values = [5.0, 5, 5, 5, 5]
    let problem = try problem([3, 3], [0, 0, 0, 1, 1, 0, 1, 1, 2, 2], values)
    let vector = [7e-31, 7e-31, 1e-14]
    let experiment = try Experiment(
      problem: problem, loss: HuberLoss(delta: 0.01), normalization: .halfSum, start: vector + vector,
      startSummary: "test",
      method: .auto, absoluteTolerance: .auto, until: 1e5, saveCount: 50, savesLogarithmically: false, stops: [],
      maxSteps: 1_000_000)
    let report = try #require(try reports(experiment, [ConstantGradientForm.self]).first)
    #expect(report.verdict == .vacuous && report.reason.contains("unstable"), "\(report.verdict): \(report.reason)")
  }
}
