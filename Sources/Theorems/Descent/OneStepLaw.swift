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
enum OneStepLaw: LadderClaim {
  typealias Runs = Comparison

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
    example: example())

  static let hypotheses: [LadderHypothesis<Comparison>] = [
    .bonds,
    LadderHypothesis("the method moves θ by one scalar times a gradient at θ") { comparison in
      (comparison.plan.optimizer.takesScalarSteps, comparison.plan.optimizer.formula)
    },
  ]

  static let mutants: [LadderMutant<Comparison>] = [
    .tiedBlockRate,
    LadderMutant(
      "descent conserving the law exactly",
      silence: { _, run in
        guard let largest = run.tracks.compactMap(\.largestSecondOrder).max(),
          largest <= JudgingRule.powerMargin * JudgingRule.violationLevel(steps: 1)
        else { return nil }
        return "no iteration changes a law by more than \(tableNumber(largest)) of the largest term"
      },
      finding: { comparison, run, _ in
        finding(run, hypotheses.compactMap { $0.evaluate(comparison, run) }, withQuadratic: false)
      }),
  ]

  static func statement(_ comparison: Comparison) -> String {
    switch BondWording(comparison.experiment.problem.model) {
    case .components: "Δ(‖w_rⁿ‖² − ‖w_rᵐ‖²) = h²(‖g_rⁿ‖² − ‖g_rᵐ‖²) at every iteration"
    case .layers: "Δ(W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ) = h²(g(l+1)ᵀ g(l+1) − g(l) g(l)ᵀ) at every iteration"
    case .labels: "an iteration changes each law D(θ) that labels show by h² D(g)"
    }
  }

  static func applies(to comparison: Comparison) -> Bool {
    comparison.experiment.problem.model.bonds.contains(where: \.isQuadratic)
      && comparison.plan.optimizer.takesScalarSteps
  }

  static func judge(_ comparison: Comparison, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> LadderFinding {
    finding(run, hypotheses, withQuadratic: true)
  }

  private static func finding(_ run: ComparisonRun, _ hypotheses: [Hypothesis], withQuadratic: Bool)
    -> LadderFinding
  {
    let departure =
      run.tracks.compactMap { withQuadratic ? $0.stepLawWorst : $0.stepLawWithoutQuadratic }.max() ?? .nan
    let judgement = StepLawRule.judge(
      hypotheses: hypotheses,
      evidence: StepLawEvidence(
        departure: departure, power: run.tracks.compactMap(\.stepLawPower).min() ?? 0,
        iterations: run.tracks.reduce(0) { $0 + $1.iterations }))
    return LadderFinding(judgement, figure: judgement.verdict == .vacuous ? nil : departure)
  }
}
