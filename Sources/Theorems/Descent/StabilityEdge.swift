import FlowODE
import Verdicts

/// The descent stays below the edge of stability.
///
/// **Statement.** λ_max(∇²f(θ_k)) < 2/η for gradient descent, and below the limit of its own linear recursion for other methods.
/// **Hypotheses.** The method has a stability limit.
/// **Judged by.** ``StabilityRule``: λ_max by Lanczos, with its error, at the sampled iterates; divergence is a violation.
/// **Refuted by.** A rate beyond the limit.
/// **Sources.** Linear stability of the iteration; Cohen, Kaur, Li, Kolter, Talwalkar 2021.
enum StabilityEdge: LadderClaim {
  typealias Runs = Comparison

  static let card = ClaimCard(
    name: "stability", summary: "the descent stays below the edge of stability, λ_max < 2/η",
    formulas: ["λ_max(∇²f(θ_k)) < 2/η; momentum: 2(1 + μ)/η; nesterov: 2(1 + μ)/((1 + 2μ)η)"],
    sources: [.derived("linear stability of the iteration"), .cohenKaurLiKolterTalwalkar2021()], judgedBy: .bound,
    residual:
      "λ_max by Lanczos at the sampled iterates; divergence is a violation; the iteration at which agreement within 10 % of ‖θ‖ "
      + "ends is reported",
    example: example())

  static let hypotheses: [LadderHypothesis<Comparison>] = [
    LadderHypothesis("the method has a stability limit for the curvature") { comparison in
      (applies(to: comparison), comparison.plan.optimizer.formula)
    }
  ]

  static let mutants: [LadderMutant<Comparison>] = [
    LadderMutant(
      "a rate beyond the limit", key: "edge",
      name: { _, run in rateBeyond(run).map { "the rate \(tableNumber($0)), beyond the limit" } },
      silence: { comparison, run in
        guard let rate = rateBeyond(run) else { return "no curvature was seen that a rate could exceed" }
        guard let step = comparison.plan.optimizer.timeStep(learningRate: rate), let last = run.times.last, step > last
        else { return nil }
        return "one iteration at that rate takes \(tableNumber(step)), and the horizon is \(tableNumber(last))"
      },
      runs: { comparison, run in
        let plan = comparison.plan
        guard let rate = rateBeyond(run) else { return nil }
        let ladder = try RateLadder([rate], optimizer: plan.optimizer, schedule: plan.schedule)
        return comparison.changing { $0.ladder = ladder }
      })
  ]

  static func statement(_ comparison: Comparison) -> String {
    comparison.plan.optimizer is PlainGradientDescent
      ? "λ_max(∇²f(θ_k)) < 2/η at every sampled iterate"
      : "λ_max(∇²f(θ_k)) stays below the stability limit of \(comparison.plan.optimizer.identifier)"
  }

  static func applies(to comparison: Comparison) -> Bool { comparison.plan.optimizer.stableCurvature(step: 1) != nil }

  static func judge(_ comparison: Comparison, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> LadderFinding {
    let evidence = StabilityEvidence(tracks: run.tracks.map(Self.evidence), incompleteness: run.incompleteness)
    let judgement = StabilityRule.judge(hypotheses: hypotheses, evidence: evidence)
    guard judgement.verdict != .vacuous else { return LadderFinding(judgement) }
    return LadderFinding(
      judgement, notes: StabilityRule.notes(evidence), figure: evidence.largest)
  }

  private static func evidence(_ track: TrackFindings) -> StabilityEvidence.Track {
    StabilityEvidence.Track(
      rate: track.rate,
      samples: track.sharpness.map { .init(iteration: $0.iteration, ratio: $0.ratio, error: $0.error) },
      divergence: track.failure.flatMap { track.divergence != nil || $0.hasPrefix("diverged") ? $0 : nil },
      isCut: track.failure != nil,
      agreementEnd: track.agreementEnd.map {
        "agreement within 10% of ‖θ‖ ends at iteration \($0.iteration) (t = \(tableNumber($0.time)))"
      }, isSpectrumConverged: track.isSpectrumConverged)
  }

  /// How far the control's rate takes the curvature at the start beyond the limit.
  private static let excess = 1.5

  /// A rate at which the curvature at the start, where all rates begin, is one and a half times the limit; the largest seen where there
  /// is none at the start.
  private static func rateBeyond(_ run: ComparisonRun) -> Double? {
    guard let track = run.tracks.last(where: { $0.failure == nil }) else { return nil }
    let first = track.sharpness.first { $0.iteration == 0 && $0.ratio > 0 }
    guard let ratio = first?.ratio ?? track.sharpness.map(\.ratio).max(), ratio > 0 else { return nil }
    return track.rate * excess / ratio
  }
}
