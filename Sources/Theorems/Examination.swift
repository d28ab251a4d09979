import FlowODE
import Verdicts

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
    for claim in claims {
      for control in controls(of: claim, setting) {
        if case .claim(let mutated) = control.change { folded.append(mutated) }
      }
    }
    let ladder = try refinement.run(claims: folded, grid: grid, recorders: recorders)

    // Claims whose controls perturb the flow in the same way share its trajectories.
    var perturbed: [(rates: [Double], claims: [any Claim], ladder: [Rung])] = []
    for claim in claims {
      for control in controls(of: claim, setting) {
        guard case .blockRates(let rates) = control.change else { continue }
        if let k = perturbed.firstIndex(where: { $0.rates == rates }) {
          perturbed[k].claims.append(claim)
        } else {
          perturbed.append((rates, [claim], []))
        }
      }
    }
    for k in perturbed.indices {
      perturbed[k].ladder = try refinement.run(
        claims: perturbed[k].claims, grid: grid, blockRates: perturbed[k].rates)
    }

    var reports: [ClaimReport] = []
    for claim in claims {
      let judgement = Self.judge(claim, on: setting.experiment, ladder)
      var controls: [ControlReport] = []
      // Where the claim says nothing, neither do its controls.
      for control in judgement.verdict == .vacuous ? [] : self.controls(of: claim, setting) {
        switch control.change {
        case .claim(let mutated):
          controls.append(report(control, mutated, setting, ladder))
        case .blockRates(let rates):
          let ladder = perturbed.first { $0.rates == rates }?.ladder ?? []
          controls.append(report(control, claim, setting, ladder))
        case .start(let start, let mutated):
          let other = try refinement.replacing(
            experiment: experiment.replacing(start: start, startSummary: control.name))
          let perturbed = try other.run(claims: [mutated], grid: grid)
          controls.append(report(control, mutated, ClaimSetting(experiment: other.experiment), perturbed))
        }
      }
      reports.append(
        ClaimReport(
          claim: claim, setting: setting, ladder: ladder,
          judgement: ControlRule.weigh(
            judgement, controls: controls.map(\.evidence), needsOne: claim.isInequality), controls: controls))
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

  /// The controls to run: all of them when asked; otherwise those that an inequality cannot hold without.
  private func controls(of claim: any Claim, _ setting: ClaimSetting) -> [NegativeControl] {
    claim.controls(setting).filter { control in
      if runsControls { return true }
      if case .claim = control.change { return claim.isInequality }
      return false
    }
  }

  private func report(
    _ control: NegativeControl, _ claim: any Claim, _ setting: ClaimSetting, _ ladder: [Rung]
  ) -> ControlReport {
    let judgement = Self.judge(claim, on: setting.experiment, ladder)
    let evidence = ladder.last?.evidence[claim.identifier]
    var isRejected = judgement.verdict == .violated
    // Another start or flow may break a hypothesis; a wrong statement about the same flow must be told by its numbers.
    if case .claim = control.change {} else { isRejected = isRejected || judgement.verdict == .vacuous }
    return ControlReport(
      name: control.name, judgement: judgement, residual: evidence?.residual, isRejected: isRejected,
      isApplicable: isRejected || evidence?.isFalsified != false)
  }
}
