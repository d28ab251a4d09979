import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Growth claims on small random problems: the true laws hold, every named mutant is rejected on the same data.
@Suite struct GrowthClaimTests {
  static func experiment(
    shape: [Int] = [5, 4, 3], components: Int = 6, initialization: Initialization, scale: Double, seed: UInt64,
    until: Double, loss: any Loss = SquaredLoss()
  ) throws -> Experiment {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: shape, components: components),
      source: .generated(rank: 2, norm: 1), observed: .fraction(0.7), dataSeed: seed)
    return try Experiment(
      problem: problem, loss: loss, normalization: .mean,
      start: try initialization.parameters(for: problem.model, scale: scale, seed: seed), startSummary: "test",
      method: .auto, absoluteTolerance: .auto, until: until, saveCount: 60, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
  }

  private func reports(_ experiment: Experiment, _ claims: [any Claim.Type]) throws -> [ClaimReport] {
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-8, 1e-10, 1e-12])
    return try Examination(refinement: refinement, claims: claims, runsControls: true).run().reports
  }

  @Test(arguments: [[6, 5], [5, 4, 3], [3, 3, 3, 3]]) func balancedStartsShowEveryLaw(shape: [Int]) throws {
    let experiment = try Self.experiment(
      shape: shape, initialization: .balanced, scale: 0.2, seed: 2, until: shape.count == 2 ? 150 : 1500)
    let reports = try reports(experiment, try ClaimTopic.componentNorms.claims(for: experiment))
    #expect(reports.map(\.claim).contains("growth-law") && reports.map(\.claim).contains("growth-exponent"))
    for report in reports {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      #expect(report.controls.allSatisfy { $0.isRejected || !$0.isApplicable })
      #expect(report.controls.contains { $0.isRejected })
    }
  }

  /// ε/20 and the bounds not reversed for γ < 0 are false on this run and must be rejected.
  @Test func unbalancedStartsObeyTheBoundsAndRejectTheirMutants() throws {
    let experiment = try Self.experiment(initialization: .gaussian, scale: 0.15, seed: 4, until: 2000)
    for report in try reports(experiment, [ComponentBounds.self, SharpComponentBounds.self]) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      #expect(report.kind == "inequality")
      let rejected = report.controls.filter(\.isRejected).map(\.name)
      #expect(rejected.contains("ε = 0") && rejected.contains("not reversed for γ < 0"))
      #expect((report.rungs.last?.tightness ?? 2) < 1)
    }
  }

  @Test func theBalancedLawIsVacuousOnAnUnbalancedStart() throws {
    let experiment = try Self.experiment(initialization: .gaussian, scale: 0.15, seed: 4, until: 100)
    for report in try reports(experiment, [BalancedGrowth.self, ComponentExponent.self]) {
      #expect(report.verdict == .vacuous)
      #expect(report.controls.allSatisfy { $0.isRejected })
    }
  }

  /// W = Σ_r a_r b_rᵀ + Σ_s e_s c_s d_sᵀ has components of two and of three factors: no one exponent is theirs, though each
  /// obeys the rate of its own.
  @Test func componentsOfDifferentNumbersOfFactors() throws {
    var program = Program()
    let (a, b) = (try program.block("a", [4, 2]), try program.block("b", [3, 2]))
    let (c, d, e) = (try program.block("c", [4, 2]), try program.block("d", [3, 2]), try program.block("e", [2]))
    try program.setOutput(
      program.sum([program.product("ir,jr->ij", [a, b]), program.product("is,js,s->ij", [c, d, e])], shape: [4, 3]))
    let model = try Model("mixed", program)
    #expect(model.components?.blockCounts.sorted() == [2, 2, 3, 3])
    let cp = try Self.experiment(
      shape: [4, 3], components: 2, initialization: .gaussian, scale: 0.3, seed: 3, until: 40)
    let experiment = try cp.replacing(
      problem: cp.problem.replacing(model: model),
      start: Initialization.balanced.parameters(for: model, scale: 0.4, seed: 3))
    let found = try reports(experiment, [ComponentGrowth.self, BalancedGrowth.self, ComponentExponent.self])
    #expect(found.map(\.verdict) == [.holds, .vacuous, .vacuous], "\(found.map(\.reason))")
    #expect(found[1].reason.contains("as many factors"))
    // Nothing is said of a constant gradient either, whose claims are about sums of tensor products.
    let steep = try reports(experiment, [ConstantGradientForm.self, ConstantGradientGamma.self])
    #expect(steep.allSatisfy { $0.verdict == .vacuous })
  }

  /// The fitted interval covers 2 − 2/N on every rung's pair, and is narrower than 1e-6.
  @Test func theExponentsIntervalCoversTheTruth() throws {
    for (shape, exponent) in [([5, 4, 3], 4.0 / 3), ([3, 3, 3, 3], 1.5)] {
      let experiment = try Self.experiment(
        shape: shape, initialization: .balanced, scale: 0.2, seed: 6, until: 2000)
      let refinement = try Refinement(experiment: experiment, tolerances: [1e-4, 1e-6, 1e-8, 1e-10])
      let ladder = try refinement.run(
        claims: [ComponentExponent.self], grid: try experiment.grid(tightest: 1e-10))
      let fits = ladder.compactMap { $0.evidence(of: ComponentExponent.self)?.fit }
      #expect(fits.count == 4)
      for (coarse, fine) in zip(fits, fits.dropFirst()) {
        let half = ExponentRule.halfWidth(coarse, fine)
        #expect(abs(fine.exponent - exponent) <= half)
      }
      #expect(ExponentRule.halfWidth(fits[2], fits[3]) < 1e-6)
    }
  }

  /// A flow with one block's rate off by 1 % never gets a *holds*, on 20 random problems of orders 2 to 4; the true flow is
  /// never *violated*.
  @Test func randomProblemsFindNoWrongVerdict() throws {
    for seed in 1...20 {
      let shape = [[4, 3], [3, 4, 2], [2, 3, 2, 2]][seed % 3]
      let balanced = seed % 2 == 0
      let experiment = try Self.experiment(
        shape: shape, components: 1 + seed % 4, initialization: balanced ? .balanced : .gaussian,
        scale: 0.3, seed: UInt64(seed), until: 60, loss: seed % 5 == 0 ? try HuberLoss(delta: 0.2) : SquaredLoss())
      let claims = try ClaimTopic.componentNorms.claims(for: experiment)
      let refinement = try Refinement(experiment: experiment, tolerances: [1e-8, 1e-10])
      for report in try Examination(refinement: refinement, claims: claims, runsControls: false).run().reports {
        #expect(report.verdict != .violated, "seed \(seed), \(report.claim): \(report.reason)")
      }
      var rates = [Double](repeating: 1, count: shape.count)
      rates[1] = 1.01
      let grid = try experiment.grid(tightest: 1e-10)
      let mutated = try refinement.run(
        claims: [ComponentGrowth.self, EffectiveExponent.self], grid: grid, blockRates: rates)
      for claim in [ComponentGrowth.self, EffectiveExponent.self] as [any Claim.Type] {
        let rungs = mutated.compactMap { rung in
          rung.evidence(of: claim).map {
            RungEvidence(
              relativeTolerance: rung.relativeTolerance, steps: rung.trajectory.counts.accepted, incompleteness: nil,
              evidence: $0)
          }
        }
        #expect(JudgingRule.judge(hypotheses: [], rungs: rungs).verdict != .holds, "seed \(seed), \(claim.card.name)")
      }
    }
  }
}
