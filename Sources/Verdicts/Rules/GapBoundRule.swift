/// Gaps between descents and their flow beside the bound on them.
public struct GapBoundEvidence: Sendable {
  /// The gap and its bounds at one sampled time.
  public struct Sample: Sendable, Equatable {
    /// Flow time.
    public let time: Double
    /// ‖θ_k − θ(t_k)‖.
    public let gap: Double
    /// The bound, from the mean of neighbouring eigenvalues.
    public let bound: Double
    /// The bound from the smaller of neighbouring eigenvalues: larger, and safer where they change fast.
    public let cautious: Double

    /// The gap and both bounds at one time.
    public init(time: Double, gap: Double, bound: Double, cautious: Double) {
      self.time = time
      self.gap = gap
      self.bound = bound
      self.cautious = cautious
    }
  }

  /// One descent that stayed below its stability limit.
  public struct Track: Sendable, Equatable {
    /// η.
    public let rate: Double
    /// The sampled times, ascending.
    public let samples: [Sample]
    /// Whether every Hessian eigenvalue converged.
    public let isSpectrumConverged: Bool

    /// One descent's samples.
    public init(rate: Double, samples: [Sample], isSpectrumConverged: Bool) {
      self.rate = rate
      self.samples = samples
      self.isSpectrumConverged = isSpectrumConverged
    }

    /// The largest factor between the two bounds.
    var spread: Double {
      samples.reduce(1) { $1.bound > 0 && $1.bound.isFinite ? max($0, $1.cautious / $1.bound) : $0 }
    }
  }

  /// The descents that stayed stable.
  public let tracks: [Track]
  /// What rounding and the references' own error may add to a gap.
  public let slack: Double
  /// The smallest rate's largest bound over its largest gap; nil if there is none.
  public let looseness: Double?
  /// Why a reference is incomplete and what to try; nil if all are complete.
  public let incompleteness: String?

  /// What one comparison shows.
  public init(tracks: [Track], slack: Double, looseness: Double?, incompleteness: String?) {
    self.tracks = tracks
    self.slack = slack
    self.looseness = looseness
    self.incompleteness = incompleteness
  }

  /// The largest gap over a bound, and where.
  public func worst(over bound: KeyPath<Sample, Double>) -> (ratio: Double, place: String) {
    var worst = (ratio: 0.0, place: "")
    for track in tracks {
      for sample in track.samples {
        let ratio = sample.gap / (sample[keyPath: bound] + slack)
        if ratio > worst.ratio {
          worst = (ratio, "at rate \(tableSetting(track.rate)), t = \(tableNumber(sample.time))")
        }
      }
    }
    return worst
  }
}

extension GapBoundRule {
  /// Judges gap ≤ bound at every sampled time:
  ///
  /// 1. a hypothesis is not met → *vacuous*;
  /// 2. a reference is incomplete, or no descent stayed below its stability limit → *inconclusive*;
  /// 3. the cautious bound is exceeded → *violated*;
  /// 4. the bound is exceeded, or not known well: neighbouring samples give very different ones, or eigenvalues did not
  ///    converge → *inconclusive*;
  /// 5. otherwise → *holds*.
  public static func judge(hypotheses: [Hypothesis], evidence: GapBoundEvidence) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    if let incomplete = VacuousRule.judge("the reference flow", incompleteness: evidence.incompleteness) {
      return incomplete
    }
    let samples = evidence.tracks.reduce(0) { $0 + $1.samples.count }
    guard samples > 0 else {
      return Judgement(
        .inconclusive, "no descent stayed below its stability limit; give compare.learning-rates smaller values")
    }
    let seen = evidence.worst(over: \.bound)
    let sure = evidence.worst(over: \.cautious)
    if sure.ratio > attained {
      return Judgement(.violated, "the gap is \(tableNumber(sure.ratio)) times the bound \(sure.place)")
    }
    if seen.ratio > attained {
      return Judgement(
        .inconclusive,
        "the gap is \(tableNumber(seen.ratio)) times the bound \(seen.place), but not with the smaller of neighbouring "
          + "eigenvalues: m changes too fast for its samples; raise integration.save")
    }
    if let spread = evidence.tracks.map(\.spread).first(where: { $0 > largestSpread }) {
      return Judgement(
        .inconclusive,
        "between samples m changes so much that the bound is only known up to a factor \(tableNumber(spread)): "
          + "raise integration.save or lower the largest rate")
    }
    guard evidence.tracks.allSatisfy(\.isSpectrumConverged) else {
      return Judgement(
        .inconclusive, "some Hessian eigenvalues did not converge, so the bound is not known; lower integration.until")
    }
    return Judgement(
      .holds,
      "holds at all \(samples) sampled times: the gap comes to \(tableNumber(seen.ratio)) of the bound "
        + "(\(seen.place)); at its largest the smallest rate's bound is \(evidence.looseness.map(tableNumber) ?? "many") times "
        + "its largest gap (m is sampled: no certificate)")
  }
}
