/// The solution within the step, from t of size h, that a dense ``Stepper`` took last; to be asked before its next step only.
package struct StepSolution {
  let engine: any StepEngine

  /// Writes u(t + θh), θ ∈ [0, 1]: the step's ends exactly, between them the method's own continuation, whose error stays within
  /// tens of the step's tolerance.
  package func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>) {
    engine.interpolate(theta, into: state)
  }

  /// Writes u at up to four times t + θh at once.
  package func interpolate(_ thetas: [Double], into states: [UnsafeMutablePointer<Double>]) {
    engine.interpolate(thetas, into: states)
  }

  /// Writes the derivative u′(t + θh) of the same continuation.
  package func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>) {
    engine.slope(theta, into: derivative)
  }

  /// Writes u(t + θh) and u′(t + θh) at once.
  package func interpolate(
    _ theta: Double, into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>
  ) {
    engine.interpolate(theta, into: state, slope: slope)
  }

  /// Writes both at some entries of the state; others stay what they were, or are written too.
  package func interpolate(
    _ theta: Double, at entries: [Int], into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>
  ) {
    entries.withUnsafeBufferPointer { engine.interpolate(theta, at: $0, into: state, slope: slope) }
  }

  /// Writes the integrals of the rates up to t + θh, in the order of ``StageRates/integralCount``.
  package func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>) {
    engine.integrals(theta, into: values)
  }

  /// An estimate of the largest error of u(t + θh), a Euclidean norm over the whole state; it is no bound.
  package var error: Double { engine.interpolationError }
}
