import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// A completion problem whose singular values grow a hundredfold from a small balanced start.
private func growing(_ shape: [Int], depth: Int, scale: Double, until: Double) throws -> Experiment {
  let problem = try Problem(
    model: "matrix", options: ModelOptions(shape: shape, depth: depth),
    source: .generated(rank: 2, norm: 5), observed: .fraction(0.7), dataSeed: 1)
  return try Experiment(
    problem: problem, loss: SquaredLoss(), normalization: .mean,
    start: try Initialization.balanced.parameters(for: problem.model, scale: scale, seed: 1), startSummary: "balanced",
    method: .auto, absoluteTolerance: .auto, until: until, saveCount: 100, savesLogarithmically: false, stops: [],
    maxSteps: 100_000)
}

@Suite("The fitted exponent of singular values")
struct SingularValueExponentTests {
  /// `rivals` counts which of 1, 2 − 2/(L ± 1), 2 and 1 − 1/L differ from 2 − 2/L and from each other.
  @Test(
    "It is 2 − 2/L within an interval below 1e-6, and every wrong exponent and an unbalanced start are rejected",
    arguments: [(2, 60.0, 3), (3, 300, 4), (4, 600, 5)])
  func fitted(depth: Int, until: Double, rivals: Int) throws {
    let experiment = try growing([6, 5], depth: depth, scale: 0.01, until: until)
    let refinement = try Refinement(experiment: experiment, tolerances: [1e-6, 1e-8, 1e-10])
    let (reports, ladder) = try Examination(
      refinement: refinement, claims: [SingularValueExponent.self], runsControls: true
    ).run()
    let report = reports[0]
    #expect(report.verdict == .holds, "\(report.reason)")
    #expect(report.controls.count == rivals + 1)
    for control in report.controls { #expect(control.verdict == .violated, "\(control.name): \(control.reason)") }
    let coarse = try #require(ladder[1].evidence(of: SingularValueExponent.self)?.fit)
    let fine = try #require(ladder[2].evidence(of: SingularValueExponent.self)?.fit)
    let half = ExponentRule.halfWidth(coarse, fine)
    #expect(half < 1e-6)
    #expect(abs(fine.exponent - (2 - 2 / Double(depth))) <= half)
    #expect(fine.dynamicRange > 50)
  }

  @Test("Of a matrix larger than 16 the 16 largest singular values are followed, and all laws hold")
  func larger() throws {
    let experiment = try growing([20, 18], depth: 3, scale: 1e-3, until: 400)
    for report in try examine(experiment, try ClaimTopic.singularValues.claims(for: experiment), controls: false) {
      #expect(report.verdict == .holds, "\(report.claim): \(report.reason)")
      if report.claim != "end-to-end" { #expect(report.statement.contains("16 largest σ_r of 18")) }
    }
  }

  @Test("Without growth there is nothing to fit, and depth 1 has no such law")
  func nothing() throws {
    let still = try growing([6, 5], depth: 3, scale: 0.5, until: 0.1)
    #expect(try examine(still, [SingularValueExponent.self], controls: false)[0].verdict == .inconclusive)
    let flat = try growing([6, 5], depth: 1, scale: 0.01, until: 1)
    #expect(try !ClaimTopic.singularValues.claims(for: flat).contains { $0 == SingularValueExponent.self })
    let asked = try examine(flat, [SingularValueExponent.self], controls: true)[0]
    #expect(asked.verdict == .vacuous && asked.reason.contains("depth 1"), "\(asked.reason)")
  }
}

@Suite("Incremental learning of modes")
struct ModeStudyTests {
  private func experiment(depth: Int, observed: Double = 1, loss: any Loss = SquaredLoss()) throws -> Experiment {
    let problem = try Problem(
      model: "matrix", options: ModelOptions(shape: [4, 3], depth: depth),
      source: .generated(rank: 2, norm: 4), observed: .fraction(observed), dataSeed: 2)
    return try Experiment(
      problem: problem, loss: loss, normalization: .mean,
      start: try Initialization.balanced.parameters(for: problem.model, scale: 1, seed: 1), startSummary: "balanced",
      method: .auto, absoluteTolerance: .auto, until: 1e6, saveCount: 2, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
  }

  @Test("Half-rise times are the closed form's, and every control is rejected", arguments: [2, 3, 4])
  func holds(depth: Int) throws {
    let experiment = try experiment(depth: depth)
    let study = try ModeStudy(
      experiment: experiment, scales: try ModeStudy.defaultScales(experiment), tolerances: [1e-9, 1e-11])
    let report = try study.report(runsControls: true)
    #expect(report.verdict == .holds, "\(report.reason)")
    #expect(report.controls.count == 3)
    for control in report.controls { #expect(control.isRejected, "\(control.name)") }
  }

  @Test("At depth 2 the second mode is at 5 % where the threshold says")
  func threshold() throws {
    let experiment = try experiment(depth: 2)
    let probe = try ModeStudy(experiment: experiment, scales: [1e-2, 1e-3], tolerances: [1e-9, 1e-11])
    let target = try probe.report().tables[1].rows[0][0]
    guard case .number(let level) = target else {
      Issue.record("no threshold")
      return
    }
    let study = try ModeStudy(
      experiment: experiment, scales: [1.2 * level, 0.8 * level], tolerances: [1e-9, 1e-11])
    let parts = try study.report().tables[0].rows.map { row -> Double in
      guard case .number(let part) = row[5] else { return .nan }
      return part
    }
    #expect(parts[0] > 0.05)
    #expect(parts[1] < 0.05)
  }

  @Test("Hidden entries and other losses make it vacuous; scales above the modes are refused")
  func refused() throws {
    let hidden = try ModeStudy(
      experiment: try experiment(depth: 2, observed: 0.6), scales: [1e-2, 1e-3], tolerances: [1e-9, 1e-11])
    #expect(try hidden.report(runsControls: true).verdict == .vacuous)
    let huber = try ModeStudy(
      experiment: try experiment(depth: 2, loss: try HuberLoss(delta: 0.1)), scales: [1e-2, 1e-3],
      tolerances: [1e-9, 1e-11])
    #expect(try huber.report(runsControls: true).verdict == .vacuous)
    #expect(throws: Refusal.self) {
      try ModeStudy(experiment: try experiment(depth: 2), scales: [10, 1], tolerances: [1e-9, 1e-11])
    }
  }
}
