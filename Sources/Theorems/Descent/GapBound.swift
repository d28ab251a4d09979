import FlowODE
import Models
import Verdicts

/// The gap stays below Elkabetz and Cohen's bound in its a-posteriori form.
///
/// **Statement.** ‖θ_k − θ(t_k)‖ ≤ ∫₀ᵗ exp(−∫ₛᵗ m) δ(s) ds with the polygon p of the iterates, δ = ‖∇f(p(s)) − ∇f(θ_k)‖ and m the
/// smallest Hessian eigenvalue between flow and descent.
/// **Hypotheses.** Plain gradient descent at a constant rate beside gradient flow; the loss is differentiable along it.
/// **Judged by.** ``GapBoundRule``: gap over bound at every sampled time; m is sampled, so there is no certificate.
/// **Refuted by.** The largest eigenvalue in place of the smallest.
/// **Sources.** Elkabetz and Cohen 2021, Theorem 3.
enum GapBound: LadderClaim {
  typealias Runs = Comparison

  static let card = ClaimCard(
    name: "bound",
    summary: "the gap stays below Elkabetz and Cohen's bound, with the Hessian's smallest eigenvalue computed",
    formulas: [
      "‖θ_k − θ(t_k)‖ ≤ ∫₀ᵗ exp(−∫ₛᵗ m) δ(s) ds, δ = ‖∇f(p(s)) − ∇f(θ_k)‖ on the polygon p,",
      "m the smallest eigenvalue of ∇²f on the segment from θ(s) to p(s)",
    ], sources: [.elkabetzCohen2021("Theorem 3, in an a-posteriori form")], judgedBy: .bound,
    residual:
      "gap ≤ bound at every sampled time; m by Lanczos less its error at 5 points of each segment (3 above 5000 parameters) and "
      + "at most 200 times (50 above 1000 parameters, 20 above 5000): sampled, so no certificate",
    example: example("--closeness 0.1 "))

  static let hypotheses: [LadderHypothesis<Comparison>] = [
    LadderHypothesis("plain gradient descent at a constant rate beside gradient flow") { comparison in
      (applies(to: comparison), "\(comparison.plan.optimizer.identifier) against \(comparison.plan.against.rawValue)")
    }, .differentiable,
  ]

  static let mutants: [LadderMutant<Comparison>] = [
    LadderMutant("the largest eigenvalue in place of the smallest") { comparison, run, _ in
      let asked = hypotheses.compactMap { $0.evaluate(comparison, run) }
      return finding(run, asked, bound: \.mutated, cautious: \.mutated)
    }
  ]

  static func statement(_ comparison: Comparison) -> String {
    "‖θ_k − θ(t_k)‖ ≤ ∫₀ᵗ exp(−∫ₛᵗ m) δ(s) ds, m the smallest Hessian eigenvalue between flow and descent"
  }

  static func applies(to comparison: Comparison) -> Bool {
    comparison.plan.against == .flow && comparison.plan.optimizer is PlainGradientDescent
      && comparison.plan.schedule.isConstant
  }

  static func judge(_ comparison: Comparison, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> LadderFinding {
    var finding = Self.finding(run, hypotheses, bound: \.bound, cautious: \.cautious)
    if finding.judgement.verdict == .holds { finding.notes = [guarantee(comparison, run)] }
    return finding
  }

  private static func finding(
    _ run: ComparisonRun, _ hypotheses: [Hypothesis], bound: (BoundSample) -> Double,
    cautious: (BoundSample) -> Double
  ) -> LadderFinding {
    let tracks = run.tracks.filter { $0.isStable && $0.bounds.count > 1 }
    let evidence = GapBoundEvidence(
      tracks: tracks.map { track in
        GapBoundEvidence.Track(
          rate: track.rate,
          samples: track.bounds.map { .init(time: $0.time, gap: $0.gap, bound: bound($0), cautious: cautious($0)) },
          isSpectrumConverged: track.isSpectrumConverged)
      },
      // Roundoff of the states and the references' own distance.
      slack: (run.flows.map(\.parameterReferenceError).max() ?? 0)
        + JudgingRule.roundoffLevel(steps: tracks.map(\.iterations).max() ?? 0) * run.largestNorm,
      looseness: run.tracks.last.flatMap(looseness), incompleteness: run.incompleteness)
    let judgement = GapBoundRule.judge(hypotheses: hypotheses, evidence: evidence)
    let isMeasured = judgement.verdict != .vacuous && run.incompleteness == nil
    return LadderFinding(judgement, figure: isMeasured ? evidence.worst(over: \.bound).ratio : nil)
  }

  /// The largest bound over the largest gap.
  static func looseness(_ track: TrackFindings) -> Double? {
    guard let gap = track.bounds.map(\.gap).max(), let bound = track.bounds.map(\.bound).max(), gap > 0 else {
      return nil
    }
    return bound / gap
  }

  /// The learning rate for which the bound promises the wanted closeness.
  private static func guarantee(_ comparison: Comparison, _ run: ComparisonRun) -> String {
    let wanted = comparison.closeness ?? 0.01 * run.largestNorm
    let what =
      "a closeness of \(tableNumber(wanted))"
      + (comparison.closeness == nil ? " (1% of the largest ‖θ‖; compare.closeness sets another)" : "")
    let bounds = run.tracks.filter(\.isStable).map {
      (rate: $0.rate, bound: $0.bounds.map(\.bound).max() ?? .infinity)
    }
    if let tested = bounds.first(where: { $0.bound <= wanted }) {
      return "\(what) is guaranteed at the tested rate \(tableSetting(tested.rate))"
    }
    guard let smallest = bounds.last, smallest.bound.isFinite, smallest.bound > 0 else {
      return "\(what) is guaranteed by no tested rate"
    }
    return "\(what) is guaranteed up to a rate of \(tableNumber(smallest.rate * wanted / smallest.bound)), the bound "
      + "being proportional to the rate; no tested rate guarantees it"
  }
}
