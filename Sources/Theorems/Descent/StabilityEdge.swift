import FlowODE
import Verdicts

/// The descent stays below the edge of stability: λ_max(∇²f(θ_k)) < 2/η for gradient descent, and below the limit of its own
/// linear recursion for the other methods.
struct StabilityEdge: ComparisonClaim {
  let identifier = "stability"

  func statement(_ setting: ComparisonSetting) -> String {
    setting.plan.optimizer is PlainGradientDescent
      ? "λ_max(∇²f(θ_k)) < 2/η at every sampled iterate"
      : "λ_max(∇²f(θ_k)) stays below the stability limit of \(setting.plan.optimizer.identifier)"
  }

  func applies(to setting: ComparisonSetting) -> Bool { setting.plan.optimizer.stableCurvature(step: 1) != nil }

  func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    [
      Hypothesis(
        "the method has a stability limit for the curvature", isMet: applies(to: setting),
        detail: setting.plan.optimizer.formula)
    ]
  }

  func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return ComparisonFinding(
        judgement: Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))"))
    }
    var notes: [String] = []
    var crossed: String?
    var isOpen = false
    var largest = 0.0
    for track in run.tracks {
      let rate = tableSetting(track.rate)
      let over = track.sharpness.first { $0.ratio - $0.error >= 1 }
      largest = max(largest, track.sharpness.map(\.ratio).max() ?? 0)
      isOpen = isOpen || track.sharpness.contains { $0.ratio + $0.error >= 1 && $0.ratio - $0.error < 1 }
      isOpen = isOpen || (track.sharpness.isEmpty && track.failure == nil)
      let end = track.agreementEnd.map {
        "agreement within 10% of ‖θ‖ ends at iteration \($0.iteration) (t = \(tableNumber($0.time)))"
      }
      var sentence: String?
      if let over {
        sentence =
          "at rate \(rate) λ_max is \(tableNumber(over.ratio)) of the limit at iteration \(over.iteration)"
          + (end.map { ", and \($0)" } ?? ", and agreement does not end")
      } else if let failure = track.failure, track.descent.divergence != nil || failure.hasPrefix("diverged") {
        sentence = "at rate \(rate) the descent \(failure)" + (end.map { "; \($0)" } ?? "")
      } else if let end {
        notes.append("at rate \(rate) \(end), although λ_max stays below the limit")
      }
      if let sentence {
        if crossed == nil { crossed = sentence } else { notes.append(sentence) }
      }
    }
    let judgement: Judgement
    if let crossed {
      judgement = Judgement(.violated, crossed)
    } else if isOpen || run.tracks.contains(where: { !$0.isSpectrumConverged }) {
      judgement = Judgement(.inconclusive, "λ_max is not known well enough to tell; lower the rates or --until")
    } else if let incomplete = incompleteness(run) {
      judgement = incomplete
    } else {
      judgement = Judgement(
        .holds, "holds at every sampled iterate: λ_max reaches \(tableNumber(largest)) of the limit")
    }
    return ComparisonFinding(judgement: judgement, notes: notes, figure: largest)
  }

  /// A rate at which the largest curvature seen is one and a half times the limit.
  func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl] {
    guard let track = run.tracks.last(where: { $0.failure == nil }), let ratio = track.sharpness.map(\.ratio).max(),
      ratio > 0, let last = run.times.last
    else { return [] }
    let rate = min(track.rate * 1.5 / ratio, last)
    var plan = setting.plan
    guard let ladder = try? RateLadder([rate], optimizer: plan.optimizer, schedule: plan.schedule) else { return [] }
    plan.ladder = ladder
    return [
      ComparisonControl(
        name: "the rate \(tableNumber(rate)), beyond the limit", change: .plan(key: "edge", plan))
    ]
  }
}
