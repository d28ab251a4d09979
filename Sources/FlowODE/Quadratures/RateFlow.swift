/// A flow along which rates can be integrated.
public protocol RateFlow: VectorField {
  /// What is integrated along the flow.
  var quadratures: [any Quadrature] { get }
  /// Whether the integrals are states of the ODE, at its end; otherwise the stepper forms them.
  var carriesIntegrals: Bool { get }
  /// The instant as rates see it. The right-hand side has just been evaluated at this time and state, and nowhere else since.
  func evaluatedPoint(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint
}
