internal import CGSL

/// An adaptive integrator of ẏ = F(t, y) that takes one accepted step at a time.
///
/// It runs GSL's evolution (`gsl_odeiv2_evolve_apply`) with a method, a step-size control and a system. The caller owns
/// the time and the state; between two steps it must not change them without calling ``reset(initialStep:)``. Any step
/// may run on any thread, one at a time; different steppers are independent.
public struct Stepper: ~Copyable {
  private let engine: any StepEngine

  /// A stepper with an explicit method.
  ///
  /// - Parameter initialStep: Size of the first trial step; its sign is ignored.
  /// - Throws: ``GSLError`` if the dimension, the tolerance or the initial step is invalid, or memory is short.
  public init(
    _ method: ExplicitMethod, system: any ODESystem, tolerance: Tolerance, control: StepControl = .nanSafe,
    initialStep: Double
  ) throws(GSLError) {
    engine = try Engine.make(
      type: method.stepType ?? CustomStepBox.type, custom: method.customStep, name: method.rawValue, system: system,
      jacobianSystem: nil, tolerance: tolerance, control: control,
      initialStep: initialStep)
  }

  /// A stepper with an implicit method, which needs the Jacobian and O(n²) memory.
  ///
  /// - Parameter initialStep: Size of the first trial step; its sign is ignored.
  /// - Throws: ``GSLError`` if the dimension, the tolerance or the initial step is invalid, or memory is short.
  public init(
    _ method: ImplicitMethod, system: any ODESystemWithJacobian, tolerance: Tolerance,
    control: StepControl = .nanSafe, initialStep: Double
  ) throws(GSLError) {
    engine = try Engine.make(
      type: method.stepType ?? CustomStepBox.type, custom: method.customStep, name: method.rawValue,
      system: system, jacobianSystem: system, tolerance: tolerance, control: control, initialStep: initialStep)
  }

  /// A stepper with a method written in Swift, which it keeps and calls ``CustomStep/prepare(dimension:)`` on.
  ///
  /// - Parameter initialStep: Size of the first trial step; its sign is ignored.
  /// - Throws: ``GSLError`` if the dimension, the tolerance or the initial step is invalid, or memory is short.
  public init(
    custom step: any CustomStep, system: any ODESystem, tolerance: Tolerance, control: StepControl = .nanSafe,
    initialStep: Double
  ) throws(GSLError) {
    engine = try Engine.make(
      type: CustomStepBox.type, custom: step, name: step.name, system: system, jacobianSystem: nil,
      tolerance: tolerance,
      control: control, initialStep: initialStep)
  }

  /// A stepper with the exponential Adams method that treats the system's stiff part exactly.
  ///
  /// - Parameters:
  ///   - initialStep: Size of the first trial step; its sign is ignored.
  ///   - highestOrder: 1 to 8.
  /// - Throws: ``GSLError`` if the tolerance or the initial step is invalid.
  package init(
    plateau system: any StiffSystem, part: any StiffPart, tolerance: Tolerance, initialStep: Double,
    highestOrder: Int = 8
  ) throws(GSLError) {
    engine = try ExponentialAdams(
      system: system, part: part, tolerance: tolerance.proportional, initialStep: initialStep,
      highestOrder: highestOrder)
  }

  /// A stepper that begins with dop853 and goes over to exponential Adams where stability pins the step and the stiff part
  /// is known.
  ///
  /// - Parameters:
  ///   - initialStep: Size of the first trial step; its sign is ignored.
  ///   - horizon: The end of the integration, from which the remaining work is estimated.
  /// - Throws: ``GSLError`` if the dimension, the tolerance or the initial step is invalid, or memory is short.
  package init(
    choosing system: any ODESystem, part: (any StiffPart)?, tolerance: Tolerance, initialStep: Double, horizon: Double
  ) throws(GSLError) {
    engine = try AutoEngine(
      system: system, part: part, tolerance: tolerance, initialStep: initialStep, horizon: horizon)
  }

