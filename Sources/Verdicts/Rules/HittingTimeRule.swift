/// When two integrations of one flow, in the weights and in svd coordinates, reach a ladder of levels of a hidden entry.
public struct HittingTimeEvidence: Sendable, Equatable {
  /// What one integration found.
  public struct Run: Sendable, Equatable, Codable {
    /// The times of the levels it reached, in their order.
    public let times: [Double]
    /// When rounding took from it what the statement rests on; nil if never.
    public let lost: Double?
    /// Why it is incomplete and what to try; nil if it is complete.
    public let incompleteness: String?

    /// What one integration found.
    public init(times: [Double], lost: Double? = nil, incompleteness: String? = nil) {
      self.times = times
      self.lost = lost
      self.incompleteness = incompleteness
    }
  }

  /// The two rungs of an integration.
  public struct Rungs: Sendable, Equatable {
    /// At the looser tolerance.
    public let coarse: Run
    /// At the tighter one.
    public let fine: Run

    /// The same integration at two tolerances.
    public init(coarse: Run, fine: Run) {
      self.coarse = coarse
      self.fine = fine
    }

    /// How far a time moved from rung to rung, relative.
    func change(_ level: Int) -> Double { abs(coarse.times[level] / fine.times[level] - 1) }
  }

  /// Levels of |h|, ascending.
  public let levels: [Double]
  /// Integrated in the weights.
  public let weights: Rungs
  /// Integrated in svd coordinates.
  public let svd: Rungs
  /// The finer rungs' relative tolerance.
  public let tolerance: Double

  /// What both integrations found at the same levels.
  public init(levels: [Double], weights: Rungs, svd: Rungs, tolerance: Double) {
    self.levels = levels
    self.weights = weights
    self.svd = svd
    self.tolerance = tolerance
  }
}

extension HittingTimeRule {
  /// Judges the hitting times of two rungs in both coordinates:
  ///
  /// 1. an integration is incomplete, though nothing was lost to rounding, or no level is reached → *inconclusive*;
  /// 2. two times differ by more than ten times what the solver explains → *violated*; by more than that → *inconclusive*;
  /// 3. the weights lose the sign of det W to rounding, so that nothing is known from there on → *inconclusive*;
  /// 4. otherwise → *holds*.
  ///
  /// - Parameter ignoringLoss: whether levels reached after the weights lost the sign count, for controls off the balanced flow.
  public static func judge(_ evidence: HittingTimeEvidence, ignoringLoss: Bool = false) -> Judgement {
    let (weights, svd) = (evidence.weights, evidence.svd)
    let runs = [weights.coarse, weights.fine, svd.coarse, svd.fine]
    for run in runs where run.lost == nil {
      if let incomplete = VacuousRule.judge("an integration", incompleteness: run.incompleteness) { return incomplete }
    }
    let limit =
      ignoringLoss ? .infinity : [weights.coarse, weights.fine].compactMap(\.lost).min() ?? .infinity
    let known = svd.fine.times.prefix { $0 < limit }.count
    let count = min(known, runs.map(\.times.count).min() ?? 0)
    guard count > 0 else {
      return Judgement(
        .inconclusive, "no level of the hidden entry is reached while the sign is known; raise integration.until")
    }
    var worst = 0.0
    for k in 0..<count {
      let difference = abs(weights.fine.times[k] / svd.fine.times[k] - 1)
      let explained =
        changeFactor * (weights.change(k) + svd.change(k)) + JudgingRule.toleranceFactor * evidence.tolerance
      worst = max(worst, difference)
      let text =
        "level \(tableNumber(evidence.levels[k])) is reached at times that differ by \(tableNumber(difference)), and the solver "
        + "explains \(tableNumber(explained))"
      if difference > violationFactor * explained, difference > JudgingRule.violationUnits * JudgingRule.unitRoundoff {
        return Judgement(.violated, text)
      }
      guard difference <= explained else { return Judgement(.inconclusive, "\(text); tighten integration.refine") }
    }
    let agreed = "hitting times of \(count) levels agree to \(tableNumber(worst))"
    let highest = tableNumber(evidence.levels[count - 1])
    if limit < .infinity {
      return Judgement(
        .inconclusive,
        "\(agreed) up to |h| = \(highest); at t = \(tableNumber(limit)) the weights lose the sign of det W to rounding, and only "
          + "integration.coordinates svd can tell what follows")
    }
    return Judgement(.holds, "\(agreed), up to |h| = \(highest)")
  }
}
