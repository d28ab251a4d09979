/// The ends of flows from smaller and smaller scales beside a certified optimum.
public struct OptimumEvidence: Sendable, Equatable {
  /// One scale's end.
  public struct Point: Sendable, Equatable {
    /// α, the scale of the start.
    public let alpha: Double
    /// What the conjecture says is least.
    public let value: Double
    /// By how much the end misses the observed entries, ‖r‖₂, and how much that may be of the value: ‖r‖ √rank for a nuclear norm.
    public let misfit: Double
    /// Why the run is incomplete and what to try; nil if it is complete.
    public let incompleteness: String?

    /// One flow's end.
    public init(alpha: Double, value: Double, misfit: Double, incompleteness: String?) {
      self.alpha = alpha
      self.value = value
      self.misfit = misfit
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
  /// Judges an excess over the least nuclear norm, relative to it, known to ε: the misfit's share of the end's value and the
  /// certificate's gap.
  ///
  /// 1. the optimum is not certified, or a run is incomplete → *inconclusive*;
  /// 2. an excess is negative by more than 10 ε, which no completion's is → *inconclusive*, naming the run;
  /// 3. the last excess is within ten times the certificate's gap or 1e-9 of 0, and ε is as well → *holds*;
  /// 4. ε is above a tenth of an excess: the end of that flow is not known → *inconclusive*;
  /// 5. the last excess is above 1e-3, and over at least a decade of α it has ceased to fall (``LimitRule``) → *violated*;
  /// 6. otherwise → *inconclusive*, with the trend.
  public static func judge(_ evidence: OptimumEvidence) -> Judgement {
    let judgement = judge(ignoringFlaw: evidence)
    guard judgement.verdict != .inconclusive, let flaw = evidence.flaw else { return judgement }
    return Judgement(.inconclusive, "the optimum's certificate fails: \(flaw); use a smaller problem")
  }

  private static func judge(ignoringFlaw evidence: OptimumEvidence) -> Judgement {
    let optimum = evidence.optimum
    guard optimum > 0, evidence.gap <= certifiedGap * optimum else {
      return Judgement(
        .inconclusive,
        "the optimum is only known to lie in [\(evidence.lowerBound), \(optimum)]; use a smaller problem")
    }
    for point in evidence.points {
      let name = "the run at α = \(tableNumber(point.alpha))"
      if let incomplete = VacuousRule.judge(name, incompleteness: point.incompleteness) { return incomplete }
    }
    let points = evidence.points.map {
      LimitRule.Point(
        parameter: $0.alpha, value: ($0.value - optimum) / optimum, uncertainty: ($0.misfit + evidence.gap) / optimum)
    }
    let trend =
      "excess over the least nuclear norm \(points.map { tableNumber($0.value) }.joined(separator: ", ")) for α = "
      + points.map { tableNumber($0.parameter) }.joined(separator: ", ")
    func unfinished(_ point: LimitRule.Point, _ what: String) -> Judgement {
      Judgement(
        .inconclusive,
        "the run at α = \(tableNumber(point.parameter)) \(what), so its limit is not known; raise integration.until and lower "
          + "integration.stop-loss")
    }
    guard let last = points.last else { return Judgement(.inconclusive, "no scale was run; give init.scales") }
    if let loose = points.first(where: { !($0.uncertainty.isFinite && $0.value.isFinite) }) {
      return unfinished(loose, "ended without a number")
    }
    if let impossible = points.first(where: {
      $0.value < -impossibleFactor * $0.uncertainty - JudgingRule.roundoffLevel(steps: 1)
    }) {
      return unfinished(
        impossible, "ended \(tableNumber(-impossible.value)) below the least nuclear norm, which no completion is")
    }
    let level = max(gapFactor * evidence.gap / optimum, leastExcess)
    if abs(last.value) <= level, last.uncertainty <= level {
      return Judgement(.holds, "holds to the certificate's gap: \(trend)")
    }
    if let loose = points.first(where: { $0.uncertainty > uncertainPart * abs($0.value) && $0.uncertainty > level }) {
      return unfinished(
        loose,
        "misses the observed entries by so much that its excess of \(tableNumber(loose.value)) is known only to "
          + tableNumber(loose.uncertainty))
    }
    if last.value > violationLevel, LimitRule.hasCeased(points) {
      return Judgement(
        .violated, "the excess does not vanish as α falls: \(trend) (certified gap \(tableNumber(evidence.gap)))")
    }
    return Judgement(
      .inconclusive,
      "the \(trend); convergence in α is logarithmic, so a falling excess at finite α confirms nothing, and only one that has ceased "
        + "to fall over a decade refutes; extend init.scales")
  }
}
