import FlowODE
import Models
import Verdicts

/// Over a fixed horizon descent lets balancedness drift by O(η).
///
/// **Statement.** sup_k ‖D(θ_k) − D(θ_0)‖ = O(η) for every balancedness law D: O(η²) an iteration, in O(1/η) iterations.
/// **Hypotheses.** Some factors are multiplied; the method tends to gradient flow; the loss is differentiable along it.
/// **Judged by.** ``OrderRule``: the last two local orders in the learning rate.
/// **Refuted by.** A wrong rate of one block; where laws tie no blocks, so that no rate breaks them, order 2.
/// **Sources.** Summing the one-step formula; Arora, Cohen, Golowich, Hu 2019.
enum BalancednessDrift: LadderClaim {
  typealias Runs = Comparison

  static let card = ClaimCard(
    name: "drift", summary: "over a fixed horizon descent lets balancedness drift by O(η)",
    formulas: [
      "sup_k ‖D(θ_k) − D(θ_0)‖ = O(η), D a balancedness law or an invariant: O(η²) an iteration, O(1/η) iterations"
    ], sources: [.derived("summing the one-step formula"), .aroraCohenGolowichHu2019()], judgedBy: .order,
    residual:
      "at least 4 rates; last two local orders log(gap/gap′)/log(η/η′) within 0.1 of the claim; reference error at most 1 % of "
      + "the smallest gap; the fitted slope is printed and decides nothing",
    example: example())

  static let hypotheses: [LadderHypothesis<Comparison>] = [
    .conserved,
    LadderHypothesis("the method tends to gradient flow, which conserves the laws, as η → 0") { comparison in
      (comparison.plan.optimizer.limit == .gradientFlow, comparison.plan.optimizer.formula)
    }, .differentiable,
  ]

  static let mutants: [LadderMutant<Comparison>] = [
    .tiedBlockRate,
    LadderMutant("a drift of order 2, where laws tie no blocks") { comparison, run, _ in
      guard comparison.experiment.problem.model.tiedBlocks.isEmpty else { return nil }
      return finding(run, hypotheses.compactMap { $0.evaluate(comparison, run) }, claimed: 2, obstacle: nil)
    },
  ]

  static func statement(_ comparison: Comparison) -> String {
    "sup over k of the change of a balancedness law along \(comparison.plan.optimizer.identifier) is of order η"
  }

  static func applies(to comparison: Comparison) -> Bool {
    comparison.experiment.problem.model.hasMovingLaws && comparison.plan.optimizer.limit == .gradientFlow
  }

  static func judge(_ comparison: Comparison, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> LadderFinding {
    finding(run, hypotheses, claimed: 1, obstacle: run.irregularity(comparison.plan))
  }

  private static func finding(
    _ run: ComparisonRun, _ hypotheses: [Hypothesis], claimed: Double, obstacle: String?
  ) -> LadderFinding {
    let drifts = run.tracks.map { (rate: $0.rate, gap: $0.drift) }
    let largest = run.tracks.filter { $0.failure == nil }.map(\.largestTerm).max() ?? 0
    let iterations = run.tracks.map(\.iterations).max() ?? 0
    let roundoff = JudgingRule.roundoffLevel(steps: iterations) * largest
    // The laws are exact constants of the flow: what the drifts are measured against has no error but roundoff's, a part
    // of the level that counts as roundoff at all.
    let evidence = OrderEvidence(
      quantity: "drift", claimed: claimed, gaps: drifts, referenceError: OrderRule.referencePart * roundoff,
      movement: largest, roundoff: roundoff, obstacle: obstacle)
    return LadderFinding(
      OrderRule.judge(hypotheses: hypotheses, evidence: evidence), fit: SlopeInterval(gaps: drifts),
      figure: OrderRule.localOrders(drifts.filter { $0.gap != nil }).last.flatMap { $0 })
  }
}
