import CMath
import Checkers
import FlowODE
import GSLBridge
import Models
import Testing
import Theorems
import Verdicts

/// A verdict never changes between holds and violated when the tolerance is tightened, the method changed or time rescaled: true
/// claims are never violated and wrong flows never get a holds, whatever is asked of the solver.
@Suite("Verdicts under other tolerances, methods and clocks")
struct VerdictStabilityTests {
  enum Setup: String, CaseIterable, Sendable {
    case tensorUnbalanced, tensorBalanced, tensorHuber, matrixBalanced, matrixUnbalanced, hiddenEntry
  }

  /// Every method of `flowcheck list`.
  static let every = [IntegrationMethod.auto] + IntegrationMethod.all
  private static let ladders = [[1e-3, 1e-4, 1e-5], [1e-4, 1e-6, 1e-8], [1e-7, 1e-9, 1e-11], [1e-10, 1e-12, 1e-13]]

  /// - Parameter scale: what the targets are multiplied by; starts are scaled to match and the clock slows down accordingly.
  private func experiment(
    _ setup: Setup, method: IntegrationMethod = .auto, normalization: Normalization = .mean, scale: Double = 1
  ) throws -> Experiment {
    let isTensor = setup.rawValue.hasPrefix("tensor")
    let kind: Initialization = setup == .tensorUnbalanced || setup == .matrixUnbalanced ? .gaussian : .balanced
    var problem: Problem
    switch setup {
    case .hiddenEntry: problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: 3))
    case _ where isTensor:
      problem = try Problem(
        model: "cp", options: ModelOptions(shape: [3, 2, 2], components: 2),
        source: .generated(rank: 1, norm: 2), observed: .fraction(0.7), dataSeed: 4)
    default:
      problem = try Problem(
        model: "matrix", options: ModelOptions(shape: [3, 2], depth: 3),
        source: .generated(rank: 2, norm: 2), observed: .fraction(0.8), dataSeed: 4)
    }
    let order = Double(problem.model.layout.blocks.count)
    let start = try kind.parameters(
      for: problem.model, scale: 0.5, seed: 3, determinant: setup == .hiddenEntry ? .positive : .any)
    if scale != 1 {
      let measurements = problem.measurements
      problem = Problem(
        model: problem.model,
        measurements: try Measurements(
          shape: measurements.shape, operators: measurements.operators, values: measurements.values.map { scale * $0 }),
        truth: nil, heldOut: [], dataSummary: "scaled")
    }
    let unit = pow(scale, 1 / order)
    // θ → λθ with λ^N = scale turns θ̇ = −∇f for squared residuals into the same flow at the speed λ^{2N−2}.
    let clock = normalization.constant(measurements: problem.measurements.count) * pow(unit, 2 * order - 2)
    return try Experiment(
      problem: problem, loss: setup == .tensorHuber ? try HuberLoss(delta: 0.2 * scale) : SquaredLoss(),
      normalization: normalization, start: start.map { unit * $0 }, startSummary: "test", method: method,
      absoluteTolerance: .auto, until: (setup == .hiddenEntry ? 20 : 1) / clock, saveCount: 6,
      savesLogarithmically: false, stops: [], maxSteps: 2000)
  }

  private func claims(_ setup: Setup, _ experiment: Experiment) throws -> [any Claim.Type] {
    switch setup {
    case .tensorUnbalanced, .tensorBalanced, .tensorHuber:
      trueClaims + (try ClaimTopic.componentNorms.claims(for: experiment))
    case .matrixBalanced, .matrixUnbalanced:
      trueClaims + (try ClaimTopic.singularValues.claims(for: experiment))
    case .hiddenEntry: [HiddenEntryFloor.self, DivergingNorms.self]
    }
  }

  /// Judges the true flow and, for equalities, the flow whose last block is 1 % too fast; returns how many could tell.
  private func check(_ setup: Setup, _ experiment: Experiment, _ tolerances: [Double], _ note: String) throws -> Int {
    let claims = try claims(setup, experiment)
    let grid = try experiment.grid(tightest: tolerances[2])
    let refinement = try Refinement(experiment: experiment, tolerances: tolerances)
    let ladder = try refinement.run(claims: claims, grid: grid)
    var told = 0
    for claim in claims {
      let judgement = Examination.judge(claim, on: experiment, ladder)
      #expect(judgement.verdict != .violated, "\(setup), \(claim.card.name), \(note): \(judgement.reason)")
      if judgement.verdict == .holds { told += 1 }
    }
    let equalities = claims.filter { !$0.card.judgedBy.isInequality }
    guard !equalities.isEmpty else { return told }
    var rates = [Double](repeating: 1, count: experiment.problem.model.layout.blocks.count)
    rates[rates.count - 1] = 1.01
    let wrong = try refinement.run(claims: equalities, grid: grid, blockRates: rates)
    for claim in equalities {
      let judgement = Examination.judge(claim, on: experiment, wrong)
      #expect(judgement.verdict != .holds, "\(setup), \(claim.card.name), \(note), wrong flow: \(judgement.reason)")
      if judgement.verdict == .violated { told += 1 }
    }
    return told
  }

  @Test("every method at every tolerance", arguments: every.map(\.name), Setup.allCases)
  func methods(name: String, setup: Setup) throws {
    let method = try IntegrationMethod(named: name)
    for (k, ladder) in Self.ladders.enumerated() where SlowTests.areOn || k <= 1 || name == "auto" {
      _ = try check(setup, experiment(setup, method: method), ladder, "\(name), \(ladder)")
    }
  }

  @Test("every normalization and scaled data", arguments: Setup.allCases)
  func clocks(setup: Setup) throws {
    for normalization in Normalization.allCases {
      let told = try check(
        setup, experiment(setup, normalization: normalization), [1e-6, 1e-8, 1e-10], normalization.rawValue)
      #expect(told >= 2, "\(setup), \(normalization): \(told)")
    }
    guard setup != .hiddenEntry else { return }
    for scale in [1e-3, 50] {
      let told = try check(setup, experiment(setup, scale: scale), [1e-6, 1e-8, 1e-10], "targets × \(scale)")
      #expect(told >= 2, "\(setup), × \(scale): \(told)")
    }
  }
}
