/// The rule of a refinement ladder and the levels that other rules share with it.
///
/// Every number by which any rule decides stands in this file, one namespace a rule, and each has a pair of tests just inside
/// and just outside of it.
public enum JudgingRule {
  /// u = 2⁻⁵².
  public static let unitRoundoff = Double.ulpOfOne
  /// Residuals up to this many u count as roundoff for runs of up to ``roundoffSteps`` steps; beyond, it grows with √steps.
  public static let roundoffUnits = 200.0
  /// The number of steps from which on roundoff is taken to add up like a random walk.
  public static let roundoffSteps = 1000.0
  /// A residual above this multiple of τ is not the solver's ordinary error.
  public static let toleranceFactor = 1000.0
  /// A level that is passed and over again by fewer tolerances than this may not be passed at all.
  public static let touchFactor = 10.0
  /// A residual below this many u is never called a violation …
  public static let violationUnits = 1e5
  /// … nor one below this many u a step, which rounding alone could add up to in the worst case.
  public static let violationUnitsPerStep = 4.0
  /// Fewer rungs cannot tell the solver's error from the claim's.
  public static let leastRungs = 2
  /// The tolerance in effect must differ by this factor between two rungs for their difference to say anything.
  public static let leastRefinement = 10.0
  /// Ladders are written in decimal, so a factor of exactly ``leastRefinement`` may be off by a rounding error.
  public static let decimalPart = 0.999
  /// Relative change below which two rungs' residuals are the same number.
  public static let agreement = 0.1
  /// Where steps end at the save times: relative growth in their number below which those, not the tolerance, set the steps of both rungs.
  public static let gridBound = 0.01
  /// A run whose steps the save grid sets may drift by up to this many coarse τ a step without being called violated.
  public static let gridFactor = 10.0
  /// Least order d log r / d log τ over the last two rungs at which a residual counts as shrinking.
  public static let leastOrder = 0.5
  /// A residual above 1 / so much of the coarser rung's has ceased to fall.
  public static let stillFactor = 3.0
  /// A tolerance this small is an answer in itself: a residual below it holds, however it got there.
  public static let sharpTolerance = 1e-10
  /// A residual that does not shrink speaks against a law that held on coarser rungs only above this many φ.
  public static let floorFactor = 3.0
  /// The error in one block's rate that a *holds* must have been able to see …
  public static let probedRateError = 0.01
  /// … by this factor above the residual.
  public static let powerMargin = 10.0

  /// Residuals up to this level are roundoff in a run of `steps` steps.
  public static func roundoffLevel(steps: Int) -> Double {
    roundoffUnits * unitRoundoff * max(1, Double(steps) / roundoffSteps).squareRoot()
  }

  /// Residuals up to this level are never called a violation in a run of `steps` steps.
  public static func violationLevel(steps: Int) -> Double {
    unitRoundoff * max(violationUnits, violationUnitsPerStep * Double(steps))
  }
}

/// The rule by which a refinement ladder stops before its last rung.
public enum SettlingRule {
  /// Rungs that a word must have been said on, the last two times alike.
  public static let leastRungs = 3
  /// Two rungs suffice for a departure of this many times the level below which nothing is called a violation …
  public static let plainUnits = 1e3
  /// … that is also above this multiple of τ.
  public static let plainTolerances = 1e6
}

/// The rule of inequalities.
public enum MarginRule {
  /// How many u_slack a negative slack must be to count as a violation.
  public static let slackFactor = 10.0
  /// Excesses of two rungs are the same one up to this factor: the steps over which they are formed differ in length.
  public static let sizeFactor = 3.0
  /// A bound that is met only within u_slack must be resolved to this part of its size.
  public static let slackResolution = 1e-6
  /// Slacks are differences of sums over many steps, whose roundoff may be this many times that of a state.
  public static let slackRoundoff = 10.0
  /// u_slack is this many times what the slack moved since the coarser rung.
  public static let changeFactor = 3.0
  /// Rungs whose numbers of save times differ by more than this are not compared: one may have stopped just short of one.
  public static let saveDifference = 1
}

/// The rule of fitted exponents.
public enum ExponentRule {
  /// Rival exponents must fit this many times worse.
  public static let rivalFactor = 1e3
  /// The half-width takes this many times what the exponent moved since the coarser rung …
  public static let changeFactor = 3.0
  /// … and this much for the rounding of the fit itself.
  public static let rounding = 1e-13
  /// An exponent further from the claimed one than this many half-widths refutes it.
  public static let violationWidths = 10.0
}

/// The rule of negative controls.
public enum ControlRule {
  /// A mutated closed form is rejected where it misses by this many times what the true one does.
  public static let rivalFactor = 1e3
}

