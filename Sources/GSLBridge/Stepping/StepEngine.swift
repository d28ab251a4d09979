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
  /// One step of exactly the given size, whatever its error.
  func fixedStep(time: inout Double, state: UnsafeMutablePointer<Double>, size: Double) throws(IntegrationError)
}

extension StepEngine {
  var choice: String? { nil }
  var isPlateau: Bool { false }
}
