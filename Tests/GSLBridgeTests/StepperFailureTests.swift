import CMath
import GSLBridge
import Testing

/// What happens when the right-hand side, the Jacobian or a custom step fails.
@Suite struct StepperFailureTests {
  /// Runs until the first error and returns it.
  static func failure(
    _ stepper: inout Stepper, _ time: inout Double, _ state: inout [Double], to target: Double
  ) -> IntegrationError? {
    do throws(IntegrationError) {
      try stepper.advance(time: &time, state: &state, to: target)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: AnyMethod.allCases) func aThrownErrorStopsAtTheLastAcceptedStateAndCanBeResumed(
    _ method: AnyMethod
  ) throws {
    let rtol = method.fairTolerance
    let system = ClosureSystem.logistic
    let field = system.field
    let full = system.derivative
    var stepper = try method.stepper(system, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (0.0, [0.2])
    try stepper.advance(time: &t, state: &x, to: 0.5)

    var calls = 0
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      calls += 1
      if calls > 7 { throw .stop(Interruption(number: calls)) }
      try field(t, x, dx)
    }
    let (timeBefore, stateBefore) = (t, x)
    var (lastTime, lastState) = (t, x)
    var caught: IntegrationError?
    while caught == nil && t < 3 {
      (lastTime, lastState) = (t, x)
      do throws(IntegrationError) { try stepper.step(time: &t, state: &x, limit: 3) } catch { caught = error }
    }
    guard case .stopped(let error) = try #require(caught) else { throw try #require(caught) }
    // The first error is reported, and hardly any call is made after it.
    #expect(error as? Interruption == Interruption(number: 8))
    #expect(calls == 8)
    #expect(t == lastTime && x == lastState)
    #expect(t >= timeBefore && (t > timeBefore || x == stateBefore))

    system.field = field
    if case .implicit = method {
      system.derivative = { (_, _, _, _) throws(RightHandSideFailure) in throw .stop(Interruption(number: -1)) }
      stepper.reset(initialStep: 1e-3)
      let error = Self.failure(&stepper, &t, &x, to: 3)
      guard case .stopped(let inner) = try #require(error) else { throw try #require(error) }
      #expect(inner as? Interruption == Interruption(number: -1))
      system.derivative = full
    }
    try stepper.advance(time: &t, state: &x, to: 3)
    #expect(t == 3)
    #expect(abs(x[0] - StepperTests.logistic(0.2, 3)) < 1000 * rtol)
  }

  @Test(arguments: AnyMethod.allCases) func nanIsRejectedByTheSafeControl(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    for bad in [Double.nan, .infinity] {
      let system = ClosureSystem(
        1, { t, x, dx in dx[0] = t > 0.5 ? bad : -x[0] },
        jacobian: { _, _, j, dt in (j[0], dt[0]) = (-1, 0) })
      var stepper = try method.stepper(system, Tolerance(relative: rtol, absolute: rtol))
      var (t, x) = (0.0, [1.0])
      let error = Self.failure(&stepper, &t, &x, to: 1)
      guard case .nonFinite(let time) = try #require(error) else { throw try #require(error) }
      #expect(time == t)
      #expect(abs(t - 0.5) < 1e-9)
      #expect(abs(x[0] - exp(-0.5)) < 1000 * rtol)
    }
  }

  /// The negative control: GSL's own control lets NaN through without a word, as ``StepControl/gslStandard`` says.
  @Test(arguments: [ExplicitMethod.rkf45, .rk8pd, .rkck, .dopri5]) func nanIsAcceptedByGSLsControl(
    _ method: ExplicitMethod
  ) throws {
    let system = ClosureSystem(1, { t, x, dx in dx[0] = t > 0.5 ? .nan : -x[0] })
    var stepper = try Stepper(
      method, system: system, tolerance: Tolerance(relative: 1e-8, absolute: 1e-8), control: .gslStandard,
      initialStep: 1e-3)
    var (t, x) = (0.0, [1.0])
    try stepper.advance(time: &t, state: &x, to: 1)
    #expect(t == 1)
    #expect(x[0].isNaN)
  }

  @Test(arguments: AnyMethod.allCases) func nanAtTheStartIsTyped(_ method: AnyMethod) throws {
    let system = ClosureSystem(
      2, { _, _, dx in (dx[0], dx[1]) = (1, .nan) },
      jacobian: { _, _, j, dt in
        for i in 0..<4 {
          j[i] = 0
          dt[i / 2] = 0
        }
      })
    var stepper = try method.stepper(system, Tolerance(relative: 1e-6, absolute: 1e-6))
    var (t, x) = (0.0, [1.0, 2.0])
    let error = Self.failure(&stepper, &t, &x, to: 1)
    guard case .nonFinite(let time) = try #require(error) else { throw try #require(error) }
    #expect(time == 0 && t == 0 && x == [1, 2])
    #expect(stepper.counts.evaluations < 1000)
  }

  @Test(arguments: AnyMethod.allCases) func leavingTheDomainIsTyped(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    // ẋ = −1 where x > 0 only: the domain ends at t = 1.
    let system = ClosureSystem(
      1,
      { (_, x, dx) throws(RightHandSideFailure) in
        if x[0] <= 0 { throw .outsideDomain }
        dx[0] = -1
      }, jacobian: { _, _, j, dt in (j[0], dt[0]) = (0, 0) })
    var stepper = try method.stepper(system, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (0.0, [1.0])
    let error = Self.failure(&stepper, &t, &x, to: 2)
    guard case .outsideDomain(let time) = try #require(error) else { throw try #require(error) }
    #expect(time == t)
    #expect(abs(t - 1) < 1e-6)
    #expect(x[0] > 0)
    #expect(error?.description.contains("leaves the domain") == true)
  }

  @Test func anOutsideDomainAtTimeZeroEndsAfterABoundedNumberOfTrials() throws {
    let system = ClosureSystem(
      1,
      { (t, _, dx) throws(RightHandSideFailure) in
        if t > 0 { throw .outsideDomain }
        dx[0] = 1
      })
    var stepper = try Stepper(
      .rk8pd, system: system, tolerance: Tolerance(relative: 1e-6, absolute: 1e-6), initialStep: 0.1)
    var (t, x) = (0.0, [1.0])
    guard case .outsideDomain = Self.failure(&stepper, &t, &x, to: 1) else {
      Issue.record("expected the end of the domain")
      return
    }
    #expect(t == 0 && x == [1])
    #expect(stepper.counts.rejected <= 151 && stepper.counts.evaluations < 200)
  }

  @Test func invalidRequestsAreRefused() throws {
    let system = ClosureSystem.logistic
    let fine = Tolerance(relative: 1e-6, absolute: 1e-6)
    let bad: [(Tolerance, Double)] = [
      (Tolerance(relative: -1, absolute: 0), 0.1), (Tolerance(relative: .nan, absolute: 0), 0.1),
      (Tolerance(relative: 0, absolute: 0), 0.1), (Tolerance(relative: 0, absolute: .infinity), 0.1),
      (Tolerance(relative: 1e-6, absolute: 1, tail: [1, 1]), 0.1),
      (Tolerance(relative: 1e-6, absolute: 1, tail: [-1]), 0.1),
      (fine, 0), (fine, .nan), (fine, .infinity),
    ]
    for (tolerance, step) in bad {
      #expect(throws: GSLError.self) {
        _ = try Stepper(.rkf45, system: system, tolerance: tolerance, initialStep: step)
      }
    }
    #expect(throws: GSLError.self) {
      _ = try Stepper(.rkf45, system: ClosureSystem(0, { _, _, _ in }), tolerance: fine, initialStep: 0.1)
    }
    var stepper = try Stepper(.rkf45, system: system, tolerance: fine, initialStep: 0.1)
    for target in [Double.nan, .infinity] {
      var (t, x) = (0.0, [0.5])
      guard case .gsl(_, let message, 0) = Self.failure(&stepper, &t, &x, to: target) else {
        Issue.record("an impossible target was accepted")
        return
      }
      #expect(!message.isEmpty && t == 0 && x == [0.5])
    }
  }

