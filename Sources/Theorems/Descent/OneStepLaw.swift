import FlowODE
import Verdicts

/// θ⁺ = θ − hg changes every balancedness law by exactly h² times the same law of the gradient, at every iteration.
struct OneStepLaw: ComparisonClaim {
  let identifier = "step-law"

  func statement(_ setting: ComparisonSetting) -> String {
    guard case .bilinear = setting.experiment.problem.model.bonds.first else {
      return "Δ(‖w_rⁿ‖² − ‖w_rᵐ‖²) = h²(‖g_rⁿ‖² − ‖g_rᵐ‖²) at every iteration"
    }
    return "Δ(W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ) = h²(g(l+1)ᵀ g(l+1) − g(l) g(l)ᵀ) at every iteration"
  }

  func applies(to setting: ComparisonSetting) -> Bool {
    !setting.experiment.problem.model.bonds.isEmpty && setting.plan.optimizer.takesScalarSteps
  }

  func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    [
      Hypothesis(
        "the model has at least two factors that are multiplied",
        isMet: !setting.experiment.problem.model.bonds.isEmpty,
        detail: "\(setting.experiment.problem.model.bonds.count) bonds"),
      Hypothesis(
        "the method moves θ by one scalar times a gradient at θ", isMet: setting.plan.optimizer.takesScalarSteps,
        detail: setting.plan.optimizer.formula),
    ]
  }

  func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding {
    finding(run, hypotheses, withQuadratic: true)
  }

  private func finding(_ run: ComparisonRun, _ hypotheses: [Hypothesis], withQuadratic: Bool) -> ComparisonFinding {
    let departure =
      run.tracks.compactMap { withQuadratic ? $0.stepLawWorst : $0.stepLawWithoutQuadratic }.max() ?? .nan
    let judgement = StepLawRule.judge(
      hypotheses: hypotheses,
      evidence: StepLawEvidence(
        departure: departure, power: run.tracks.compactMap(\.stepLawPower).min() ?? 0,
        iterations: run.tracks.reduce(0) { $0 + $1.descent.iteration }))
    return ComparisonFinding(judgement: judgement, figure: judgement.verdict == .vacuous ? nil : departure)
  }

  func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl] {
    [
      .blockRate(setting),
      ComparisonControl(
        name: "descent conserving the law exactly",
        change: .finding(finding(run, hypotheses(setting, run), withQuadratic: false))),
    ]
  }
}
