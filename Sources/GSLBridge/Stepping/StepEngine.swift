/// What does the work behind a ``Stepper``: GSL's evolution with one of its methods, or an integrator of this project
/// whose variable order does not fit GSL's contract. Both count, stop, fail and land on limits in the same way.
protocol StepEngine: AnyObject {
  var counts: StepCounts { get }
  /// Size of the next step, without sign.
  var size: Double { get }
  /// What an engine that chooses among methods has chosen so far; nil for one method.
  var choice: String? { get }
  /// Whether the present method is exponential Adams.
  var isPlateau: Bool { get }
  /// Euclidean norm of the last accepted step's error estimate over the first `count` components.
  func errorEstimate(first count: Int) -> Double
  /// Forgets the history but keeps the counts; a size of 0 or one that is not finite keeps the present one.
  func reset(initialStep: Double)
  /// One accepted step, or an error with time and state as they were.
  func step(time: inout Double, state: UnsafeMutablePointer<Double>, limit: Double) throws(IntegrationError)
  /// Takes the last step, which was accepted, for a trial: the caller has put time and state back. Of dense engines only.
  func undo()
  /// One step of exactly the given size, whatever its error.
  func fixedStep(time: inout Double, state: UnsafeMutablePointer<Double>, size: Double) throws(IntegrationError)

  /// Whether the engine knows the solution within its last accepted step and can integrate rates along it.
  var isDense: Bool { get }
  /// Integrates rates from here on, their integrals beginning at 0; of dense engines only, before the first step.
  func integrate(_ rates: any StageRates)
  /// Writes u(t + θh), θ ∈ [0, 1], of the last accepted step; exactly its ends at θ = 0 and 1.
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>)
  /// Writes u at up to four such times at once.
  func interpolate(_ thetas: [Double], into states: [UnsafeMutablePointer<Double>])
  /// Writes u′(t + θh).
  func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>)
  /// Writes both at once.
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>)
  /// Writes both at some entries of the state, and possibly at others too.
  func interpolate(
    _ theta: Double, at entries: UnsafeBufferPointer<Int>, into state: UnsafeMutablePointer<Double>,
    slope: UnsafeMutablePointer<Double>)
  /// Writes the integrals up to t + θh, in the order of ``StageRates/integralCount``.
  func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>)
  /// The sums of the integrals' error estimates over all steps, in the same order.
  var integralErrors: UnsafeBufferPointer<Double> { get }
  /// An estimate of the interpolant's error within the last accepted step, a Euclidean norm over the whole state.
  var interpolationError: Double { get }
  /// F at the last accepted state; nil where no evaluation there is at hand.
  var derivative: UnsafePointer<Double>? { get }
  /// Takes an amount off all times that the engine remembers: the system is autonomous, and the caller's clock starts anew.
  func shift(by amount: Double)
}

extension StepEngine {
  func undo() { reset(initialStep: 0) }
  var choice: String? { nil }
  var isPlateau: Bool { false }
  var isDense: Bool { false }
  func integrate(_ rates: any StageRates) {}
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>) {}
  func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>) {}
  func interpolate(_ thetas: [Double], into states: [UnsafeMutablePointer<Double>]) {
    for (theta, state) in zip(thetas, states) { interpolate(theta, into: state) }
  }
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>) {
    interpolate(theta, into: state)
    self.slope(theta, into: slope)
  }
  func interpolate(
    _ theta: Double, at entries: UnsafeBufferPointer<Int>, into state: UnsafeMutablePointer<Double>,
    slope: UnsafeMutablePointer<Double>
  ) { interpolate(theta, into: state, slope: slope) }
  func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>) {}
  var integralErrors: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: nil, count: 0) }
  var interpolationError: Double { 0 }
  var derivative: UnsafePointer<Double>? { nil }
  func shift(by amount: Double) { reset(initialStep: 0) }
}
