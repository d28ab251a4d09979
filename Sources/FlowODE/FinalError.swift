import Models

/// An estimate of the error at the end of an integration: the distance to a second one at a hundredth of the tolerance, whose
/// save times are twice as dense so that steps which the save times set are refined as well.
///
/// The second run's own error is a fraction of the first's, so the distance is the error of the first run to that fraction.
/// Where a flow leaves a saddle, tolerances can decide where to: then the distance is large, as it should be. A run that a
/// stop condition ended is compared at the same stop.
public struct FinalError: Sendable, Equatable, Codable {
  /// rtol of the second run.
  public let rtol: Double
  /// Name of the second run's method.
  public let method: String
  /// ‖θ − θ̂‖/‖θ̂‖ at the end, θ̂ of the second run; nil if it is not known.
  public let state: Double?
  /// ‖W − Ŵ‖_F/‖Ŵ‖_F for the end-to-end objects; nil if it is not known.
  public let endToEnd: Double?
  /// Why the errors are not known; nil if they are.
  public let incompleteness: String?

  /// How much tighter the second run is.
  static let tightening = 0.01
  /// The smallest first rtol: below, the second could not be honoured.
  public static let smallestTolerance = 1e-11

  /// Refuses tolerances that leave no room for a second.
  ///
  /// - Throws: ``Refusal`` naming the value and the remedy.
  public static func check(relativeTolerance: Double) throws(Refusal) {
    guard relativeTolerance >= smallestTolerance else {
      throw Refusal(
        "an error estimate runs a hundredth of the tolerance beside it, and rtol \(relativeTolerance) leaves no room for that",
        remedy: "use integration.rtol \(smallestTolerance) or more, or drop integration.error")
    }
  }

  /// Runs the second integration and compares its end with the first's.
  ///
  /// - Throws: ``Refusal`` if the flow cannot be made, ``InterruptedEstimate`` if the user interrupts.
  public init(
    of trajectory: Trajectory, experiment: Experiment, plan: IntegrationPlan, observers: [any TrajectoryObserver] = [],
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws {
    let tighter = Self.tightened(plan)
    (rtol, method) = (tighter.relativeTolerance, tighter.method.name)
    func unknown(_ reason: String) -> (Double?, Double?, String?) { (nil, nil, reason) }
    guard trajectory.outcome.isComplete else {
      (state, endToEnd, incompleteness) = unknown("the run itself is incomplete: \(trajectory.outcome.sentence)")
      return
    }
    let model = experiment.problem.model
    let second = try Integrator(model: model, field: experiment.flow(isCancelled: isCancelled), plan: tighter)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = second.outcome { throw InterruptedEstimate(time: time.total) }
    guard second.outcome.isComplete else {
      (state, endToEnd, incompleteness) = unknown("the second run gave up: \(second.outcome.sentence)")
      return
    }
    guard Self.endAlike(trajectory.outcome, second.outcome) else {
      (state, endToEnd, incompleteness) = unknown("the second run ended otherwise: \(second.outcome.sentence)")
      return
    }
    func end(_ parameters: [Double]) -> [Double] {
      parameters.withUnsafeBufferPointer { buffer in buffer.baseAddress.map(model.endToEnd) ?? [] }
    }
    let errors = (
      Self.distance(trajectory.parameters, second.parameters),
      Self.distance(end(trajectory.parameters), end(second.parameters))
    )
    (state, endToEnd, incompleteness) =
      errors.0.isFinite && errors.1.isFinite
      ? (errors.0, errors.1, nil)
      : unknown("the state or the end-to-end object vanishes, so no error is relative to it")
  }

  /// The second run: everything of the first, but finer.
  private static func tightened(_ plan: IntegrationPlan) -> IntegrationPlan {
    var tighter = plan
    // Where stability pins its step, the error of msadams does not shrink with its tolerance.
    if case .explicit(.msadams) = plan.method { tighter.method = .explicit(.dop853) }
    tighter.relativeTolerance *= tightening
    if case .fixed(let value) = plan.absoluteTolerance { tighter.absoluteTolerance = .fixed(value * tightening) }
    tighter.grid = plan.grid.refined
    // Low orders need ten times the steps for a hundredth of the tolerance, and every save may cost one of its own.
    let (budget, overflow) = plan.maxSteps.multipliedReportingOverflow(by: 20)
    tighter.maxSteps = overflow ? Int.max : budget
    return tighter
  }

  /// Whether both reached the horizon, or the same stop condition.
  private static func endAlike(_ first: Outcome, _ second: Outcome) -> Bool {
    switch (first, second) {
    case (.stopped(let a, _), .stopped(let b, _)): a == b
    case (.reachedEnd, .reachedEnd): true
    default: false
    }
  }

  /// ‖a − b‖/‖b‖, or 0 if both vanish.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    var (change, size) = (0.0, 0.0)
    // Scaled, so that squares neither overflow nor vanish.
    let scale = b.reduce(0) { max($0, abs($1)) }
    let unit = scale > 0 ? scale : 1
    for (x, y) in zip(a, b) {
      let (difference, value) = ((x - y) / unit, y / unit)
      change += difference * difference
      size += value * value
    }
    if change == 0 { return 0 }
    return size > 0 ? (change / size).squareRoot() : .infinity
  }
}

/// The user interrupted the second run of an error estimate.
public struct InterruptedEstimate: Error, Sendable {
  /// Flow time at the interruption.
  public let time: Double
}
