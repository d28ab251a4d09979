/// The residual at one save time, relative to the largest term.
public struct DriftPoint: Sendable, Equatable {
  public let time: Double
  public let residual: Double
}

/// What one rung found out about an equality claim, all sizes relative to ``largestTerm``.
public struct Evidence: Sendable, Equatable {
  /// r: the worst residual along the run.
  public let residual: Double
  /// p: the largest change along the run of any single term of the claim.
  public let power: Double
  /// The largest single term of the claim along the run, in its own units.
  public let largestTerm: Double
  /// Flow time of the worst residual.
  public let worstTime: Double
  /// Which law or term was worst.
  public let worstLaw: String
  /// Bound on the drift that the integrator's local errors can cause, if the claim has one; loose by design, it decides
  /// only that a larger drift is not credited to the solver.
  public let budget: Double?
  /// Rounding error of the residual's own evaluation, 0 where it is no more than a few units in the last place.
  public let rounding: Double
  /// The residual at the save times, for figures.
  public let path: [DriftPoint]

  public init(
    residual: Double, power: Double, largestTerm: Double, worstTime: Double, worstLaw: String, budget: Double? = nil,
    rounding: Double = 0, path: [DriftPoint] = []
  ) {
    self.residual = residual
    self.power = power
    self.largestTerm = largestTerm
    self.worstTime = worstTime
    self.worstLaw = worstLaw
    self.budget = budget
    self.rounding = rounding
    self.path = path
  }
}

/// One rung of a refinement as the judging rule sees it.
public struct RungEvidence: Sendable, Equatable {
  /// τ: the rung's relative tolerance.
  public let relativeTolerance: Double
  /// The relative tolerance in effect: τ, unless a fixed absolute tolerance is looser.
  public let effectiveTolerance: Double
  /// Accepted steps.
  public let steps: Int
  /// Why the trajectory is incomplete and what to try; nil if it is complete.
  public let incompleteness: String?
  public let evidence: Evidence

  /// - Parameter effectiveTolerance: nil means τ itself.
  public init(
    relativeTolerance: Double, effectiveTolerance: Double? = nil, steps: Int, incompleteness: String?,
    evidence: Evidence
  ) {
    self.relativeTolerance = relativeTolerance
    self.effectiveTolerance = effectiveTolerance ?? relativeTolerance
    self.steps = steps
    self.incompleteness = incompleteness
    self.evidence = evidence
  }
}
