import CMath
import FlowODE
import GSLBridge
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

  /// Layers of depth 3 whose product is 2×2, W_3 off balance by ε.
  private func layers(_ epsilon: Double, until: Double) throws -> Experiment {
    let chain = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2, 2])
    let end = Matrix(rows: 2, columns: 2, elements: [1, 0.3, 0.3, 0.5])
    var start = try chain.balancedParameters(endToEnd: end)
    for i in start.count - 4..<start.count { start[i] *= 1 + epsilon * Double(i % 3) }
    let problem = Problem(
      model: try Model(chain),
      measurements: try Measurements(
        shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]), values: [1, 0, 0, 0]),
      truth: nil, heldOut: [], dataSummary: "given entries")
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "test", method: .auto,
      absoluteTolerance: .auto, until: until, saveCount: 50, savesLogarithmically: false, stops: [], maxSteps: 1_000_000
    )
  }

  @Test(
    "what is left of layers' imbalance is part of the floor: a drift that it makes does not shrink, and is none of the law's"
  )
  func layersFloor() throws {
    let experiment = try layers(1e-11, until: 30)
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-12, 1e-13, 1e-14])
    let report = try #require(
      try Examination(refinement: refinement, claims: [EndToEndDynamics.self], runsControls: false).run().reports.first)
    #expect(report.verdict == .holds && report.reason.contains("balance of layers"), "\(report.reason)")
    // An imbalance of rounding leaves nothing to speak of.
    let exact = try #require(try reports(layers(0, until: 30), [EndToEndDynamics.self]).first)
    #expect(exact.verdict == .holds && !exact.reason.contains("balance of layers"), "\(exact.reason)")
  }

  @Test("a singular value that shrinks to the layers' imbalance ends the exponent's law, at that time")
  func layersEnd() throws {
    // Depth 2: σ̇ = 2σγ with γ → −y on the second axis, so σ₂ ≈ e^{−2·2·t}·c: it meets 1e-6 σ₂ = ε soon.
    let chain = try MatrixFactorization(shape: [2, 2], hiddenWidths: [2])
    var start = try chain.balancedParameters(endToEnd: Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 0.5]))
    let epsilon = 2e-11
    start[start.count - 1] *= 1 + epsilon
    let problem = Problem(
      model: try Model(chain),
      measurements: try Measurements(
        shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]), values: [2, 0, 0, -1]),
      truth: nil, heldOut: [], dataSummary: "given entries")
    func report(until: Double) throws -> ClaimReport {
      let experiment = try Experiment(
        problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "test",
        method: .auto, absoluteTolerance: .auto, until: until, saveCount: 200, savesLogarithmically: false, stops: [],
        maxSteps: 1_000_000)
      return try #require(try reports(experiment, [SingularValueExponent.self]).first)
    }
    // σ₂ obeys σ̇ = −2σ(σ + 1) from ½: σ/(σ + 1) = ⅓ e^{−2t}. The product of two layers is off by ε/σ₂ of itself, ε = 2 · 2e-11 · ½.
    let level = 2 * epsilon * 0.5 / LayerImbalanceLevel.bearable
    let expected = 0.5 * log((1 + level) / (3 * level))
    let late = try report(until: expected + 1)
    #expect(late.verdict == .vacuous && late.reason.contains("balance of layers"), "\(late.reason)")
    let time = try #require(late.reason.firstMatch(of: /from t = ([\d.]+) on/)?.1)
    #expect(abs((Double(time) ?? 0) - expected) < 0.3, "\(late.reason), \(expected)")
    let early = try report(until: expected - 1)
    #expect(early.verdict == .holds, "\(early.reason)")
  }

  /// The part of a term up to which laws of balanced layers are checked.
  private enum LayerImbalanceLevel { static let bearable = 1e-6 }
}
