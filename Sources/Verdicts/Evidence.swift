/// The residual at one save time, relative to the largest term.
public struct DriftPoint: Sendable, Equatable, Codable {
  /// Flow time.
  public let time: Double
  /// r there, relative to the run's largest term.
  public let residual: Double

  /// The residual at a flow time.
  public init(time: Double, residual: Double) {
    self.time = time
    self.residual = residual
  }
}

/// What one rung found out about a claim. For an equality all sizes are relative to ``largestTerm``; for an inequality
/// ``margin`` decides, and ``residual`` is the largest relative excess over a bound.
public struct Evidence: Sendable, Equatable, Codable {
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
  /// Whether the budget is made of estimates of integrals' errors, which are no bounds: what exceeds it is not held against a claim,
  /// and what it explains is not called a violation.
  public var budgetIsEstimate = false
  /// Rounding error of the residual's own evaluation, 0 where it is no more than a few units in the last place.
  public let rounding: Double
  /// What rounding makes of the residual in the method, where that was measured.
  public private(set) var methodRounding = 0.0
  /// What became along the run of hypotheses that were met only up to a tolerance; nil for claims without such.
  public var inexactness: Inexactness?
  /// The residual at the save times, for figures.
  public let path: [DriftPoint]
  /// The slack of every law at every checked time, if the claim is an inequality.
  public var margin: Margin?
  /// For a mutated statement: whether the states of this run themselves show that it is false, so that it must be rejected; nil
  /// where that is certain beforehand.
  public var isFalsified: Bool?
  /// Whether a wrong rate of a block leaves the claim as it is, so that nothing is to be said of the rates it would have exposed.
  public var isBlindToRates = false
  /// The exponent fitted to this rung, if the claim is about one, and the exponent claimed.
  public var fit: ExponentFit?
  /// p of the claim; nil for claims about something else.
  public var claimedExponent: Double?
  /// Why the run cannot support *holds* however well its numbers look, such as information lost to rounding, and what to
  /// try; nil if nothing speaks against it.
  public var doubt: String?
  /// For a claim about when a level is passed: by what part of the sides' size it was missed, or passed before it was over again. What
  /// the solver's error may make of it refutes nothing.
  public var touch: Double?
  /// Further numbers behind the verdict.
  public var tables: [Table] = []
  /// The figure of the claim instead of one of the residual.
  public var plot: Figure?

  /// The evidence of a statement that has no law in its setting.
  public static let nothing = Evidence(residual: 0, power: 0, largestTerm: 0, worstTime: 0, worstLaw: "none")

  /// Notes the residuals of runs that differ from this one in rounding alone: what they are apart is rounding's.
  public mutating func noteMethodRounding(besides residuals: [Double]) {
    let all = residuals + [residual]
    guard let least = all.min(), let largest = all.max(), all.allSatisfy(\.isFinite) else { return }
    methodRounding = largest - least
  }

  /// The evidence of an inequality.
  public init(margin: Margin, steps: Int = 0) {
    let worst = JudgingRule.worstSlack(nil, margin, steps: steps)
    self.init(
      residual: max(0, -(worst?.slack ?? 0)), power: 1, largestTerm: margin.size.max() ?? 0,
      worstTime: worst?.time ?? 0, worstLaw: worst?.law ?? "none")
    self.margin = margin
  }

  /// The evidence of an equality; sizes are relative to `largestTerm`, which is in its own units.
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
public final class RungEvidence: Sendable {
  /// τ: the rung's relative tolerance.
  public let relativeTolerance: Double
  /// The relative tolerance in effect: τ, unless a fixed absolute tolerance is looser.
  public let effectiveTolerance: Double
  /// Accepted steps.
  public let steps: Int
  /// Whether steps end at the save times, so that these may set them; false of methods that interpolate.
  public let landsOnSaves: Bool
  /// What tells its steps from those of another rung; nil if that is not known.
  public let mesh: UInt64?
  /// Why the trajectory is incomplete and what to try; nil if it is complete.
  public let incompleteness: String?
  /// What a fold of the claim found on the rung.
  public let evidence: Evidence

  /// - Parameter effectiveTolerance: nil means τ itself.
  public init(
    relativeTolerance: Double, effectiveTolerance: Double? = nil, steps: Int, landsOnSaves: Bool = false,
    mesh: UInt64? = nil, incompleteness: String?, evidence: Evidence
  ) {
    self.relativeTolerance = relativeTolerance
    self.effectiveTolerance = effectiveTolerance ?? relativeTolerance
    self.steps = steps
    self.landsOnSaves = landsOnSaves
    self.mesh = mesh
    self.incompleteness = incompleteness
    self.evidence = evidence
  }
}
