import FlowODE

/// Runs an experiment's refinement, judges every claim, and runs the negative controls when asked.
public struct Examination: Sendable {
  public let refinement: Refinement
  public let claims: [any Claim]
  /// Whether each claim's negative controls are run and must be flagged.
  public let runsControls: Bool

  public init(refinement: Refinement, claims: [any Claim], runsControls: Bool) {
    self.refinement = refinement
    self.claims = claims
    self.runsControls = runsControls
  }

  /// - Parameter recorders: further observers of the tightest rung of the claim's own ladder.
  /// - Returns: one report per claim, and the ladder behind them.
  /// - Throws: ``InterruptedRun``, ``ExperimentError``, or what a recorder throws.
  public func run(
    recorders: @Sendable () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> (reports: [ClaimReport], ladder: [Rung]) {
    let experiment = refinement.experiment
    let setting = ClaimSetting(experiment: experiment)
    let grid = try experiment.grid(tightest: refinement.tolerances[refinement.tolerances.count - 1])

    // A control that only changes the statement is folded over the claims' own trajectories.
    var folded = claims
    if runsControls {
      for claim in claims {
        for control in claim.controls(setting) {
          if case .claim(let mutated) = control.change { folded.append(mutated) }
        }
      }
    }
    let ladder = try refinement.run(claims: folded, grid: grid, recorders: recorders)

    var reports: [ClaimReport] = []
    for claim in claims {
      let judgement = Self.judge(claim, on: setting.experiment, ladder)
      var controls: [ControlReport] = []
      if runsControls {
        for control in claim.controls(setting) {
          switch control.change {
          case .claim(let mutated):
            controls.append(report(control, mutated, setting, ladder))
          case .blockRates(let rates):
            let perturbed = try refinement.run(claims: [claim], grid: grid, blockRates: rates)
            controls.append(report(control, claim, setting, perturbed))
          }
        }
      }
      reports.append(
        ClaimReport(
          claim: claim, setting: setting, ladder: ladder, judgement: Self.weigh(judgement, controls: controls),
          controls: controls))
    }
    return (reports, ladder)
  }

  /// Judges one claim on a ladder over which it was folded.
  public static func judge(_ claim: any Claim, on experiment: Experiment, _ ladder: [Rung]) -> Judgement {
    JudgingRule.judge(
      hypotheses: hypotheses(claim, ClaimSetting(experiment: experiment), ladder),
      rungs: ladder.compactMap { $0.evidence(for: claim.identifier) })
  }

  static func hypotheses(_ claim: any Claim, _ setting: ClaimSetting, _ ladder: [Rung]) -> [Hypothesis] {
    claim.hypotheses(setting) + claim.pathHypotheses(setting, facts: ladder.last?.facts ?? PathFacts())
  }

  private func report(
    _ control: NegativeControl, _ claim: any Claim, _ setting: ClaimSetting, _ ladder: [Rung]
  ) -> ControlReport {
    let judgement = Self.judge(claim, on: setting.experiment, ladder)
    let residual = ladder.last?.evidence[claim.identifier]?.residual
    return ControlReport(
      name: control.name, verdict: judgement.verdict, residual: residual.flatMap { $0.isFinite ? $0 : nil },
      reason: judgement.reason, isRejected: judgement.verdict == .violated || judgement.verdict == .vacuous)
  }

  /// A *holds* whose controls were not all rejected means nothing.
  static func weigh(_ judgement: Judgement, controls: [ControlReport]) -> Judgement {
    guard judgement.verdict == .holds, let missed = controls.first(where: { !$0.isRejected }) else { return judgement }
    return Judgement(
      .inconclusive,
      "the negative control '\(missed.name)' was not rejected (\(missed.verdict.rawValue)), so holding means nothing here; "
        + "raise --until or tighten --refine")
  }
}
