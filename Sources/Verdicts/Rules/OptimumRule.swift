/// The ends of flows from smaller and smaller scales beside a certified optimum.
public struct OptimumEvidence: Sendable, Equatable {
  /// One scale's end.
  public struct Point: Sendable, Equatable {
    /// α, the scale of the start.
    public let alpha: Double
    /// What the conjecture says is least.
    public let value: Double
    /// Loss at the end of the flow.
    public let loss: Double
    /// Why the run is incomplete and what to try; nil if it is complete.
    public let incompleteness: String?

    /// One flow's end.
    public init(alpha: Double, value: Double, loss: Double, incompleteness: String?) {
      self.alpha = alpha
      self.value = value
      self.loss = loss
      self.incompleteness = incompleteness
    }
  }

  /// The least value as far as it was found, which bounds it from above, and a lower bound on it.
  public let optimum: Double
  /// The lower bound on the least value.
  public let lowerBound: Double
  /// What is wrong with the certificate of the optimum; nil if nothing is.
  public let flaw: String?
  /// The ends, α falling.
  public let points: [Point]

  /// Ends of flows beside the bounds on the optimum.
  public init(optimum: Double, lowerBound: Double, flaw: String? = nil, points: [Point]) {
    self.optimum = optimum
    self.lowerBound = lowerBound
    self.flaw = flaw
    self.points = points
  }

  /// The duality gap.
  var gap: Double { max(0, optimum - lowerBound) }
}

extension OptimumRule {
  /// Judges an excess over the least nuclear norm:
  ///
  /// 1. the optimum is not certified, or a run is incomplete or ended away from a fit → *inconclusive*;
  /// 2. the last excess is down at the certificate's own gap → *holds*;
  /// 3. it is above 1e-3 and ceases to fall with α → *violated*;
  /// 4. otherwise → *inconclusive*, with the trend.
  ///
  /// The misfit that an unfinished run leaves counts through its loss, which must be far below the excess.
  public static func judge(_ evidence: OptimumEvidence) -> Judgement {
    let judgement = judge(ignoringFlaw: evidence)
    guard judgement.verdict != .inconclusive, let flaw = evidence.flaw else { return judgement }
    return Judgement(.inconclusive, "the optimum's certificate fails: \(flaw); use a smaller problem")
  }

  private static func judge(ignoringFlaw evidence: OptimumEvidence) -> Judgement {
    let optimum = evidence.optimum
    guard evidence.gap <= certifiedGap * max(optimum, .leastNormalMagnitude) else {
      return Judgement(
        .inconclusive,
        "the optimum is only known to lie in [\(evidence.lowerBound), \(optimum)]; use a smaller problem")
    }
    for point in evidence.points {
      let name = "the run at α = \(tableNumber(point.alpha))"
      if let incomplete = VacuousRule.judge(name, incompleteness: point.incompleteness) { return incomplete }
    }
    if let loose = evidence.points.first(where: { !($0.loss <= largestLoss) }) {
      return Judgement(
        .inconclusive,
        "the run at α = \(tableNumber(loose.alpha)) ended at loss \(tableNumber(loose.loss)), so its limit is not known; raise "
          + "integration.until and lower integration.stop-loss")
    }
    let excess = evidence.points.map { ($0.value - optimum) / optimum }
    let trend =
      "excess over the least nuclear norm \(excess.map { tableNumber($0) }.joined(separator: ", ")) for α = "
      + evidence.points.map { tableNumber($0.alpha) }.joined(separator: ", ")
    let last = excess.last ?? .nan
    if last <= max(gapFactor * evidence.gap / optimum, leastExcess) {
      return Judgement(.holds, "holds to the certificate's gap: \(trend)")
    }
    let end = excess.suffix(tail)
    if last > violationLevel, !zip(end, end.dropFirst()).allSatisfy({ $1 <= leastDecrease * $0 }) {
      return Judgement(
        .violated, "the excess does not vanish as α falls: \(trend) (certified gap \(tableNumber(evidence.gap)))")
    }
    return Judgement(
      .inconclusive,
      "the \(trend); convergence in α is logarithmic, so a falling excess at finite α confirms nothing; extend init.scales"
    )
  }
}
