internal import CGSL

/// The parts behind a ``Stepper``: GSL's driver with its control replaced, the system it calls, and the last good
/// state.
///
/// The driver is allocated because msadams, msbdf and the implicit Runge-Kutta methods read it; its own loop is not
/// used.
final class Engine: StepEngine {
  let context: EvaluationContext
  let dimension: Int
  private let system: UnsafeMutablePointer<gsl_odeiv2_system>
  private let driver: UnsafeMutablePointer<gsl_odeiv2_driver>
  private let lastState: UnsafeMutablePointer<Double>
  private var custom: (any CustomStep)?
  /// What lies within the last step; nil for GSL's own methods.
  private(set) var interior: StepInterior?
  /// Whether the method remembers times.
  private var keepsTimes = false
  /// Size of the next step, without sign.
  private(set) var size: Double
  private var backward = false
  private var accepted = 0
  private var rejectedBefore = 0

  private init(
    context: EvaluationContext, system: UnsafeMutablePointer<gsl_odeiv2_system>,
    driver: UnsafeMutablePointer<gsl_odeiv2_driver>, size: Double
  ) {
    self.context = context
    self.system = system
    self.driver = driver
    self.size = size
    dimension = context.dimension
    lastState = .allocate(capacity: context.dimension)
  }

  deinit {
    gsl_odeiv2_driver_free(driver)
    system.deallocate()
    lastState.deallocate()
  }

  /// Puts the parts together; a `custom` step is plugged into the box that GSL allocates for it.
  static func make(
    type: UnsafePointer<gsl_odeiv2_step_type>, custom: (any CustomStep)? = nil, name: String, system: any ODESystem,
    jacobianSystem: (any ODESystemWithJacobian)?, tolerance: Tolerance, control: StepControl, initialStep: Double
  ) throws(GSLError) -> Engine {
    GSLRuntime.ready
    let n = system.dimension
    guard n >= 1 else { throw .invalid("a system of \(n) equations cannot be integrated") }
    guard initialStep.isFinite && initialStep != 0 else {
      throw .invalid("the initial step must be finite and not 0, not \(initialStep)")
    }
    try tolerance.validate(dimension: n)

    let context = EvaluationContext(
      system: system, jacobianSystem: jacobianSystem, dimension: n, checksFiniteness: control == .nanSafe)
    let ownControl = try makeControl(control, tolerance, context)
    let raw = UnsafeMutablePointer<gsl_odeiv2_system>.allocate(capacity: 1)
    raw.initialize(to: context.makeSystem())
    guard let driver = gsl_odeiv2_driver_alloc_y_new(raw, type, abs(initialStep), 1e-6, 1e-6) else {
      raw.deallocate()
      gsl_odeiv2_control_free(ownControl)
      throw .memory("no memory to integrate \(n) equations with \(name)")
    }
    gsl_odeiv2_control_free(driver.pointee.c)
    driver.pointee.c = ownControl
    let engine = Engine(context: context, system: raw, driver: driver, size: abs(initialStep))
    if let custom, let state = driver.pointee.s.pointee.state {
      Unmanaged<CustomStepBox>.fromOpaque(state).takeUnretainedValue().configure(custom, context: context)
      engine.custom = custom
    }
    engine.keepsTimes = type == gsl_odeiv2_step_msadams || type == gsl_odeiv2_step_msbdf
    if let step = custom as? any DenseStep, let first = driver.pointee.e.pointee.dydt_in,
      let last = driver.pointee.e.pointee.dydt_out
    {
      engine.interior = StepInterior(step, dimension: n, start: engine.lastState, first: first, last: last)
    }
    try GSLError.check(gsl_odeiv2_control_set_driver(ownControl, driver), "the step-size control of \(name) failed")
    return engine
  }

  private static func makeControl(
    _ control: StepControl, _ tolerance: Tolerance, _ context: EvaluationContext
  ) throws(GSLError) -> UnsafeMutablePointer<gsl_odeiv2_control> {
    let n = context.dimension
    let made: UnsafeMutablePointer<gsl_odeiv2_control>?
    switch control {
    case .nanSafe:
      made = gsl_odeiv2_control_alloc(NaNSafeControl.type)
      if let state = made?.pointee.state {
        Unmanaged<NaNSafeControl>.fromOpaque(state).takeUnretainedValue()
          .configure(tolerance, dimension: n, context: context)
      }
    case .gslStandard where tolerance.tail.isEmpty:
      made = gsl_odeiv2_control_y_new(tolerance.absolute, tolerance.relative)
    case .gslStandard:
      let head = [Double](repeating: tolerance.absolute, count: n - tolerance.tail.count)
      made = gsl_odeiv2_control_scaled_new(1, tolerance.relative, 1, 0, head + tolerance.tail, n)
    }
    guard let made else { throw .memory("no memory for the step-size control of \(n) equations") }
    return made
  }

  var counts: StepCounts {
    StepCounts(
      accepted: accepted, rejected: rejectedBefore + Int(driver.pointee.e.pointee.failed_steps),
      evaluations: context.evaluations, jacobians: context.jacobians)
  }

  func errorEstimate(first count: Int) -> Double {
    guard accepted > 0, let estimate = driver.pointee.e.pointee.yerr else { return 0 }
    return BLAS.norm2(count: min(count, dimension), estimate)
  }

