import FlowODE
import Models

/// The flow a descent is compared with.
public enum ComparisonReference: String, Sendable, CaseIterable {
  /// The limit of the method as its learning rate goes to zero: gradient flow, or the heavy-ball flow of `heavy-ball`.
  case flow
  /// The second-order modified flow of gradient descent, one for every learning rate.
  case modified

  /// The order of agreement claimed.
  public var claimedOrder: Double { self == .flow ? 1 : 2 }
}

/// What is compared with what: everything that determines a comparison besides the experiment.
public struct ComparisonPlan: Sendable {
  /// The method of the descents.
  public var optimizer: any Optimizer
  /// Its learning rates.
  public var ladder: RateLadder
  /// Factors of the rates over time.
  public var schedule: RateSchedule
  /// The flow beside them.
  public var against: ComparisonReference
  /// In what the gap is measured.
  public var measure: ComparisonMeasure
  /// Relative tolerances of the two references, the tighter one second.
  public var tolerances: (coarse: Double, fine: Double)
  /// κ of the true modified flow.
  static let trueFactor = 0.25
  /// κ of the modified flow; 1/4 is the true one.
  public var modifiedFactor = trueFactor
  /// One rate per block for the descents; nil means 1 everywhere.
  public var blockRates: [Double]?
  /// Whether the Hessian's spectrum is sampled.
  public var samplesSpectrum = true

  /// - Throws: ``Refusal`` for a combination that has no meaning.
  public init(
    optimizer: any Optimizer, ladder: RateLadder, schedule: RateSchedule = .constant, against: ComparisonReference,
    measure: ComparisonMeasure, tolerances: (coarse: Double, fine: Double)
  ) throws(Refusal) {
    try Experiment.check(relativeTolerance: tolerances.coarse)
    try Experiment.check(relativeTolerance: tolerances.fine)
    guard tolerances.fine < tolerances.coarse else {
      throw Refusal(
        "the references' tolerances are \(tolerances.coarse) and \(tolerances.fine)",
        remedy: "give integration.refine two decreasing tolerances, such as 1e-10,1e-12")
    }
    guard against == .flow || (optimizer is PlainGradientDescent && schedule.isConstant) else {
      throw Refusal(
        "the modified flow belongs to gradient descent at a constant rate, not to \(optimizer.identifier)"
          + (schedule.isConstant ? "" : " with a schedule"),
        remedy: "use compare.optimizer gd without compare.schedule, or compare.against flow")
    }
    self.optimizer = optimizer
    self.ladder = ladder
    self.schedule = schedule
    self.against = against
    self.measure = measure
    self.tolerances = tolerances
  }
}
