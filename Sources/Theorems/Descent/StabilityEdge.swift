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
    let evidence = StabilityEvidence(tracks: run.tracks.map(Self.evidence), incompleteness: run.incompleteness)
    let judgement = StabilityRule.judge(hypotheses: hypotheses, evidence: evidence)
    guard judgement.verdict != .vacuous else { return ComparisonFinding(judgement: judgement) }
    return ComparisonFinding(
      judgement: judgement, notes: StabilityRule.notes(evidence), figure: evidence.largest)
  }

  private static func evidence(_ track: RateTrack) -> StabilityEvidence.Track {
    StabilityEvidence.Track(
      rate: track.rate,
      samples: track.sharpness.map { .init(iteration: $0.iteration, ratio: $0.ratio, error: $0.error) },
      divergence: track.failure.flatMap { track.descent.divergence != nil || $0.hasPrefix("diverged") ? $0 : nil },
      isCut: track.failure != nil,
      agreementEnd: track.agreementEnd.map {
        "agreement within 10% of ‖θ‖ ends at iteration \($0.iteration) (t = \(tableNumber($0.time)))"
      }, isSpectrumConverged: track.isSpectrumConverged)
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
