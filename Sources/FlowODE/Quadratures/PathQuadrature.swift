/// Rates that look at θ alone and may turn quickly within a step, such as those of singular values that almost meet.
///
/// They are integrated along the stepper's own continuation of its steps, by nodes that are added where the rates ask for them, which
/// costs no gradient. They have no kinks that would need to be said.
public protocol PathQuadrature: Quadrature {
  /// Writes the rates φ(θ).
  ///
  /// - Parameter isStep: whether θ is the end of an accepted step, at which others will look as well.
  func rates(at parameters: UnsafePointer<Double>, isStep: Bool, into rates: UnsafeMutablePointer<Double>)
  /// The sizes beside which errors of the integrals count, at the end of an accepted step; positive.
  func sizes(at parameters: UnsafePointer<Double>) -> [Double]
  /// What rounding makes of the rates at the end of an accepted step; 0 where nothing is known of it. Long after all has come to rest it
  /// is all that they are.
  func noises(at parameters: UnsafePointer<Double>) -> [Double]
}

extension PathQuadrature {
  public func noises(at parameters: UnsafePointer<Double>) -> [Double] { [Double](repeating: 0, count: rateCount) }

  public func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    self.rates(at: point.parameters, isStep: false, into: rates)
  }
}
