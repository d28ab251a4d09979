/// A custom step that knows the solution within its last trial.
protocol DenseStep: CustomStep {
  /// How the solution goes on between the ends of a step.
  var continuation: Continuation { get }
  /// The vector of a row of ``continuation``, valid until the next trial; nil for a row that the solution does not need.
  ///
  /// - Parameters:
  ///   - first: F at the start of the step.
  ///   - last: F at its end.
  func derivative(row: Int, first: UnsafePointer<Double>, last: UnsafePointer<Double>) -> UnsafePointer<Double>?
  /// Prepares what ``derivative(row:first:last:)`` hands out, once a trial is accepted.
  func settle(step h: Double, from start: UnsafePointer<Double>, to end: UnsafePointer<Double>)
  /// Takes an amount off the times it remembers.
  func shift(by amount: Double)
  /// Where it writes rates, if any are to be integrated.
  var quadrature: (any StepQuadrature)? { get set }
  /// What integrates rates by its evaluations.
  func makeQuadrature(_ integrals: RateIntegrals) -> any StepQuadrature
  /// What the error estimates of integrals over a step are multiplied by.
  func integralErrorFactor(_ h: Double) -> Double
}

extension DenseStep {
  func settle(step h: Double, from start: UnsafePointer<Double>, to end: UnsafePointer<Double>) {}
  func shift(by amount: Double) {}
  func makeQuadrature(_ integrals: RateIntegrals) -> any StepQuadrature { StageQuadrature(integrals, continuation) }
  func integralErrorFactor(_ h: Double) -> Double { 1 }
}
