import FlowODE
import Foundation
import Testing
import Theorems
import Verdicts

@Suite("Examinations and reports")
struct ExaminationTests {
  @Test("both claims hold on a plain flow, and every control is rejected")
  func plain() throws {
    for report in try examine(ScalarExperiment.make(layers: [0.7, 0.2], until: 4), controls: true) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      #expect(report.controls.count == 2)
      for control in report.controls {
        #expect(control.isRejected && control.verdict == .violated, "\(control.name): \(control.reason)")
      }
      #expect(report.strength == .observed && report.rungs.count == 3 && report.rungs.allSatisfy(\.isComplete))
      #expect(report.rungs[0].order == nil && report.rungs[1].order != nil)
      #expect(report.smallestVisibleRateError.map { $0 < 0.01 } == true)
    }
  }

  @Test("the drift of a block with a wrong rate is what the law predicts")
  func predictedDrift() throws {
    // ȧ = −ρ b r, ḃ = −a r: b² − a²/ρ is conserved, so b² − a² drifts by (1/ρ − 1)(a² − a₀²).
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4)
    let grid = try experiment.grid(tightest: 1e-12)
    let ladder = try Refinement(experiment: experiment, tolerances: [1e-10, 1e-12]).run(
      claims: trueClaims, grid: grid, blockRates: [1.01, 1])
    let evidence = try #require(ladder[1].evidence(of: Balancedness.self))
    let a = ladder[1].trajectory.parameters[0]
    let predicted = (1 - 1 / 1.01) * (a * a - 0.49) / evidence.largestTerm
    #expect(abs(evidence.residual - predicted) <= 1e-10 && predicted > 1e-3)
  }

  @Test("nothing moves: inconclusive, not holds")
  func still() throws {
    for layers: [Double] in [[0, 0, 0], [1, 1]] {
      for report in try examine(ScalarExperiment.make(layers: layers, until: 3), controls: true) {
        #expect(report.verdict == .inconclusive, "\(layers), \(report.claim): \(report.reason)")
        #expect(report.reason.contains("integration.until") || report.reason.contains("rounding alone"))
      }
    }
  }

  @Test("starts ever closer to the solution: the loss's rounding is never a violation", arguments: 1...16)
  func nearSolution(exponent: Int) throws {
    var gap = 1.0
    for _ in 0..<exponent { gap /= 10 }
    for report in try examine(ScalarExperiment.make(layers: [1 + gap, 1], norm: 1, until: 3)) {
      #expect(report.verdict != .violated, "\(report.claim): \(report.reason)")
      if exponent <= 5 { #expect(report.verdict == .holds, "\(report.claim): \(report.reason)") }
    }
  }

  @Test("depth 1 has no balancedness law: vacuous, and dissipation holds")
  func depthOne() throws {
    let reports = try examine(ScalarExperiment.make(layers: [0.3], until: 3), controls: true)
    #expect(reports.map(\.verdict) == [.vacuous, .holds], "\(reports.map(\.reason))")
    #expect(reports[0].reason.contains("depth 1"))
  }

  @Test("runs that end early are inconclusive with the sentence and the remedy, and never hang")
  func incomplete() throws {
    let spent = try examine(ScalarExperiment.make(layers: [0.7, 0.2], until: 1e6, maxSteps: 10))
    for report in spent {
      #expect(report.verdict == .inconclusive && report.reason.contains("integration.max-steps"), "\(report.reason)")
      #expect(!report.rungs[0].isComplete)
    }
    // Ascent from above the target blows up in finite time.
    let experiment = try ScalarExperiment.make(layers: [1.5, 1.5], until: 5)
    let ladder = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8]).run(
      claims: trueClaims, grid: experiment.grid(tightest: 1e-8), blockRates: [-1, -1])
    for claim in trueClaims {
      let judgement = Examination.judge(claim, on: experiment, ladder)
      #expect(judgement.verdict == .inconclusive && judgement.reason.contains("incomplete"), "\(judgement.reason)")
      #expect(judgement.reason.contains("blow up"))
    }
  }

  @Test("a stop condition that is true at the start leaves nothing to judge")
  func stoppedAtStart() throws {
    for report in try examine(ScalarExperiment.make(layers: [0.7, 0.2], until: 5, stops: [.lossBelow(10)])) {
      #expect(report.verdict == .inconclusive && report.reason.contains("not at all"))
    }
  }

  @Test(
    "a fixed absolute tolerance that makes all rungs alike neither holds nor violates", arguments: ["rk8pd", "rkf45"])
  func fixedTolerance(_ method: String) throws {
    for atol in [1e-2, 1e-4, 1e-6] {
      let experiment = try ScalarExperiment.make(
        layers: [0.7, 0.2], until: 40, method: IntegrationMethod(named: method), atol: .fixed(atol))
      for report in try examine(experiment, tolerances: [1e-8, 1e-10, 1e-12]) {
        #expect(report.verdict == .inconclusive || report.reason.contains("roundoff"), "\(atol): \(report.reason)")
        #expect(report.verdict != .violated)
      }
    }
    let small = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4, atol: .fixed(1e-14))
    #expect(try examine(small).allSatisfy { $0.verdict == .holds })
  }

  @Test("a control that is not rejected turns holds into inconclusive")
  func missedControl() throws {
    let report = try examine(
      ScalarExperiment.make(layers: [0.7, 0.2], until: 4), claims: [Toothless.self], controls: true)[0]
    #expect(report.verdict == .inconclusive && report.reason.contains("'nothing at all' was not rejected"))
    #expect(report.controls.map(\.isRejected) == [false])
    let unasked = try examine(ScalarExperiment.make(layers: [0.7, 0.2], until: 4), claims: [Toothless.self])[0]
    #expect(unasked.verdict == .holds)
  }

  @Test("the worst verdict leads: violated, inconclusive, vacuous, holds")
  func worst() throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4)
    let summary = try ExperimentSummary(experiment, settings: [:])
    let holds = try examine(experiment)
    let vacuous = try examine(ScalarExperiment.make(layers: [0.3], until: 3))
    let inconclusive = try examine(ScalarExperiment.make(layers: [0.7, 0.2], until: 3, maxSteps: 2))
    func verdict(_ claims: [ClaimReport]) -> Verdict? {
      Report(command: "run", experiment: summary, claims: claims).verdict
    }
    #expect(verdict(holds) == .holds && verdict(holds + vacuous) == .vacuous)
    #expect(verdict(vacuous + inconclusive + holds) == .inconclusive)
    #expect((0.449...0.451).contains(try #require(summary.startUnbalancedness)))
    #expect(summary.startLargestBlockNorm == 0.7)
  }

  @Test("numbers that are not finite are nil with a note, and the report is valid JSON")
  func notFinite() throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4)
    let report = try examine(experiment, claims: [Broken.self], controls: true)[0]
    #expect(report.verdict == .inconclusive && report.reason.contains("not finite"))
    #expect(report.rungs[0].drift == nil && report.rungs[0].notes.contains { $0.contains("drift") })
    let data = try JSONEncoder().encode(
      Report(command: "run", experiment: ExperimentSummary(experiment, settings: [:]), claims: [report]))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let claim = try #require((object["claims"] as? [[String: Any]])?.first)
    let row = try #require((claim["rungs"] as? [[String: Any]])?.first)
    #expect(claim["verdict"] as? String == "inconclusive" && claim["reason"] as? String == report.reason)
    #expect(row["drift"] == nil && row["rtol"] as? Double == report.rungs[0].rtol)
  }

  @Test("the dissipation quadrature's derivative is that of ‖∇f‖²")
  func quadratureDerivative() throws {
    let drawn = try RandomExperiment.draw(5)
    let experiment = drawn.experiment
    let flow = GradientFlow(
      objective: try experiment.objective(), layout: experiment.problem.model.layout,
      quadratures: try #require(Dissipation.laws(ClaimSetting(experiment: experiment), .law)).terms.quadratures)
    let (n, dimension) = (flow.leadingCount, flow.dimension)
    #expect(dimension == n + 1)
    var state = experiment.start + [0]
    var derivative = [Double](repeating: .nan, count: dimension)
    func rate() throws -> Double {
      try derivative.withUnsafeMutableBufferPointer { try flow.evaluate(0, state, $0.baseAddress!) }
      return derivative[n]
    }
    var dense = [Double](repeating: .nan, count: dimension * dimension)
    var timeRow = [Double](repeating: .nan, count: dimension)
    try dense.withUnsafeMutableBufferPointer { dense in
      try timeRow.withUnsafeMutableBufferPointer { try flow.jacobian(0, state, dense.baseAddress!, $0.baseAddress!) }
    }
    let start = try rate()
    let squares = derivative.dropLast().reduce(0) { $0 + $1 * $1 }
    #expect(abs(start - squares) <= 1e-15 * squares)
    for i in 0..<n {
      let (center, h) = (state[i], 1e-4)
      state[i] = center + h
      let up = try rate()
      state[i] = center - h
      let down = try rate()
      state[i] = center
      // Central difference: truncation h² f‴/6 and roundoff u/h, both below 1e-7 for derivatives of moderate size.
      let exact = dense[n * dimension + i]
      #expect(abs((up - down) / (2 * h) - exact) <= 1e-7 * max(1, abs(exact)))
    }
    #expect(dense[n * dimension + n] == 0)
  }
}

/// A claim about nothing, whose control is the claim itself.
private enum Toothless: Claim {
  enum Variant: ClaimVariant { case law, same }
  static let card = ClaimCard(
    name: "toothless", summary: "nothing", formulas: ["0 = 0"], sources: [], judgedBy: .conservation, residual: "none",
    example: "")
  static let hypotheses: [HypothesisRule] = []
  static let mutants: [MutantRule<Variant>] = [.statement("nothing at all", .same)]
  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? { .integral(Still(residual: 0)) }
}

/// A claim whose residual is not a number.
private enum Broken: Claim {
  typealias Variant = NoVariant
  static let card = ClaimCard(
    name: "broken", summary: "nothing", formulas: ["NaN = 0"], sources: [], judgedBy: .integral, residual: "none",
    example: "")
  static let hypotheses: [HypothesisRule] = []
  static let mutants: [MutantRule<Variant>] = []
  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? { .integral(Still(residual: .nan)) }
}

/// Terms that look at nothing.
private final class Still: IntegralTerms {
  let names = ["nothing"]
  private let residual: Double
  init(residual: Double) { self.residual = residual }
  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    fold.note(0, residual: residual, size: 1, change: 1)
  }
}