  /// Forgets the history of earlier steps but keeps the counts.
  func reset() {
    rejectedBefore += Int(driver.pointee.e.pointee.failed_steps)
    gsl_odeiv2_driver_reset(driver)
    context.forget()
    interior?.reset()
  }

  /// One-step methods of GSL know no time but that of the step.
  func shift(by amount: Double) {
    if keepsTimes { reset() }
    interior?.step.shift(by: amount)
  }

  func reset(initialStep: Double) {
    if initialStep.isFinite && initialStep != 0 { size = abs(initialStep) }
    reset()
  }

  func undo() {
    accepted -= 1
    rejectedBefore += 1
    interior?.undo()
    reset()
  }

  func step(
    time: inout Double, state: UnsafeMutablePointer<Double>, limit: Double
  ) throws(IntegrationError) {
    let start = time
    let interval = limit - start
    guard interval.isFinite else {
      throw .gsl(code: GSL_EINVAL, message: "cannot integrate from t = \(start) to t = \(limit)", time: start)
    }
    if interval == 0 { return }
    turn(backward: interval < 0)
    if abs(interval) < 4 * start.ulp { return try nudge(time: &time, state: state, limit: limit) }

    var h = min(size, custom?.largestStep ?? .infinity)
    // Within roundoff of the limit the step is stretched or shrunk onto it; GSL lands exactly when h exceeds the rest.
    if h >= abs(interval) * (1 - 1e-9) { h = max(h, abs(interval).nextUp) }
    let final = h > abs(interval)
    if !final && h < 4 * start.ulp { throw underflow(context.latestObstacle, time: start, step: h) }
    if backward { h = -h }

    lastState.update(from: state, count: dimension)
    context.beginStep(driver.pointee.e, from: start, to: limit)
    interior?.begin()
    let status = gsl_odeiv2_evolve_apply(
      driver.pointee.e, driver.pointee.c, driver.pointee.s, system, &time, limit, &h, state)
    if status == GSL_SUCCESS && context.pending == nil && time != start {
      accepted += 1
      size = abs(h)
      interior?.accept(from: start, step: driver.pointee.e.pointee.last_step, state: state)
      return
    }
    throw recover(status, &time, start: start, state, step: abs(h))
  }

  /// Moves by a few units in the last place of the time, which methods cannot divide into stages, with one Euler step.
  private func nudge(
    time: inout Double, state: UnsafeMutablePointer<Double>, limit: Double
  ) throws(IntegrationError) {
    // GSL writes this vector anew at the start of each step, so it is free between steps.
    guard let derivative = driver.pointee.e.pointee.dydt_in else { return }
    lastState.update(from: state, count: dimension)
    context.beginStep(driver.pointee.e, from: time, to: limit)
    interior?.begin()
    var status = context.evaluate(time, state, derivative)
    if status == GSL_SUCCESS {
      interior?.beginNudge(time, state)
      for i in 0..<dimension { state[i] += (limit - time) * derivative[i] }
      status = context.checkState(state)
    }
    if status == GSL_SUCCESS {
      accepted += 1
      interior?.acceptNudge(step: limit - time, state: state)
      time = limit
      return
    }
    throw recover(status, &time, start: time, state, step: abs(limit - time))
  }

  /// One step of exactly the given size without error control, for measuring orders.
  func fixedStep(
    time: inout Double, state: UnsafeMutablePointer<Double>, size h: Double
  ) throws(IntegrationError) {
    let start = time
    turn(backward: h < 0)
    lastState.update(from: state, count: dimension)
    context.beginStep(driver.pointee.e, from: start, to: start + h)
    interior?.begin()
    let status = gsl_odeiv2_evolve_apply_fixed_step(
      driver.pointee.e, nil, driver.pointee.s, system, &time, h, state)
    if status == GSL_SUCCESS && context.pending == nil {
      accepted += 1
      interior?.accept(from: start, step: h, state: state)
      return
    }
    throw recover(status, &time, start: start, state, step: abs(h))
  }

  /// Multistep methods and carried derivatives belong to one direction.
  private func turn(backward: Bool) {
    if backward == self.backward { return }
    self.backward = backward
    reset()
  }

  /// Goes back to the last accepted state, forgets the history, and says what went wrong.
  private func recover(
    _ status: CInt, _ time: inout Double, start: Double, _ state: UnsafeMutablePointer<Double>, step: Double
  ) -> IntegrationError {
    time = start
    state.update(from: lastState, count: dimension)
    interior?.fail()
    let error = diagnose(status, time: start, step: step)
    reset()
    return error
  }

  private func diagnose(_ status: CInt, time: Double, step: Double) -> IntegrationError {
    if let error = context.pending { return .stopped(error) }
    switch Int(status) {
    case GSL_EFAULT, GSL_EINVAL, GSL_ENOMEM, GSL_EBADLEN:
      return .gsl(code: Int(status), message: GSLError.words(for: status), time: time)
    default: break
    }
    return underflow(context.obstacle, time: time, step: step)
  }

  /// The error of a step size that cannot shrink further, by what stood in the way.
  private func underflow(_ obstacle: EvaluationContext.Obstacle?, time: Double, step: Double) -> IntegrationError {
    switch obstacle {
    case .nonFinite: .nonFinite(time: time)
    case .outsideDomain: .outsideDomain(time: time)
    case .error, nil: .stepUnderflow(time: time, step: step)
    }
  }
}
