import CMath
import GSLBridge
import Testing

/// What lies within steps that are not ordinary: Euler steps onto near limits, failed ones, those after a change of the clock.
@Suite struct DenseProtocolTests {
  /// A limit a rounding error away is reached by an Euler step, along which everything is linear.
  @Test(arguments: DenseMethod.allCases, [0.0, 0.3]) func stepsOntoNearLimitsAreLinear(
    _ method: DenseMethod, _ way: Double
  ) throws {
    let system = DepthTwoMode.system()
    // A clock far from 0 makes its unit in the last place as large as is needed to see something.
    let origin = 0x1p40
    system.field = { _, x, dx in dx[0] = 2 * x[0] * (1 - x[0]) }
    var stepper = try method.stepper(system, 1e-6, initialStep: 0.5, horizon: 0x1p41)
    stepper.integrate(DepthTwoMode.rates())
    var (t, x) = (origin, [0.5])
    if way > 0 { try stepper.advance(time: &t, state: &x, to: origin + 0.3) }
    var (u, before, slope) = ([0.0], [0.0], [0.0])
    stepper.solution.integrals(1, into: &before)
    let (start, h) = (x[0], t.ulp)
    let state = x
    try stepper.step(time: &t, state: &x, limit: t + h)
    stepper.solution.interpolate(0, into: &u)
    #expect(u == state)
    stepper.solution.interpolate(1, into: &u)
    #expect(u == x)
    let rate = 2 * start * (1 - start)
    stepper.solution.interpolate(0.25, into: &u)
    #expect(abs(u[0] - start - 0.25 * h * rate) < 1e-15)
    stepper.solution.slope(0.25, into: &slope)
    #expect(slope[0] == rate)
    for theta in [0, 0.25, 1] {
      stepper.solution.integrals(theta, into: &u)
      #expect(abs(u[0] - before[0] - theta * h * 2 * (1 - start)) < 1e-15)
    }
    try stepper.step(time: &t, state: &x, limit: t + 0.1)
    stepper.solution.integrals(1, into: &u)
    #expect(abs(u[0] - log(x[0] / 0.5)) < 1e-3)
  }

  /// After a step that failed there is nothing but the state where it began, and the integrals up to there.
  @Test(arguments: [DenseMethod.dop853, .dopri5, .rkc2, .plateau, .auto]) func failedStepsLeaveTheState(
    _ method: DenseMethod
  ) throws {
    let system = DepthTwoMode.system()
    let field = system.field
    var stepper = try method.stepper(system, 1e-8)
    stepper.integrate(DepthTwoMode.rates())
    var (t, x) = (0.0, [DepthTwoMode.start])
    try stepper.advance(time: &t, state: &x, to: 0.5)
    var (integral, again, u) = ([0.0], [0.0], [0.0])
    stepper.solution.integrals(1, into: &integral)
    var calls = 0
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      calls += 1
      if calls > 1 { throw .stop(Interruption(number: calls)) }
      try field(t, x, dx)
    }
    #expect(throws: IntegrationError.self) { try stepper.step(time: &t, state: &x, limit: 3) }
    for theta in [0, 0.5, 1] {
      stepper.solution.interpolate(theta, into: &u)
      #expect(u == x)
      stepper.solution.integrals(theta, into: &again)
      #expect(again == integral)
    }
    let hasNone = stepper.derivative == nil
    #expect(hasNone)
    system.field = field
    try stepper.advance(time: &t, state: &x, to: 2)
    stepper.solution.integrals(1, into: &integral)
    #expect(abs(integral[0] - DepthTwoMode.integral(2)) < 1e-5)
  }

  /// A clock that starts anew changes no step of an autonomous system; multistep formulas see it in the last digits of their nodes.
  @Test(arguments: DenseMethod.allCases) func theClockMayStartAnew(_ method: DenseMethod) throws {
    func run(shifting: Bool) throws -> (times: [Double], states: [[Double]], counts: StepCounts, integral: [Double]) {
      let system = StiffClosure.logistic(exact: true)
      var stepper = try method.stepper(system, method == .rkc2 || method == .gauss1 ? 1e-5 : 1e-7, horizon: 1e3)
      stepper.integrate(ClosureRates(1) { _, x, q in q[0] = 1 - x[0] })
      var (t, x, elapsed) = (0.0, [0.1], 0.0)
      var (times, states): ([Double], [[Double]]) = ([], [])
      for k in 0..<40 {
        try stepper.step(time: &t, state: &x, limit: 1e3)
        times.append(elapsed + t)
        states.append(x)
        if shifting && k % 5 == 0 {
          stepper.shift(by: t)
          elapsed += t
          t = 0
        }
      }
      var integral = [0.0]
      stepper.solution.integrals(1, into: &integral)
      return (times, states, stepper.counts, integral)
    }
    let (plain, shifted) = (try run(shifting: false), try run(shifting: true))
    #expect(plain.counts == shifted.counts)
    for (a, b) in zip(plain.times, shifted.times) { #expect(abs(a - b) < (method == .plateau ? 1e-3 : 1e-12) * a) }
    if method == .plateau {
      // Its step sizes see noise in high differences.
      for (time, x) in zip(shifted.times, shifted.states) {
        #expect(abs(x[0] - StepperTests.logistic(0.1, time)) < 1e-6)
      }
      #expect(abs(shifted.integral[0] - log(shifted.states[39][0] / 0.1)) < 1e-6)
    } else {
      #expect(plain.states == shifted.states)
      #expect(abs(plain.integral[0] - shifted.integral[0]) < 1e-13)
    }
  }

  /// What an engine has chosen is told by the clock that it started with.
  @Test func theTimeOfAChangeOfMethodStays() throws {
    func choice(shifting: Bool) throws -> String? {
      let system = AutoEngineTests.pursuits([1e4, 1])
      system.field = { _, x, dx in (dx[0], dx[1]) = (-1e4 * x[0], -x[1]) }
      var stepper = try DenseMethod.auto.stepper(system, 1e-6, initialStep: 1e-4, horizon: 20)
      var (t, x) = (0.0, [1.0, 1])
      var isPlateau = false
      while !isPlateau {
        try stepper.step(time: &t, state: &x, limit: 20)
        if shifting {
          stepper.shift(by: t)
          t = 0
        }
        isPlateau = stepper.isPlateau
      }
      return stepper.choice
    }
    let (plain, shifted) = (try choice(shifting: false), try choice(shifting: true))
    #expect(plain == shifted)
  }

  /// GSL's own methods know nothing within their steps, and keep going when the clock is set back.
  @Test(arguments: AnyMethod.allCases) func otherMethodsAreNotDense(_ method: AnyMethod) throws {
    let isOwn = DenseMethod(rawValue: method.testDescription) != nil
    var stepper = try method.stepper(.logistic, Tolerance(relative: 1e-5, absolute: 1e-5))
    let isDense = stepper.isDense
    #expect(isDense == isOwn)
    var (t, x) = (0.0, [0.2])
    try stepper.advance(time: &t, state: &x, to: 1)
    stepper.shift(by: 1)
    t = 0
    try stepper.advance(time: &t, state: &x, to: 1)
    #expect(abs(x[0] - StepperTests.logistic(0.2, 2)) < 1e-2)
  }
}
