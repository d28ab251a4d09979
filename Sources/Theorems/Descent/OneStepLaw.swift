import FlowODE
import Models
import Verdicts

/// One iteration changes balancedness by exactly the square of its step times the gradient's.
///
/// **Statement.** θ⁺ = θ − hg changes every balancedness law by exactly h² times the same law of the gradient, at every iteration.
/// **Hypotheses.** Some factors are multiplied; one scalar step h for all parameters.
/// **Judged by.** ``StepLawRule``: the worst departure over all iterations, relative to the largest term, is roundoff.
/// **Refuted by.** A wrong rate of one block; the law conserved exactly.
/// **Sources.** The first-order terms cancel exactly: the argument that proves conservation along the flow.
enum OneStepLaw: ComparisonClaim {
  static let card = ClaimCard(
    name: "step-law",
    summary: "one iteration changes balancedness by exactly the square of its step times the gradient's",
    formulas: [
      .init("matrix", "Δ(W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ) = h²(g(l+1)ᵀ g(l+1) − g(l) g(l)ᵀ) for θ ← θ − hg"),
      .init("cp", "Δ(‖w_rⁿ‖² − ‖w_rᵐ‖²) = h²(‖g_rⁿ‖² − ‖g_rᵐ‖²)"),
    ],
    sources: [
      .derived("the first-order terms cancel exactly: the argument that proves conservation along the flow")
    ], judgedBy: .agreement,
    residual:
      "worst departure over all iterations relative to the largest term: roundoff holds, above 1e5·u is violated",
    example:
      "flowcheck compare --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 --normalization half-sum "
      + "--init-scale 0.05 --until 40 --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3,6.25e-4 --claims step-law")

  static let hypotheses: [ComparisonHypothesis] = [
    .bonds,
    ComparisonHypothesis("the method moves θ by one scalar times a gradient at θ") { setting, _ in
      (setting.plan.optimizer.takesScalarSteps, setting.plan.optimizer.formula)
    },
  ]

  static let mutants: [ComparisonMutant] = [
    .blockRate,
    ComparisonMutant("descent conserving the law exactly") { setting, run in
      .finding(finding(run, hypotheses(setting, run), withQuadratic: false))
    },
  ]

  static func statement(_ setting: ComparisonSetting) -> String {
    guard case .bilinear = setting.experiment.problem.model.bonds.first else {
      return "Δ(‖w_rⁿ‖² − ‖w_rᵐ‖²) = h²(‖g_rⁿ‖² − ‖g_rᵐ‖²) at every iteration"
    }
    return "Δ(W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ) = h²(g(l+1)ᵀ g(l+1) − g(l) g(l)ᵀ) at every iteration"
  }

  static func applies(to setting: ComparisonSetting) -> Bool {
    !setting.experiment.problem.model.bonds.isEmpty && setting.plan.optimizer.takesScalarSteps
  }

  static func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding
  {
    finding(run, hypotheses, withQuadratic: true)
  }

  private static func finding(_ run: ComparisonRun, _ hypotheses: [Hypothesis], withQuadratic: Bool)
    -> ComparisonFinding
  {
    let departure =
      run.tracks.compactMap { withQuadratic ? $0.stepLawWorst : $0.stepLawWithoutQuadratic }.max() ?? .nan
    let judgement = StepLawRule.judge(
      hypotheses: hypotheses,
      evidence: StepLawEvidence(
        departure: departure, power: run.tracks.compactMap(\.stepLawPower).min() ?? 0,
        iterations: run.tracks.reduce(0) { $0 + $1.descent.iteration }))
    return ComparisonFinding(judgement: judgement, figure: judgement.verdict == .vacuous ? nil : departure)
  }
}
