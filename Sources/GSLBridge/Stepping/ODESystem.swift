/// Why a right-hand side or a Jacobian gave no result.
public enum RightHandSideFailure: Error {
  /// The state lies where the equations are not defined: the integrator tries a smaller step.
  case outsideDomain
  /// The integration is to end, at the last accepted state, with the given error.
  case stop(any Error)
}

/// A system of ordinary differential equations ẏ = F(t, y).
///
/// A conforming class owns its work memory: `evaluate` runs thousands of times and should not allocate. One system
/// serves one ``Stepper`` at a time; systems of different steppers may run on different threads at once.
public protocol ODESystem: AnyObject {
  /// Number n ≥ 1 of components of y; it must not change while a ``Stepper`` uses the system.
  var dimension: Int { get }

  /// Writes F(t, y), n numbers, to `derivative`. `state` and `derivative` do not overlap.
  ///
  /// - Throws: `.outsideDomain` to ask for a smaller step, `.stop` to end the integration.
  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure)
}

/// A system that also knows its Jacobian, which implicit methods demand.
public protocol ODESystemWithJacobian: ODESystem {
  /// Writes ∂Fᵢ/∂yⱼ to `dfdy[i * n + j]` (n × n, row-major) and ∂Fᵢ/∂t to `dfdt[i]`.
  ///
  /// - Throws: `.outsideDomain` to ask for a smaller step, `.stop` to end the integration.
  func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure)
}
