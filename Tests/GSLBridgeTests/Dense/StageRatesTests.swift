import CMath
import GSLBridge
import Testing

/// Integrals of rates beside the steps.
@Suite struct StageRatesTests {
  /// Every step, to the last bit, is what it is without rates, of which there are as many evaluations as announced, each where F was
  /// evaluated last.
  @Test(arguments: DenseMethod.allCases) func stepsAreTheSameWithAndWithoutRates(_ method: DenseMethod) throws {
    struct Run: Equatable {
      var times: [Double] = []
      var states: [[Double]] = []
      var counts = StepCounts()
      var next = 0.0
    }
    func run(_ integrating: Bool) throws -> (Run, writes: Int) {
      let system = AutoEngineTests.pursuits([1e4, 2e3, 50, 1])
      let field = system.field
      var last = (time: Double.nan, state: [Double]())
      system.field = { (t, x, dx) throws(RightHandSideFailure) in
        last = (t, Array(UnsafeBufferPointer(start: x, count: 4)))
        try field(t, x, dx)
      }
      // A first step far too large, so that some are rejected.
      var stepper = try method.stepper(system, 1e-5, initialStep: 1, horizon: 20)
      var elsewhere = 0
      let rates = ClosureRates(3, kinks: [RateKink(switches: 0, width: 1, branches: [1, 2])]) { t, x, q in
        if t != last.time || Array(UnsafeBufferPointer(start: x, count: 4)) != last.state { elsewhere += 1 }
        (q[0], q[1], q[2]) = (x[0], x[1] * x[3], -x[2])
      }
      if integrating { stepper.integrate(rates) }
      var (t, x) = (0.0, [1.0, 1, 1, 1.2])
      var run = Run()
      var values = [Double](repeating: 0, count: 5)
      for _ in 0..<120 {
        try stepper.step(time: &t, state: &x, limit: 20)
        run.times.append(t)
        run.states.append(x)
        if integrating { stepper.solution.integrals(0.4, into: &values) }
        stepper.solution.interpolate(0.3, into: &values)
      }
      run.counts = stepper.counts
      run.next = stepper.nextStep
      #expect(elsewhere == 0)
      return (run, rates.writes)
    }
    let (plain, none) = try run(false)
    let (integrating, writes) = try run(true)
    #expect(plain == integrating && none == 0)
    let trials = plain.counts.accepted + plain.counts.rejected
    switch method {
    case .dopri5: #expect(writes == 1 + 5 * trials)
    case .dop853: #expect(writes == 1 + 8 * trials)
    case .rkc2: #expect(writes == 1 + trials)
    case .plateau: #expect(writes == 1 + plain.counts.accepted)
    case .gauss1, .gauss2, .auto: #expect(writes > plain.counts.accepted)
    }
    #expect(plain.counts.rejected > 0)
  }

