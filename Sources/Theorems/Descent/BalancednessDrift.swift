import FlowODE
import Verdicts

/// Over a fixed horizon descent lets balancedness drift by O(η): O(η²) an iteration, in O(1/η) iterations.
struct BalancednessDrift: ComparisonClaim {
  let identifier = "drift"

  func statement(_ setting: ComparisonSetting) -> String {
    "sup over k of the change of a balancedness law along \(setting.plan.optimizer.identifier) is of order η"
  }

  func applies(to setting: ComparisonSetting) -> Bool {
    !setting.experiment.problem.model.bonds.isEmpty && setting.plan.optimizer.limit == .gradientFlow
  }

  func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    let limit = setting.plan.optimizer.limit
    return [
      Hypothesis(
        "the model has at least two factors that are multiplied",
        isMet: !setting.experiment.problem.model.bonds.isEmpty,
        detail: "\(setting.experiment.problem.model.bonds.count) bonds"),
      Hypothesis(
        "the method tends to gradient flow, which conserves the laws, as η → 0", isMet: limit == .gradientFlow,
        detail: setting.plan.optimizer.formula),
    ] + smoothness(setting, run)
  }

  func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding {
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

  func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl] { [.blockRate(setting)] }
}