  /// A custom step may fail in its own name.
  final class FailingStep: CustomStep {
    let name = "failing"
    let order = 1
    var error: RightHandSideFailure = .outsideDomain
    var resets = 0
    func prepare(dimension: Int) {}
    func apply(
      time: Double, step: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
      derivativeIn: UnsafePointer<Double>, derivativeOut: UnsafeMutablePointer<Double>,
      evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
    ) throws(RightHandSideFailure) {
      state[0] = .nan
      throw self.error
    }
    func reset() { resets += 1 }
  }

  @Test func aFailingCustomStepLeavesTheStateAlone() throws {
    let step = FailingStep()
    var stepper = try Stepper(
      custom: step, system: ClosureSystem.logistic, tolerance: Tolerance(relative: 1e-6, absolute: 1e-6),
      initialStep: 0.1)
    var (t, x) = (0.25, [0.5])
    guard case .outsideDomain(0.25) = Self.failure(&stepper, &t, &x, to: 1) else {
      Issue.record("expected the end of the domain")
      return
    }
    step.error = .stop(Interruption(number: 3))
    guard case .stopped(let error) = Self.failure(&stepper, &t, &x, to: 1) else {
      Issue.record("expected a stop")
      return
    }
    #expect(error as? Interruption == Interruption(number: 3))
    #expect(t == 0.25 && x == [0.5])
    #expect(step.resets >= 2)
  }
}
