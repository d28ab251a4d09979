import FlowODE
import Models
import Verdicts

/// Over a fixed horizon descent lets balancedness drift by O(η).
///
/// **Statement.** sup_k ‖D(θ_k) − D(θ_0)‖ = O(η) for every balancedness law D: O(η²) an iteration, in O(1/η) iterations.
/// **Hypotheses.** Some factors are multiplied; the method tends to gradient flow; the loss is differentiable along it.
/// **Judged by.** ``OrderRule``: the last two local orders in the learning rate.
/// **Refuted by.** A wrong rate of one block.
/// **Sources.** Summing the one-step formula; Arora, Cohen, Golowich, Hu 2019.
enum BalancednessDrift: ComparisonClaim {
  static let card = ClaimCard(
    name: "drift", summary: "over a fixed horizon descent lets balancedness drift by O(η)",
    formulas: [
      "sup_k ‖D(θ_k) − D(θ_0)‖ = O(η), D a balancedness law: O(η²) an iteration, O(1/η) iterations"
    ], sources: [.derived("summing the one-step formula"), .aroraCohenGolowichHu2019()], judgedBy: .order,
    residual:
      "at least 4 rates; last two local orders log(gap/gap′)/log(η/η′) within 0.1 of the claim; reference error at most 1 % of "
      + "the smallest gap; the fitted slope is printed and decides nothing",
    example:
      "flowcheck compare --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 --normalization half-sum "
      + "--init-scale 0.05 --until 40 --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3,6.25e-4 --claims drift")

  static let hypotheses: [ComparisonHypothesis] = [
    .bonds,
    ComparisonHypothesis("the method tends to gradient flow, which conserves the laws, as η → 0") { setting, _ in
      (setting.plan.optimizer.limit == .gradientFlow, setting.plan.optimizer.formula)
    }, .differentiable,
  ]

  static let mutants: [ComparisonMutant] = [.blockRate]

  static func statement(_ setting: ComparisonSetting) -> String {
    "sup over k of the change of a balancedness law along \(setting.plan.optimizer.identifier) is of order η"
  }

  static func applies(to setting: ComparisonSetting) -> Bool {
    !setting.experiment.problem.model.bonds.isEmpty && setting.plan.optimizer.limit == .gradientFlow
  }

  static func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding
  {
    let drifts = run.tracks.map { (rate: $0.rate, gap: $0.drift) }
    let largest = run.tracks.filter { $0.failure == nil }.map(\.largestTerm).max() ?? 0
    let iterations = run.tracks.map(\.descent.iteration).max() ?? 0
    let roundoff = JudgingRule.roundoffLevel(steps: iterations) * largest
    // The laws are exact constants of the flow: what the drifts are measured against has no error but roundoff's, a part
    // of the level that counts as roundoff at all.
    let evidence = OrderEvidence(
      quantity: "drift", claimed: 1, gaps: drifts, referenceError: OrderRule.referencePart * roundoff,
      movement: largest, roundoff: roundoff)
    return ComparisonFinding(
      judgement: OrderRule.judge(hypotheses: hypotheses, evidence: evidence), fit: SlopeInterval(gaps: drifts),
      figure: OrderRule.localOrders(drifts.filter { $0.gap != nil }).last.flatMap { $0 })
  }
}
