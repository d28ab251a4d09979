/// The curvature along descents beside the one at which their method loses stability.
public struct StabilityEvidence: Sendable {
  /// λ_max over the limit at one sampled iterate, and the error of that.
  public struct Sample: Sendable, Equatable {
    /// The iterate's number.
    public let iteration: Int
    /// λ_max over the limit; the descent is unstable above 1.
    public let ratio: Double
    /// Error of the ratio.
    public let error: Double

    /// The curvature at one iterate.
    public init(iteration: Int, ratio: Double, error: Double) {
      self.iteration = iteration
      self.ratio = ratio
      self.error = error
    }
  }

  /// One descent.
  public struct Track: Sendable, Equatable {
    /// η.
    public let rate: Double
    /// The sampled iterates, in their order.
    public let samples: [Sample]
    /// How it diverged, as a sentence's end; nil if it did not.
    public let divergence: String?
    /// Whether it stopped before the horizon, by divergence or otherwise.
    public let isCut: Bool
    /// When its agreement with the flow ended, as a sentence; nil if it did not.
    public let agreementEnd: String?
    /// Whether every Hessian eigenvalue converged.
    public let isSpectrumConverged: Bool

    /// One descent's samples and how it ended.
    public init(
      rate: Double, samples: [Sample], divergence: String?, isCut: Bool, agreementEnd: String?,
      isSpectrumConverged: Bool
    ) {
      self.rate = rate
      self.samples = samples
      self.divergence = divergence
      self.isCut = isCut
      self.agreementEnd = agreementEnd
      self.isSpectrumConverged = isSpectrumConverged
    }

    /// How the descent left stability, as a sentence; nil if it did not.
    var crossing: String? {
      if let over = samples.first(where: { $0.ratio - $0.error >= StabilityRule.limit }) {
        return
          "at rate \(tableSetting(rate)) λ_max is \(tableNumber(over.ratio)) of the limit at iteration \(over.iteration)"
          + (agreementEnd.map { ", and \($0)" } ?? ", and agreement does not end")
      }
      return divergence.map {
        "at rate \(tableSetting(rate)) the descent \($0)" + (agreementEnd.map { "; \($0)" } ?? "")
      }
    }

    /// Whether the samples cannot tell on which side of the limit the curvature is.
    var isOpen: Bool {
      samples.contains { $0.ratio + $0.error >= StabilityRule.limit && $0.ratio - $0.error < StabilityRule.limit }
        || (samples.isEmpty && !isCut)
    }
  }

  /// The descents, the largest rate first.
  public let tracks: [Track]
  /// Why a reference is incomplete and what to try; nil if all are complete.
  public let incompleteness: String?

  /// What one comparison shows.
  public init(tracks: [Track], incompleteness: String?) {
    self.tracks = tracks
    self.incompleteness = incompleteness
  }

  /// The largest λ_max over the limit.
  public var largest: Double { tracks.reduce(0) { max($0, $1.samples.map(\.ratio).max() ?? 0) } }
}

extension StabilityRule {
  /// Judges whether descents stayed below their stability limit:
  ///
  /// 1. a hypothesis is not met → *vacuous*;
  /// 2. λ_max less its error reaches the limit, or a descent diverges → *violated*;
  /// 3. λ_max plus its error reaches the limit, was not sampled or did not converge, or a reference is incomplete →
  ///    *inconclusive*;
  /// 4. otherwise → *holds*.
  public static func judge(hypotheses: [Hypothesis], evidence: StabilityEvidence) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    if let crossing = evidence.tracks.lazy.compactMap(\.crossing).first { return Judgement(.violated, crossing) }
    if evidence.tracks.contains(where: { $0.isOpen || !$0.isSpectrumConverged }) {
      return Judgement(.inconclusive, "λ_max is not known well enough to tell; lower the rates or integration.until")
    }
    if let incomplete = VacuousRule.judge("the reference flow", incompleteness: evidence.incompleteness) {
      return incomplete
    }
    return Judgement(
      .holds, "holds at every sampled iterate: λ_max reaches \(tableNumber(evidence.largest)) of the limit")
  }

  /// What the rates besides the one named in the judgement did, as sentences.
  public static func notes(_ evidence: StabilityEvidence) -> [String] {
    var isNamed = false
    return evidence.tracks.compactMap { track in
      guard let crossing = track.crossing else {
        return track.agreementEnd.map {
          "at rate \(tableSetting(track.rate)) \($0), although λ_max stays below the limit"
        }
      }
      defer { isNamed = true }
      return isNamed ? crossing : nil
    }
  }
}