  /// Trials that are rejected leave nothing behind: a step that is accepted after several gives what a step of that size gives at once.
  @Test(arguments: [DenseMethod.dopri5, .dop853, .rkc2, .gauss1, .gauss2]) func rejectedTrialsLeaveIntegralsAlone(
    _ method: DenseMethod
  ) throws {
    let kinks = [RateKink(switches: 1, width: 1, branches: [0, 1])]
    func rates() -> ClosureRates {
      ClosureRates(2, kinks: kinks) { _, x, q in (q[0], q[1]) = (2 * (1 - x[0]), x[0] - 0.06) }
    }
    var rejecting = try method.stepper(DepthTwoMode.system(), 1e-6, initialStep: 3)
    var direct = try method.stepper(DepthTwoMode.system(), 1e-6)
    rejecting.integrate(rates())
    direct.integrate(rates())
    var (t, x) = (0.0, [DepthTwoMode.start])
    var (s, y) = (t, x)
    var (a, b) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    for _ in 0..<3 {
      let before = t
      try rejecting.step(time: &t, state: &x, limit: 3)
      try direct.fixedStep(time: &s, state: &y, size: t - before)
      rejecting.solution.integrals(1, into: &a)
      direct.solution.integrals(1, into: &b)
      // Not to the last bit where t − before is rounded.
      for i in 0..<4 { #expect(abs(a[i] - b[i]) < 1e-14) }
      #expect(abs(a[0] - DepthTwoMode.integral(t)) < 1e-3)
    }
    #expect(rejecting.counts.rejected > 0 && direct.counts.rejected == 0)
  }

  /// The errors are no larger than the estimates, summed, twice over.
  @Test(arguments: [1e-4, 1e-6, 1e-8, 1e-10], [DenseMethod.dop853, .dopri5, .plateau]) func errorsAreEstimated(
    _ rtol: Double, _ method: DenseMethod
  ) throws {
    var stepper = try method.stepper(DepthTwoMode.system(), rtol)
    stepper.integrate(DepthTwoMode.rates())
    var (t, x) = (0.0, [DepthTwoMode.start])
    try stepper.advance(time: &t, state: &x, to: 8)
    var integral = [0.0]
    stepper.solution.integrals(1, into: &integral)
    // What a claim sees: ln σ/σ₀ with the σ that was computed.
    let residual = abs(integral[0] - log(x[0] / DepthTwoMode.start))
    let estimate = stepper.integralErrors[0]
    #expect(residual < 1e-14 + 2 * estimate && estimate < 1e3 * rtol, "\(residual), \(estimate)")
    #expect(residual < 20 * rtol)
  }

  /// Backwards the integrals go back, and a reset leaves them as they are.
  @Test(arguments: DenseMethod.allCases) func integralsGoBack(_ method: DenseMethod) throws {
    let rtol = method == .rkc2 || method == .gauss1 ? 1e-5 : 1e-8
    var stepper = try method.stepper(DepthTwoMode.system(), rtol)
    stepper.integrate(
      ClosureRates(2, kinks: [RateKink(switches: 1, width: 1, branches: [1])]) { _, x, q in
        (q[0], q[1]) = (2 * (1 - x[0]), x[0] - 0.2)
      })
    var (t, x) = (0.0, [DepthTwoMode.start])
    var (there, again, back) = ([0.0, 0, 0], [0.0, 0, 0], [0.0, 0, 0])
    try stepper.advance(time: &t, state: &x, to: 2)
    stepper.solution.integrals(1, into: &there)
    stepper.reset(initialStep: 1e-3)
    stepper.solution.integrals(1, into: &again)
    #expect(there == again)
    #expect(abs(there[0] - DepthTwoMode.integral(2)) < 1e3 * rtol)
    // σ = 1/(1 + 19e^{−2t}) is below 0.2 up to e^{2t} = 19/4, and its integral is ½ ln((e^{2t} + 19)/20).
    #expect(abs(there[2] - 0.5 * log((4.75 + 19) / 20) + 0.1 * log(4.75)) < 1e3 * rtol)
    try stepper.advance(time: &t, state: &x, to: 0)
    stepper.solution.integrals(1, into: &back)
    #expect(abs(back[0]) < 1e4 * rtol && abs(back[2]) < 1e4 * rtol)
  }

  /// Over a change of method in mid-course there is no jump, and the integral of cos is sin throughout.
  @Test(arguments: [1e-4, 1e-6, 1e-8]) func integralsGoOnOverAChangeOfMethod(_ rtol: Double) throws {
    let system = AutoEngineTests.pursuits([1e4, 2e3, 50, 1])
    var stepper = try DenseMethod.auto.stepper(system, rtol, initialStep: 1e-4, horizon: 20)
    stepper.integrate(
      ClosureRates(1, kinks: [RateKink(switches: 0, width: 1, branches: [0])]) { _, x, q in q[0] = x[0] })
    var (t, x) = (0.0, [1.0, 1, 1, 1])
    var (start, end, middle, u) = ([0.0, 0], [0.0, 0], [0.0, 0], x)
    var hadPlateau = false
    while t < 20 {
      let (before, state, estimate) = (t, x, stepper.integralErrors[0])
      try stepper.step(time: &t, state: &x, limit: 20)
      stepper.solution.integrals(0, into: &start)
      #expect(start == end)
      stepper.solution.integrals(1, into: &end)
      stepper.solution.integrals(0.5, into: &middle)
      let time = 0.5 * (before + t)
      #expect(abs(middle[0] - sin(time)) < 10 * rtol && abs(end[0] - sin(t)) < 10 * rtol)
      #expect(stepper.integralErrors[0] >= estimate)
      // Also of the step after which the method was changed.
      stepper.solution.interpolate(0, into: &u)
      #expect(u == state)
      stepper.solution.interpolate(0.5, into: &u)
      #expect(abs(u[3] - cos(time)) < 10 * rtol)
      hadPlateau = stepper.isPlateau
    }
    #expect(hadPlateau)
    #expect(abs(end[1] - KinkTests.negative(20)) < 10 * rtol)
  }
}