  /// What a stepper that chooses among methods has chosen so far; nil for one method.
  public var choice: String? { engine.choice }

  /// Whether the present method is exponential Adams.
  package var isPlateau: Bool { engine.isPlateau }

  /// What the integration cost since the stepper was made.
  public var counts: StepCounts { engine.counts }

  /// Size of the step that the control suggests next, without sign; a step shortened to land on a limit leaves it
  /// alone.
  public var nextStep: Double { engine.size }

  /// Euclidean norm of the last accepted step's local error estimate over the first `count` components; 0 before any
  /// step.
  public func errorEstimate(first count: Int) -> Double { engine.errorEstimate(first: count) }

  /// Takes one accepted step from `time` towards `limit` and never beyond it, landing on it exactly when within reach.
  ///
  /// Does nothing if `time == limit`; a limit before `time` integrates backwards. At most about 150 trial steps are
  /// rejected, and a step below 4 units in the last place of `time` is given up, so the call always returns. A limit
  /// nearer than that is reached by one Euler step, which is exact to rounding.
  ///
  /// F is evaluated between `time` and `limit` only, both included, and must be continuous there. A jump that falls between the nodes of a
  /// method may pass its error estimate unseen: the intervals that Gauss' methods, rk4 and the other step-doubling ones leave unseen are
  /// up to a quarter of a step. Hence a jump belongs to the caller: step to it as the limit with the F before it, then change to the one
  /// after it and ``reset(initialStep:)``.
  ///
  /// - Parameter state: n components, with n the system's dimension.
  /// - Throws: ``IntegrationError``; `time` and `state` are then those of the last accepted step, and stepping may be
  ///   resumed.
  public mutating func step(
    time: inout Double, state: UnsafeMutablePointer<Double>, limit: Double
  ) throws(IntegrationError) { try engine.step(time: &time, state: state, limit: limit) }

  /// Takes accepted steps until `time == target` exactly.
  ///
  /// - Throws: ``IntegrationError``; `time` and `state` are then those of the last accepted step.
  public mutating func advance(
    time: inout Double, state: UnsafeMutablePointer<Double>, to target: Double
  ) throws(IntegrationError) {
    while time != target { try engine.step(time: &time, state: state, limit: target) }
  }

  /// Forgets the history, as needed after the caller changed time or state; counts keep accumulating.
  ///
  /// - Parameter initialStep: Size of the next trial step; 0 or a value that is not finite keeps the present one.
  public mutating func reset(initialStep: Double) { engine.reset(initialStep: initialStep) }

  /// Takes the last step, which was accepted, for a trial, whose integrals do not count; the caller has put time and state back to its
  /// start. Of a dense stepper only.
  package mutating func undo() { engine.undo() }

  /// Takes one step of exactly the given size, whatever its error: for measuring orders of convergence.
  package mutating func fixedStep(
    time: inout Double, state: UnsafeMutablePointer<Double>, size: Double
  ) throws(IntegrationError) { try engine.fixedStep(time: &time, state: state, size: size) }

  /// Whether the solution within the last accepted step is known, and rates can be integrated along it: true of this project's own
  /// methods, false of GSL's.
  package var isDense: Bool { engine.isDense }

  /// Integrates rates along the solution, outside the error control, their integrals beginning at 0; of a dense stepper only, before
  /// its first step.
  package mutating func integrate(_ rates: any StageRates) { engine.integrate(rates) }

  /// The solution within the last accepted step; to be asked before the next step only.
  package var solution: StepSolution { StepSolution(engine: engine) }

  /// The sums over all steps of the integrals' error estimates, in the same order. They are estimates, not bounds.
  package var integralErrors: UnsafeBufferPointer<Double> { engine.integralErrors }

  /// F at the last accepted state; nil where no evaluation there is at hand.
  package var derivative: UnsafePointer<Double>? { engine.derivative }

  /// Takes an amount off the stepper's clock, for a caller who takes it off the time: of autonomous systems only.
  package mutating func shift(by amount: Double) { engine.shift(by: amount) }
}
