import GSLBridge

/// Finds the instant within one accepted step at which a condition becomes true. Every trial re-integrates from the state
/// before the step, so the located state carries the integrator's accuracy rather than an interpolant's.
struct StepLocator {
  let field: any VectorField
  let method: IntegrationMethod
  let tolerance: Tolerance
  /// The state before the step, and its time.
  let before: UnsafePointer<Double>
  let time: Double
  let point: TrajectoryPoint
  /// What the trials cost.
  private(set) var counts = StepCounts()

  init(
    field: any VectorField, method: IntegrationMethod, tolerance: Tolerance, before: UnsafePointer<Double>,
    time: Double,
    point: TrajectoryPoint
  ) {
    self.field = field
    self.method = method
    self.tolerance = tolerance
    self.before = before
    self.time = time
    self.point = point
  }

  /// The first located time in (time, end] at which `excess` ≤ 0, whose state is left in `state`; nil, and `state` as it
  /// was, if `excess` is positive at the end.
  mutating func locate(
    until end: Double, state: UnsafeMutablePointer<Double>, _ excess: (TrajectoryPoint) -> Double
  ) throws -> Double? {
    let trial = UnsafeMutablePointer<Double>.allocate(capacity: field.dimension)
    defer { trial.deallocate() }
    var spent = StepCounts()
    defer { counts.add(spent) }
    func value(_ now: Double) throws -> Double {
      trial.update(from: before, count: field.dimension)
      var reached = time
      if now > time {
        var stepper = try method.makeStepper(
          field, tolerance: tolerance, initialStep: now - time, horizon: now)
        defer { spent.add(stepper.counts) }
        try stepper.advance(time: &reached, state: trial, to: now)
      }
      point.move(to: trial, time: now, steps: 0, isSave: false, errorEstimate: 0)
      return excess(point)
    }
    guard try value(end) <= 0 else { return nil }
    guard try value(time) > 0 else {
      state.update(from: trial, count: field.dimension)
      return time
    }
    let upper: Double
    do throws(RootError<any Error>) {
      upper = try RootFinder.bracketed(
        time, end, relativeTolerance: 1e-15, absoluteTolerance: 0, maxIterations: 100, function: value
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
    guard try value(upper) <= 0 else { return nil }
    state.update(from: trial, count: field.dimension)
    return upper
  }
}

extension StepCounts {
  /// Adds the evaluations of trials, which are no steps of the trajectory.
  mutating func add(_ trials: StepCounts) {
    evaluations += trials.evaluations
    jacobians += trials.jacobians
  }
}