/// The rule of orders in the learning rate.
public enum OrderRule {
  /// The fewest rates that make an order.
  public static let leastRates = 4
  /// How far a local order may be from the claim.
  public static let tolerance = 0.1
  /// Largest part of the smallest gap that the reference's error may be.
  public static let referencePart = 0.01
  /// Gaps above this part of the reference's movement may be saturated, so they refute nothing.
  public static let saturation = 0.25
  /// How far the limits extrapolated from the last two pairs of orders may lie apart and still be one.
  public static let limitAgreement = 0.2
  /// Orders that move from one rate to the next by more than this part of what they lack have not settled, and refute nothing.
  public static let settledPart = 0.1
}

/// The rule of the a-posteriori bound on the gap between descent and flow.
public enum GapBoundRule {
  /// Gap over bound above which the bound is exceeded.
  public static let attained = 1.0
  /// Bounds that the choice between neighbouring samples of m changes by more than this factor are not known.
  public static let largestSpread = 1e4
}

/// The rule of the stability limit.
public enum StabilityRule {
  /// λ_max over the curvature at which the method loses stability.
  public static let limit = 1.0
}

/// What the rules of α → 0 ask of a ladder of scales.
public enum LadderRule {
  /// Halvings of α a ladder needs for *holds* …
  public static let leastHalvings = 4.0
  /// … up to the rounding of the scales' quotient.
  public static let halvingSlack = 1e-9
  /// Scales a ladder needs for *holds*: four halvings one by one.
  public static let leastScales = 5
}

/// The rule of distances to rank-one trajectories.
public enum RankOneRule {
  /// Scales that a slope needs.
  public static let slopeScales = 2
  /// How far the last slope may be from the claimed order.
  public static let slopeAgreement = 0.15
  /// The part of a distance that the solver's error of it may be.
  public static let distanceResolution = 0.01
  /// The last distance, relative to the largest norm, below which the trajectory counts as followed.
  public static let followedLevel = 0.05
  /// A distance that falls by less than this factor over a decade in α, at an even rate, does not vanish.
  public static let stagnation = 2.0
  /// The theorem speaks of α small enough: a distance refutes it only above this many times what its own estimates allow.
  public static let guaranteeFactor = 10.0
}

/// The rule of one component leaving zero alone.
public enum IncrementalRule {
  /// A component may exceed its bound by this part of it, for rounding.
  public static let boundSlack = 1e-6
  /// At so many of the smallest scales one component alone must have risen.
  public static let risenScales = 2
}

/// The rule of times at which two integrations of one flow reach the same levels.
public enum HittingTimeRule {
  /// The solver explains this many times what the times moved since the coarser rung, in both integrations together.
  public static let changeFactor = 3.0
  /// Times that differ by this many times what the solver explains are different.
  public static let violationFactor = 10.0
}

/// What rules of limits share.
public enum LimitRule {
  /// Decades of the parameter that the points behind a refutation must reach over.
  public static let leastDecades = 1.0
  /// … up to the rounding of their quotient.
  public static let rangeSlack = 1e-9
  /// A slope that grows by more than this from one half of the range to the other has not settled.
  public static let largestBend = 0.2
  /// A quantity with a slope d log q/d log p of at most this does not vanish with p.
  public static let leastSlope = 0.02
}

/// The rule of a departure that is claimed to vanish as α → 0.
public enum VanishingRule {
  /// The part of a departure that its uncertainty may be.
  public static let uncertainPart = 0.1
  /// The least slope d log r/d log α at the end of a ladder: that of 1/ln(1/α) is below it for α < e⁻².
  public static let leastSlope = 0.5
  /// By how much a slope may fall short of the one before.
  public static let slopeAgreement = 0.15
  /// The last departure must be at most this.
  public static let followedLevel = 0.05
  /// So many of the smallest scales must show the same: no departure, or a slope.
  public static let endScales = 2
}

/// The rule of an excess over a certified optimum as α → 0.
public enum OptimumRule {
  /// The optimum's duality gap, relative to its value, up to which it counts as known.
  public static let certifiedGap = 1e-6
  /// An excess of this many times the duality gap is none …
  public static let gapFactor = 10.0
  /// … nor is one this small, relative to the optimum.
  public static let leastExcess = 1e-9
  /// The part of an excess that its uncertainty may be, or the end of the flow is not known.
  public static let uncertainPart = 0.1
  /// An excess that is negative by this many times its uncertainty is no completion's.
  public static let impossibleFactor = 10.0
  /// An excess above this, relative to the optimum, that has ceased to fall refutes the claim.
  public static let violationLevel = 1e-3
}
