import FlowODE
import Models
import Verdicts

/// The gap between descent and flow shrinks with the learning rate at the claimed order.
///
/// **Statement.** sup_k ‖θ_k − θ(t_k)‖ = O(η) for the limit flow of a method, and O(η²) for the modified flow of gradient descent.
/// **Hypotheses.** The method tends to that flow; the loss is smooth along it; the three smallest rates stay regular.
/// **Judged by.** ``OrderRule``: the last two local orders in the learning rate.
/// **Refuted by.** A wrong rate of one block; a modified flow with η/2 in place of η/4.
/// **Sources.** Euler's method; Barrett and Dherin 2021, Theorem 3.1; Kovachki and Stuart 2021 for momentum.
enum AgreementOrder: LadderClaim {
  typealias Runs = Comparison

  static let card = ClaimCard(
    name: "order", summary: "the gap between descent and flow shrinks with the learning rate at the claimed order",
    formulas: [
      "gradient descent, momentum, Nesterov, group RMSprop beside gradient flow: sup_k ‖θ_k − θ(t_k)‖ = O(η)",
      "heavy-ball beside the heavy-ball flow θ̈ + τθ̇ = −∇f: O(η)",
      "gradient descent beside the modified flow of f + (η/4)‖∇f‖²: O(η²)",
    ],
    sources: [Source(paper: "Euler's method"), .barrettDherin2021("Theorem 3.1"), .kovachkiStuart2021("momentum")],
    judgedBy: .order,
    residual:
      "at least 4 rates; last two local orders log(gap/gap′)/log(η/η′) within 0.1 of the claim; reference error at most 1 % of "
      + "the smallest gap; the fitted slope is printed and decides nothing",
    example: example("--against modified "))

  static let hypotheses: [LadderHypothesis<Comparison>] = [
    LadderHypothesis("the method tends to a flow of known order as η → 0") { comparison in
      guard case .none(let reason) = comparison.plan.optimizer.limit else { return nil }
      return (false, reason)
    },
    .differentiable,
    LadderHypothesis("the loss's second derivative does not jump along the flow") { comparison, run in
      guard comparison.plan.against == .modified, !comparison.experiment.loss.kinks.isEmpty else { return nil }
      return (
        run.kinkCrossings == 0,
        run.kinkCrossings == 0
          ? "no residual crossed a kink"
          : "residuals crossed a kink on \(counted(run.kinkCrossings, "step")) of the reference, and a kink limits the order"
      )
    },
    LadderHypothesis("the three smallest rates stay regular (λ_max below half of the stability limit)") { _, run in
      regularity(run)
    },
  ]

  static let mutants: [LadderMutant<Comparison>] = [
    .blockRate,
    LadderMutant("a modified flow with η/2 in place of η/4", key: "modified") { comparison, _ in
      guard comparison.plan.against == .modified else { return nil }
      return comparison.changing { plan in
        plan.modifiedFactor = 0.5
        plan.samplesSpectrum = false
      }
    },
  ]

  /// The part of the stability limit below which λ_max must stay there.
  private static let regularPart = 0.5

  static func statement(_ comparison: Comparison) -> String {
    let flow = comparison.plan.against == .modified ? "the modified flow θ̇ = −g − (η/2)∇²f g" : flowName(comparison)
    return "sup over k of the gap between \(comparison.plan.optimizer.identifier) and \(flow) is of order "
      + "η\(comparison.plan.against == .modified ? "²" : "")"
  }

  private static func flowName(_ comparison: Comparison) -> String {
    if case .heavyBallFlow(let friction) = comparison.plan.optimizer.limit {
      return "the heavy-ball flow, friction \(friction),"
    }
    return "gradient flow"
  }

  static func applies(to comparison: Comparison) -> Bool { true }

  /// The expansion in η needs η λ_max below 1, half of the stability limit, at the rates that decide.
  private static func regularity(_ run: ComparisonRun) -> (isMet: Bool, detail: String)? {
    let deciding = run.tracks.suffix(ComparisonRun.decidingRates)
    if let failed = deciding.first(where: { $0.failure != nil }), let failure = failed.failure {
      return (false, "rate \(tableSetting(failed.rate)) \(failure); lower the rates")
    }
    let worst = deciding.compactMap { track in
      track.sharpness.map(\.ratio).max().map { (rate: track.rate, ratio: $0) }
    }.max { $0.ratio < $1.ratio }
    return worst.map {
      ($0.ratio < regularPart, "largest share of the limit \(tableNumber($0.ratio)), at rate \(tableSetting($0.rate))")
    }
  }

  /// Kinks of the model that the reference passed, at which expansions in η end. Descents that were made wrong on purpose are excused
  /// by nothing.
  private static func modelKink(_ comparison: Comparison, _ run: ComparisonRun) -> String? {
    let plan = comparison.plan
    guard run.modelCrossings > 0, plan.blockRates == nil, plan.modifiedFactor == ComparisonPlan.trueFactor else {
      return nil
    }
    return "the model passed kinks (\(run.kinkedFunctions.joined(separator: ", "))) on "
      + "\(counted(run.modelCrossings, "step")) of the reference, which limits the order"
  }

  static func judge(_ comparison: Comparison, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> LadderFinding {
    let gaps = run.tracks.map { (rate: $0.rate, gap: $0.gap) }
    let kink =
      run.kinkCrossings > 0 && !comparison.experiment.loss.kinks.isEmpty
      ? "residuals crossed a kink of the loss on \(counted(run.kinkCrossings, "step")) of the reference, which limits the order"
      : modelKink(comparison, run)
    let evidence = OrderEvidence(
      claimed: comparison.plan.against.claimedOrder, gaps: gaps, referenceError: run.referenceError,
      movement: run.movement, incompleteness: run.incompleteness, obstacle: kink ?? run.irregularity(comparison.plan))
    return LadderFinding(
      OrderRule.judge(hypotheses: hypotheses, evidence: evidence), fit: SlopeInterval(gaps: gaps),
      notes: kink.map { [$0] } ?? [],
      figure: OrderRule.localOrders(gaps.filter { $0.gap != nil }).last.flatMap { $0 })
  }
}
