import FlowODE
import Verdicts

/// sup_k ‖θ_k − θ(t_k)‖ = O(η) for the limit flow of a method, and O(η²) for the modified flow of gradient descent.
struct AgreementOrder: ComparisonClaim {
  let identifier = "order"
  /// The smallest rates, which decide.
  private static let decidingRates = 3
  /// The part of the stability limit below which λ_max must stay there.
  private static let regularPart = 0.5

  func statement(_ setting: ComparisonSetting) -> String {
    let flow = setting.plan.against == .modified ? "the modified flow θ̇ = −g − (η/2)∇²f g" : Self.flowName(setting)
    return "sup over k of the gap between \(setting.plan.optimizer.identifier) and \(flow) is of order "
      + "η\(setting.plan.against == .modified ? "²" : "")"
  }

  static func flowName(_ setting: ComparisonSetting) -> String {
    if case .heavyBallFlow(let friction) = setting.plan.optimizer.limit {
      return "the heavy-ball flow, friction \(friction),"
    }
    return "gradient flow"
  }

  func applies(to setting: ComparisonSetting) -> Bool { true }

  func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    var hypotheses: [Hypothesis] = []
    if case .none(let reason) = setting.plan.optimizer.limit {
      hypotheses.append(
        Hypothesis("the method tends to a flow of known order as η → 0", isMet: false, detail: reason))
    }
    hypotheses += smoothness(setting, run)
    if setting.plan.against == .modified, !setting.experiment.loss.kinks.isEmpty {
      hypotheses.append(
        Hypothesis(
          "the loss's second derivative does not jump along the flow", isMet: run.kinkCrossings == 0,
          detail: run.kinkCrossings == 0
            ? "no residual crossed a kink"
            : "residuals crossed a kink on \(run.kinkCrossings) steps of the reference, and a kink limits the order"))
    }
    hypotheses += regularity(run)
    return hypotheses
  }

  /// The expansion in η needs η λ_max below 1, half of the stability limit, at the rates that decide.
  private func regularity(_ run: ComparisonRun) -> [Hypothesis] {
    let deciding = run.tracks.suffix(Self.decidingRates)
    let worst = deciding.compactMap { track in
      track.sharpness.map(\.ratio).max().map { (rate: track.rate, ratio: $0) }
    }.max { $0.ratio < $1.ratio }
    let failed = deciding.first { $0.failure != nil }
    if let failed, let failure = failed.failure {
      return [
        Hypothesis(
          "the three smallest rates stay regular (λ_max below half of the stability limit)", isMet: false,
          detail: "rate \(tableSetting(failed.rate)) \(failure); lower the rates")
      ]
    }
    guard let worst else { return [] }
    return [
      Hypothesis(
        "the three smallest rates stay regular (λ_max below half of the stability limit)",
        isMet: worst.ratio < Self.regularPart,
        detail: "largest share of the limit \(tableNumber(worst.ratio)), at rate "
          + tableSetting(worst.rate))
    ]
  }

  func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding {
    let gaps = run.tracks.map { (rate: $0.rate, gap: $0.gap) }
    let kink =
      run.kinkCrossings > 0 && !setting.experiment.loss.kinks.isEmpty
      ? "residuals crossed a kink of the loss on \(run.kinkCrossings) steps of the reference, which limits the order"
      : nil
    let evidence = OrderEvidence(
      claimed: setting.plan.against.claimedOrder, gaps: gaps, referenceError: run.referenceError,
      movement: run.movement, incompleteness: run.incompleteness, obstacle: kink)
    return ComparisonFinding(
      judgement: OrderRule.judge(hypotheses: hypotheses, evidence: evidence), fit: SlopeInterval(gaps: gaps),
      notes: kink.map { [$0] } ?? [],
      figure: OrderRule.localOrders(gaps.filter { $0.gap != nil }).last.flatMap { $0 })
  }

  func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl] {
    var controls = [ComparisonControl.blockRate(setting)]
    if setting.plan.against == .modified {
      var plan = setting.plan
      plan.modifiedFactor = 0.5
      plan.samplesSpectrum = false
      controls.append(
        ComparisonControl(name: "a modified flow with η/2 in place of η/4", change: .plan(key: "modified", plan)))
    }
    return controls
  }
}
