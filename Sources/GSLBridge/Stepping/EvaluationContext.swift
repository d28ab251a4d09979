internal import CGSL

/// What GSL's callbacks see of a ``Stepper``: the system, the counts, and why the last trial step failed.
final class EvaluationContext {
  /// What stood in the way of the latest rejected trial step.
  enum Obstacle {
    case error
    case nonFinite
    case outsideDomain
  }

  /// Thrown into a custom step when the integration has already ended for another reason.
  private struct Abandoned: Error {}

  /// Trial steps that one step may reject: with halving, from any step size down by 45 orders of magnitude.
  private static let rejectionLimit: UInt = 150

  let system: any ODESystem
  let jacobianSystem: (any ODESystemWithJacobian)?
  let dimension: Int
  let checksFiniteness: Bool
  var evaluations = 0
  var jacobians = 0
  /// The obstacle of the latest rejected trial step of the present step.
  private(set) var obstacle: Obstacle?
  /// The obstacle of the latest rejected trial step since the history was forgotten.
  private(set) var latestObstacle: Obstacle?
  private(set) var pending: (any Error)?
  private var evolve: UnsafeMutablePointer<gsl_odeiv2_evolve>?
  private var rejectionsAllowed: UInt = 0
  /// Where the present step lies. Times of stages are sums, which may end a few units in the last place beyond it, where the system may
  /// be another one.
  private var window = -Double.infinity...Double.infinity

  init(
    system: any ODESystem, jacobianSystem: (any ODESystemWithJacobian)?, dimension: Int, checksFiniteness: Bool
  ) {
    self.system = system
    self.jacobianSystem = jacobianSystem
    self.dimension = dimension
    self.checksFiniteness = checksFiniteness
  }

  /// Starts the bookkeeping of one step.
  ///
  /// - Parameters:
  ///   - evolve: GSL's evolution, whose rejected steps are counted; nil for an engine that counts its own.
  ///   - time: where the step begins.
  ///   - limit: what it must not go beyond.
  func beginStep(_ evolve: UnsafeMutablePointer<gsl_odeiv2_evolve>?, from time: Double, to limit: Double) {
    self.evolve = evolve
    window = min(time, limit)...max(time, limit)
    rejectionsAllowed = (evolve?.pointee.failed_steps ?? 0) &+ EvaluationContext.rejectionLimit
    obstacle = nil
    pending = nil
  }

  /// Remembers why a trial step is about to be rejected.
  func meet(_ obstacle: Obstacle) {
    self.obstacle = obstacle
    latestObstacle = obstacle
  }

  /// Forgets the obstacles of earlier steps.
  func forget() { latestObstacle = nil }

  /// Remembers the first error that asked to stop; later ones are consequences.
  func stop(with error: any Error) {
    if pending == nil && !(error is Abandoned) { pending = error }
  }

  /// Evaluates F(t, y) and says in GSL's numbers how it went: 0, EDOM (try a smaller step) or EBADFUNC (end now).
  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) -> CInt {
    if mustEnd { return CInt(GSL_EBADFUNC) }
    evaluations += 1
    do throws(RightHandSideFailure) {
      try system.evaluate(within(time), state, derivative)
    } catch {
      return status(of: error)
    }
    return checked(derivative, dimension)
  }

  /// Checks a state that was reached without error control.
  func checkState(_ state: UnsafePointer<Double>) -> CInt { checked(state, dimension) }

  /// Evaluates the Jacobian, with the same answers as ``evaluate(_:_:_:)``.
  func evaluateJacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) -> CInt {
    guard let jacobianSystem, !mustEnd else { return CInt(GSL_EBADFUNC) }
    jacobians += 1
    do throws(RightHandSideFailure) {
      try jacobianSystem.jacobian(within(time), state, dfdy, dfdt)
    } catch {
      return status(of: error)
    }
    let first = checked(dfdy, dimension * dimension)
    return first == 0 ? checked(dfdt, dimension) : first
  }

  /// Evaluates F(t, y) for a step written in Swift.
  func evaluateOrThrow(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    try pass(evaluate(time, state, derivative))
  }

  /// Evaluates the Jacobian for a step written in Swift.
  func evaluateJacobianOrThrow(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    try pass(evaluateJacobian(time, state, dfdy, dfdt))
  }

  private func pass(_ status: CInt) throws(RightHandSideFailure) {
    if status == 0 { return }
    throw status == CInt(GSL_EBADFUNC) ? .stop(Abandoned()) : .outsideDomain
  }

  /// GSL's number for a failure, which is remembered.
  func status(of failure: RightHandSideFailure) -> CInt {
    switch failure {
    case .outsideDomain:
      meet(.outsideDomain)
      return CInt(GSL_EDOM)
    case .stop(let error):
      stop(with: error)
      return CInt(GSL_EBADFUNC)
    }
  }

  private func within(_ time: Double) -> Double {
    time > window.upperBound ? window.upperBound : time < window.lowerBound ? window.lowerBound : time
  }

  private var mustEnd: Bool {
    if pending != nil { return true }
    if let evolve, evolve.pointee.failed_steps > rejectionsAllowed { return true }
    return false
  }

  private func checked(_ values: UnsafePointer<Double>, _ count: Int) -> CInt {
    if !checksFiniteness || allFinite(values, count: count) { return CInt(GSL_SUCCESS) }
    meet(.nonFinite)
    return CInt(GSL_EDOM)
  }

  /// The `gsl_odeiv2_system` that calls back into this context, which it does not retain.
  func makeSystem() -> gsl_odeiv2_system {
    gsl_odeiv2_system(
      function: { time, state, derivative, parameters in
        guard let parameters, let state, let derivative else { return CInt(GSL_EFAULT) }
        return Unmanaged<EvaluationContext>.fromOpaque(parameters)._withUnsafeGuaranteedRef {
          $0.evaluate(time, state, derivative)
        }
      },
      jacobian: jacobianSystem == nil
        ? nil
        : { time, state, dfdy, dfdt, parameters in
          guard let parameters, let state, let dfdy, let dfdt else { return CInt(GSL_EFAULT) }
          return Unmanaged<EvaluationContext>.fromOpaque(parameters)._withUnsafeGuaranteedRef {
            $0.evaluateJacobian(time, state, dfdy, dfdt)
          }
        },
      dimension: dimension, params: Unmanaged.passUnretained(self).toOpaque())
  }
}
