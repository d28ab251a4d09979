import FlowODE
import Models
import Verdicts

/// Runs a comparison, judges its claims, and runs their negative controls when asked.
public struct ComparisonExamination: Sendable {
  public let comparison: Comparison
  /// Identifiers of the claims; nil means every one that applies.
  public let claims: [String]?
  /// The closeness ‖θ_k − θ(t_k)‖ that the bound is asked about.
  public let closeness: Double?
  public let runsControls: Bool

  /// - Throws: ``Refusal`` for an unknown or repeated claim or a closeness that is not positive.
  public init(
    comparison: Comparison, claims: [String]?, closeness: Double?, runsControls: Bool
  ) throws(Refusal) {
    let known = ComparisonCatalog.claims.map { $0.card.name }
    for (k, name) in (claims ?? []).enumerated() {
      guard known.contains(name) else {
        throw Refusal(
          "there is no claim '\(name)' about a comparison", remedy: "choose from: \(known.joined(separator: ", "))")
      }
      guard claims?.firstIndex(of: name) == k else {
        throw Refusal("the claim '\(name)' is named twice", remedy: "name it once")
      }
    }
    if let closeness, !(closeness > 0 && closeness.isFinite) {
      throw Refusal("the closeness is \(closeness)", remedy: "give compare.closeness a positive number")
    }
    self.comparison = comparison
    self.claims = claims
    self.closeness = closeness
    self.runsControls = runsControls
  }

  /// The claims that are judged: those that were named, otherwise every one that applies.
  public var chosenClaims: [String] {
    chosen(ComparisonSetting(experiment: comparison.experiment, plan: comparison.plan, closeness: closeness))
      .map { $0.card.name }
  }

  private func chosen(_ setting: ComparisonSetting) -> [any ComparisonClaim.Type] {
    ComparisonCatalog.claims.filter { claim in
      claims.map { $0.contains(claim.card.name) } ?? claim.applies(to: setting)
    }
  }

  /// - Parameter recorders: further observers of the reference flow.
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func run(
    summary: ExperimentSummary, recorders: () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> Report {
    let setting = ComparisonSetting(
      experiment: comparison.experiment, plan: comparison.plan, closeness: closeness)
    let run = try comparison.run(recorders: recorders)
    let chosen = chosen(setting)
    var changed: [String: (setting: ComparisonSetting, run: ComparisonRun)] = [:]
    var reports: [ClaimReport] = []
    for claim in chosen {
      let hypotheses = claim.hypotheses(setting, run)
      let finding = claim.judge(setting, run, hypotheses)
      var controls: [ControlReport] = []
      if runsControls {
        for control in claim.controls(setting, run) {
          controls.append(try report(control, of: claim, &changed))
        }
      }
      let judgement = ControlRule.weigh(
        finding.judgement, controls: controls.map(\.evidence), remedy: Self.missedControl)
      reports.append(
        ClaimReport(
          claim: claim.card.name, kind: "descent", statement: claim.statement(setting), hypotheses: hypotheses,
          judgement: judgement, controls: controls,
          fit: judgement.verdict == .vacuous ? nil : finding.fit, notes: finding.notes))
    }
    let section = ComparisonSection(
      notes: summary.notes, setting: setting, run: run, unit: comparison.plan.ladder.unit)
    return Report(command: "compare", experiment: summary, claims: reports, section: .comparison(section))
  }

  /// Why a control of a comparison may be missed, and what to try.
  private static let missedControl =
    ": at these learning rates the descent's own error hides it; add smaller compare.learning-rates or raise integration.until"

  private func report(
    _ control: ComparisonControl, of claim: any ComparisonClaim.Type,
    _ changed: inout [String: (setting: ComparisonSetting, run: ComparisonRun)]
  ) throws -> ControlReport {
    let finding: ComparisonFinding
    switch control.change {
    case .finding(let folded): finding = folded
    case .plan(let key, let plan):
      let result: (setting: ComparisonSetting, run: ComparisonRun)
      if let earlier = changed[key] {
        result = earlier
      } else {
        var other = comparison
        other.plan = plan
        result = (
          ComparisonSetting(experiment: comparison.experiment, plan: plan, closeness: closeness), try other.run()
        )
        changed[key] = result
      }
      finding = claim.judge(result.setting, result.run, claim.hypotheses(result.setting, result.run))
    }
    let judgement = finding.judgement
    return ControlReport(
      name: control.name, judgement: judgement, residual: finding.figure,
      isRejected: judgement.verdict == .violated || judgement.verdict == .vacuous)
  }
}
