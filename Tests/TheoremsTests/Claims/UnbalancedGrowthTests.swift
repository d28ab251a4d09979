import CMath
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// The closed form of unbalanced growth (THEOREMS 3.5) against GSL's adaptive quadrature, hyperbolic functions and flows.
@Suite struct UnbalancedGrowthTests {
  private static let rules: [[Double]] = [
    [0, 0.3], [0.7, 0], [0, 0, 0], [0, 1e-6, 2], [0.5, 0, 0.5, 3], [0, 0.01, 0.1, 1, 10], [0, 0],
  ]

  /// To 1e-12 of the integral; from tiny to large, across six decades and both ways.
  @Test(arguments: rules) func agreesWithAdaptiveQuadrature(excesses: [Double]) throws {
    let rule = GrowthIntegral(excesses: excesses)
    for (a, b) in [(1e-3, 1e-2), (1e-4, 100), (2, 2.0000001), (5, 1e-3)] {
      // In ln a, as in a the integrand is singular at 0.
      let exact = try Integral.adaptive(from: log(a), to: log(b), relativeTolerance: 1e-13) { y in
        let product = excesses.reduce(1) { $0 * (exp(y) + $1) }
        return exp(y) / (2 * product.squareRoot())
      }.value
      // The logarithms of close limits cost the reference a few units of roundoff of the integrand.
      let roundoff = 1e-15 * rule.density(a)
      #expect(abs(rule.value(from: a, to: b) - exact) <= 1e-12 * abs(exact) + roundoff, "\(excesses), \(a) to \(b)")
    }
    #expect(rule.value(from: 0, to: 1).isNaN)
    #expect(rule.value(from: 1, to: 1) == 0)
  }

  /// N = 2: ½ asinh(2σ/δ), σ² = a(a + δ); balanced: (a₀^{1−N/2} − a^{1−N/2})/(N − 2), and ½ ln a for N = 2.
  @Test func agreesWithElementaryForms() {
    let (a, b, delta) = (0.01, 7.0, 0.4)
    func arc(_ x: Double) -> Double { 0.5 * asinh(2 * (x * (x + delta)).squareRoot() / delta) }
    #expect(abs(GrowthIntegral(excesses: [0, delta]).value(from: a, to: b) - (arc(b) - arc(a))) < 1e-13)
    #expect(abs(GrowthIntegral(excesses: [0, 0]).value(from: a, to: b) - 0.5 * log(b / a)) < 1e-13)
    for order in 3...6 {
      let n = Double(order)
      let exact = (pow(a, 1 - n / 2) - pow(b, 1 - n / 2)) / (n - 2)
      let value = GrowthIntegral(excesses: [Double](repeating: 0, count: order)).value(from: a, to: b)
      #expect(abs(value / exact - 1) < 1e-13)
    }
  }

  /// A flow of scalars w_1 w_2 w_3 under a constant gradient 0.3 from (0.2, 0.3, 0.5): a = w_1² reaches its last value when GSL's
  /// quadrature of da/(2·0.3 √(a(a + 0.05)(a + 0.21))) says, to 1e-11.
  @Test func theFlowArrivesWhenTheQuadratureSays() throws {
    let model = try Model(CPFactorization(shape: [1, 1, 1], components: 1))
    let objective = try Objective(
      model: model,
      measurements: Measurements(shape: [1, 1, 1], operators: .entries(indices: [0, 0, 0]), values: [10]),
      loss: HuberLoss(delta: 0.3), normalization: .sum)
    let plan = IntegrationPlan(
      method: .auto, relativeTolerance: 1e-13, grid: try SaveGrid.linear(until: 6, count: 2))
    let end = try Integrator(
      model: model, field: GradientFlow(objective: objective, layout: model.layout), plan: plan
    ).run(from: [0.2, 0.3, 0.5], observers: []).parameters
    let time = try Integral.adaptive(from: log(0.04), to: log(end[0] * end[0]), relativeTolerance: 1e-13) { y in
      let a = exp(y)
      return a / (2 * 0.3 * (a * (a + 0.05) * (a + 0.21)).squareRoot())
    }.value
    #expect(abs(time - 6) < 6e-11)
  }

  @Test(arguments: [[5, 4], [5, 4, 3], [3, 3, 3, 3], [2, 2, 2, 2, 2]])
  func unbalancedStartsShowTheLaw(shape: [Int]) throws {
    let experiment = try GrowthClaimTests.experiment(
      shape: shape, components: 4, initialization: .gaussian, scale: 0.4, seed: 3, until: 100)
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-8, 1e-10, 1e-12])
    let report = try #require(
      try Examination(refinement: refinement, claims: [UnbalancedGrowth.self], runsControls: true).run().reports.first)
    #expect(report.verdict == .holds, "\(report.reason)")
    #expect(report.controls.map(\.isRejected) == [true, true])
  }

  /// Growth takes the law that fits the start, says what it left out, and compares with γ(0) t only where that applies.
  @Test func growthChoosesByTheStart() throws {
    let gaussian = try GrowthClaimTests.experiment(initialization: .gaussian, scale: 0.3, seed: 1, until: 10)
    let unbalanced = try ClaimTopic.componentNorms.claims(for: gaussian).map { $0.card.name }
    #expect(unbalanced.contains("unbalanced-growth") && !unbalanced.contains("growth-law"))
    let note = try #require(ClaimTopic.componentNorms.notes(for: gaussian).first)
    #expect(note.contains("growth-law") && note.contains("growth-exponent") && note.contains("squared norms differ by"))
    let balanced = try GrowthClaimTests.experiment(initialization: .balanced, scale: 0.3, seed: 1, until: 10)
    #expect(try ClaimTopic.componentNorms.claims(for: balanced).map { $0.card.name }.contains("growth-exponent"))
    #expect(ClaimTopic.componentNorms.notes(for: balanced).isEmpty)
    #expect(!unbalanced.contains("constant-gradient-form"))
  }

  /// On a singular tuple of the gradient: e₀ ⊗ e₀ ⊗ e₀ with entry (0,0,0) alone observed. A start off it is vacuous.
  @Test func constantGradientFormNeedsStationaryDirections() throws {
    let problem = Problem(
      model: try Model(CPFactorization(shape: [2, 2, 2], components: 1)),
      measurements: try Measurements(shape: [2, 2, 2], operators: .entries(indices: [0, 0, 0]), values: [5]),
      truth: nil, heldOut: [], dataSummary: "one entry")
    func report(_ start: [Double]) throws -> ClaimReport {
      let experiment = try Experiment(
        problem: problem, loss: HuberLoss(delta: 0.5), normalization: .sum, start: start, startSummary: "test",
        method: .auto, absoluteTolerance: .auto, until: 10, saveCount: 20, savesLogarithmically: false, stops: [],
        maxSteps: 100_000)
      return try #require(
        try Examination(
          refinement: Refinement(experiment: experiment, tolerances: [1e-8, 1e-10]),
          claims: [ConstantGradientForm.self], runsControls: true
        ).run().reports.first)
    }
    let on = try report([0.2, 0, 0.4, 0, 0.5, 0])
    #expect(on.verdict == .holds, "\(on.reason)")
    #expect(on.controls.allSatisfy(\.isRejected) && on.controls.count == 2)
    #expect(on.tables.first?.rows.count == 1)
    let off = try report([0.2, 0.1, 0.4, 0, 0.5, 0])
    #expect(off.verdict == .vacuous && off.reason.contains("stationary"))
  }
}
