import FlowODE
import Verdicts

/// The measured gap stays below ∫₀ᵗ e^{−∫ₛᵗ m} δ(s) ds, Elkabetz and Cohen's bound in its a-posteriori form.
struct GapBound: ComparisonClaim {
  let identifier = "bound"

  func statement(_ setting: ComparisonSetting) -> String {
    "‖θ_k − θ(t_k)‖ ≤ ∫₀ᵗ exp(−∫ₛᵗ m) δ(s) ds, m the smallest Hessian eigenvalue between flow and descent"
  }

  func applies(to setting: ComparisonSetting) -> Bool {
    setting.plan.against == .flow && setting.plan.optimizer is PlainGradientDescent && setting.plan.schedule.isConstant
  }

  func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    [
      Hypothesis(
        "plain gradient descent at a constant rate beside gradient flow", isMet: applies(to: setting),
        detail: "\(setting.plan.optimizer.identifier) against \(setting.plan.against.rawValue)")
    ] + smoothness(setting, run)
  }

  func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding {
    var finding = finding(run, hypotheses, bound: \.bound, cautious: \.cautious)
    if finding.judgement.verdict == .holds { finding.notes = [guarantee(setting, run)] }
    return finding
  }

  private func finding(
    _ run: ComparisonRun, _ hypotheses: [Hypothesis], bound: (BoundSample) -> Double,
    cautious: (BoundSample) -> Double
  ) -> ComparisonFinding {
    let tracks = run.tracks.filter { $0.isStable && $0.bounds.count > 1 }
    let evidence = GapBoundEvidence(
      tracks: tracks.map { track in
        GapBoundEvidence.Track(
          rate: track.rate,
          samples: track.bounds.map { .init(time: $0.time, gap: $0.gap, bound: bound($0), cautious: cautious($0)) },
          isSpectrumConverged: track.isSpectrumConverged)
      },
      // Roundoff of the states and the references' own distance.
      slack: (run.observers.map(\.parameterReferenceError).max() ?? 0)
        + JudgingRule.roundoffLevel(steps: tracks.map(\.descent.iteration).max() ?? 0) * run.largestNorm,
      looseness: run.tracks.last.flatMap(Self.looseness), incompleteness: run.incompleteness)
    let judgement = GapBoundRule.judge(hypotheses: hypotheses, evidence: evidence)
    let isMeasured = judgement.verdict != .vacuous && run.incompleteness == nil
    return ComparisonFinding(judgement: judgement, figure: isMeasured ? evidence.worst(over: \.bound).ratio : nil)
  }

  /// The largest bound over the largest gap.
  static func looseness(_ track: RateTrack) -> Double? {
    guard let gap = track.bounds.map(\.gap).max(), let bound = track.bounds.map(\.bound).max(), gap > 0 else {
      return nil
    }
    return bound / gap
  }

  /// The learning rate for which the bound promises the wanted closeness.
  private func guarantee(_ setting: ComparisonSetting, _ run: ComparisonRun) -> String {
    let wanted = setting.closeness ?? 0.01 * run.largestNorm
    let what =
      "a closeness of \(tableNumber(wanted))"
      + (setting.closeness == nil ? " (1% of the largest ‖θ‖; --closeness sets another)" : "")
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

  func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl] {
    [
      ComparisonControl(
        name: "the largest eigenvalue in place of the smallest",
        change: .finding(finding(run, hypotheses(setting, run), bound: \.mutated, cautious: \.mutated)))
    ]
  }
}
