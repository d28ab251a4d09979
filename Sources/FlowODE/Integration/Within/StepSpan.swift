import GSLBridge
import Models

/// The last accepted step from within: states between its ends, from the method's own continuation where it has one, by integrating
/// anew where it has none.
struct StepSpan {
  let field: any VectorField
  /// How to integrate anew.
  let method: IntegrationMethod
  let tolerance: Tolerance
  /// The step's solution; nil if the method has none.
  let solution: StepSolution?
  /// The state before the step.
  let before: UnsafePointer<Double>
  /// The times of the step's ends, on the clock of the run.
  let start: Double
  let end: Double

  /// Where a time lies within the step, from 0 to 1.
  func theta(_ time: Double) -> Double { min(1, max(0, (time - start) / (end - start))) }

  /// Writes the state at a time within the step.
  ///
  /// - Parameter most: how many steps it may take where it is integrated anew; nil is any number.
  /// - Returns: whether the time was reached.
  /// - Throws: ``IntegrationError`` where it is integrated anew.
  private func isReached(
    _ time: Double, inSteps most: Int?, into state: UnsafeMutablePointer<Double>, counts: inout StepCounts
  ) throws -> Bool {
    if let solution {
      solution.interpolate(theta(time), into: state)
      return true
    }
    guard let most else {
      try land(at: time, into: state, counts: &counts)
      return true
    }
    state.update(from: before, count: field.dimension)
    guard time > start else { return true }
    var reached = start
    var stepper = try method.makeStepper(field, tolerance: tolerance, initialStep: time - start, horizon: time)
    defer { counts.add(stepper.counts) }
    for _ in 0..<most where reached != time { try stepper.step(time: &reached, state: state, limit: time) }
    return reached == time
  }

  /// Writes the state at a time within the step.
  ///
  /// - Throws: ``IntegrationError`` where it is integrated anew.
  func state(at time: Double, into state: UnsafeMutablePointer<Double>, counts: inout StepCounts) throws {
    _ = try isReached(time, inSteps: nil, into: state, counts: &counts)
  }

  /// Writes the state at a time as an accepted one: by real steps from the step's start.
  ///
  /// - Parameter integrals: at the step's start, taken along.
  /// - Throws: ``IntegrationError``.
  func land(
    at time: Double, into state: UnsafeMutablePointer<Double>, counts: inout StepCounts,
    integrals: RunIntegrals? = nil
  ) throws {
    if let solution, !steps(to: time) { return solution.interpolate(theta(time), into: state) }
    state.update(from: before, count: field.dimension)
    guard time > start else { return }
    var reached = start
    var stepper = try method.makeStepper(field, tolerance: tolerance, initialStep: time - start, horizon: time)
    defer { counts.add(stepper.counts) }
    guard let integrals else { return try stepper.advance(time: &reached, state: state, to: time) }
    if let rates = integrals.stageRates { stepper.integrate(rates) }
    let from = Buffer<Double>(count: field.dimension)
    while reached != time {
      let departed = reached
      from.pointer.update(from: state, count: field.dimension)
      try stepper.step(time: &reached, state: state, limit: time)
      integrals.arrive(stepper, before: from.pointer, after: state, step: reached - departed)
    }
  }

  /// Whether a time is reached by real steps. A multistep method has no history to step with from the middle, and its continuation is
  /// as good as its steps.
  func steps(to time: Double) -> Bool { solution == nil || (method != .plateau && time > start) }

  /// The first time found, in (start, end], at which `excess` ≤ 0; nil if it is positive at the end.
  ///
  /// - Parameter stretch: between which times to look; nil is the whole step.
  /// - Parameter most: how many steps a time may take that is integrated to anew: one that takes more is beyond what is looked for, as
  ///   it is where steps shrink at a kink. Nil is any number.
  /// - Parameter scratch: room for a state.
  /// - Throws: what integrating anew throws.
  func locate(
    _ stretch: ClosedRange<Double>? = nil, inSteps most: Int? = nil, scratch: UnsafeMutablePointer<Double>,
    point: TrajectoryPoint, counts: inout StepCounts, _ excess: (TrajectoryPoint) -> Double
  ) throws -> Double? {
    let (start, end) = (stretch?.lowerBound ?? start, stretch?.upperBound ?? end)
    var spent = StepCounts()
    defer { counts.add(spent) }
    var beyond = 0.0
    func value(_ now: Double) throws -> Double {
      guard try isReached(now, inSteps: most, into: scratch, counts: &spent) else { return beyond }
      point.look(at: scratch, time: now)
      return excess(point)
    }
    guard try value(end) <= 0 else { return nil }
    let first = try value(start)
    guard first > 0 else { return start }
    beyond = -first
    let upper: Double
    do throws(RootError<any Error>) {
      upper = try RootFinder.bracketed(
        start, end, relativeTolerance: 1e-15, absoluteTolerance: 0, maxIterations: 100, function: value
      ).upper
    } catch {
      switch error {
      case .function(let cause): throw cause
      case .noConvergence(_, let bound, _): upper = bound
      // The step's own end, where the condition was found to hold, is as good as this condition can be had.
      case .notBracketed, .nonFinite, .gsl: upper = end
      }
    }
    // The upper end of the bracket is where the condition holds.
    return try value(upper) <= 0 ? upper : end
  }
}

extension StepCounts {
  /// Adds the evaluations of trials, which are no steps of the trajectory.
  mutating func add(_ trials: StepCounts) {
    evaluations += trials.evaluations
    jacobians += trials.jacobians
  }
}
