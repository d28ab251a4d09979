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
    finding(setting, run, hypotheses, bound: \.bound, cautious: \.cautious)
  }

  private func finding(
    _ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis],
    bound: (BoundSample) -> Double, cautious: (BoundSample) -> Double
  ) -> ComparisonFinding {
    if let unmet = hypotheses.first(where: { !$0.isMet }) {
      return ComparisonFinding(
        judgement: Judgement(.vacuous, "a hypothesis is not met: \(unmet.statement) (\(unmet.detail))"))
    }
    if let incomplete = incompleteness(run) { return ComparisonFinding(judgement: incomplete) }
    let tracks = run.tracks.filter { $0.isStable && $0.bounds.count > 1 }
    // Roundoff of the states and the references' own distance.
    let slack =
      (run.observers.map(\.parameterReferenceError).max() ?? 0)
      + JudgingRule.roundoffLevel(steps: tracks.map(\.descent.iteration).max() ?? 0) * run.largestNorm
    func excess(_ value: (BoundSample) -> Double) -> (ratio: Double, place: String) {
      var worst = (ratio: 0.0, place: "")
      for track in tracks {
        for sample in track.bounds where sample.gap / (value(sample) + slack) > worst.ratio {
          worst = (
            sample.gap / (value(sample) + slack),
            "at rate \(tableSetting(track.rate)), t = \(tableNumber(sample.time))"
          )
        }
      }
      return worst
    }
    let samples = tracks.reduce(0) { $0 + $1.bounds.count }
    let seen = excess(bound)
    let sure = excess(cautious)
    var finding = ComparisonFinding(judgement: Judgement(.inconclusive, ""), figure: seen.ratio)
    if samples == 0 {
      finding.judgement = Judgement(
        .inconclusive, "no descent stayed below its stability limit; give --learning-rates smaller values")
    } else if sure.ratio > 1 {
      finding.judgement = Judgement(.violated, "the gap is \(tableNumber(sure.ratio)) times the bound \(sure.place)")
    } else if seen.ratio > 1 {
      finding.judgement = Judgement(
        .inconclusive,
        "the gap is \(tableNumber(seen.ratio)) times the bound \(seen.place), but not with the smaller of neighbouring "
          + "eigenvalues: m changes too fast for its samples; raise --save")
    } else if let coarse = tracks.first(where: { Self.spread($0) > Self.largestSpread }) {
      finding.judgement = Judgement(
        .inconclusive,
        "between samples m changes so much that the bound is only known up to a factor \(tableNumber(Self.spread(coarse))): "
          + "raise --save or lower the largest rate")
    } else if tracks.contains(where: { !$0.isSpectrumConverged }) {
      finding.judgement = Judgement(
        .inconclusive, "some Hessian eigenvalues did not converge, so the bound is not known; lower --until")
    } else {
      let loosest = run.tracks.last.flatMap(Self.looseness).map(tableNumber) ?? "many"
      finding.judgement = Judgement(
        .holds,
        "holds at all \(samples) sampled times: the gap comes to \(tableNumber(seen.ratio)) of the bound "
          + "(\(seen.place)); at its largest the smallest rate's bound is \(loosest) times its largest gap (m is sampled: "
          + "no certificate)")
      finding.notes = [guarantee(setting, run)]
    }
    return finding
  }

  /// Bounds that the choice between neighbouring samples of m changes by more than this factor are not known.
  static let largestSpread = 1e4

  private static func spread(_ track: RateTrack) -> Double {
    track.bounds.reduce(1) { $1.bound > 0 && $1.bound.isFinite ? max($0, $1.cautious / $1.bound) : $0 }
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
        change: .finding(finding(setting, run, hypotheses(setting, run), bound: \.mutated, cautious: \.mutated)))
    ]
  }
}
