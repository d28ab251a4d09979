import CMath
import GSLBridge
import Testing

/// What steppers tell of the solution within their steps.
@Suite struct DenseOutputTests {
  /// The largest errors, over fixed steps, of the state and of an integral inside the steps and at the end of each.
  struct Errors {
    var state = 0.0
    var inside = 0.0
    var end = 0.0

    static func of(_ stepper: consuming Stepper, step h: Double, to final: Double) throws -> Errors {
      var stepper = stepper
      stepper.integrate(DepthTwoMode.rates())
      var (t, x) = (0.0, [DepthTwoMode.start])
      var errors = Errors()
      var (u, start) = ([0.0], [0.0])
      while t < final {
        let before = t
        try stepper.fixedStep(time: &t, state: &x, size: h)
        stepper.solution.integrals(0, into: &start)
        for j in 1...8 {
          let theta = Double(j) / 8
          let time = before + theta * h
          stepper.solution.interpolate(theta, into: &u)
          errors.state = max(errors.state, abs(u[0] - DepthTwoMode.value(time)))
          stepper.solution.integrals(theta, into: &u)
          let exact = DepthTwoMode.integral(time) - DepthTwoMode.integral(before)
          errors.inside = max(errors.inside, abs(u[0] - start[0] - exact))
        }
        errors.end = max(errors.end, abs(u[0] - DepthTwoMode.integral(t)))
      }
      return errors
    }

    /// log₂ of the ratios to the errors with half the step.
    func orders(_ half: Errors) -> Errors {
      Errors(
        state: log2(state / half.state), inside: log2(inside / half.inside), end: log2(end / half.end))
    }
  }

  struct Expected: Sendable, CustomTestStringConvertible {
    let method: DenseMethod
    let step: Double
    let state: Double
    let inside: Double
    let end: Double
    var testDescription: String { method.rawValue }
  }

  @Test(arguments: [
    Expected(method: .dop853, step: 0.25, state: 6.5, inside: 6.5, end: 7.5),
    Expected(method: .dopri5, step: 0.125, state: 4.5, inside: 4.5, end: 4.5),
    Expected(method: .gauss1, step: 0.125, state: 1.8, inside: 1.8, end: 1.8),
    Expected(method: .gauss2, step: 0.125, state: 2.8, inside: 2.8, end: 3.8),
    Expected(method: .rkc2, step: 0.0625, state: 1.8, inside: 2.8, end: 1.8),
  ]) func observedOrders(_ expected: Expected) throws {
    let errors = try [1, 0.5].map {
      try Errors.of(
        expected.method.stepper(DepthTwoMode.system(), 1e-3), step: $0 * expected.step, to: 4)
    }
    let orders = errors[0].orders(errors[1])
    #expect(
      orders.state > expected.state && orders.inside > expected.inside && orders.end > expected.end, "\(orders)")
  }

  /// A wrong digit of the table spoils the order inside the steps, and nothing else.
  @Test func aWrongDigitOfTheTableSpoilsTheOrder() throws {
    let table = DormandPrince853.continuation.altered(10, by: 1e-5)
    let errors = try [0.25, 0.125].map {
      try Errors.of(
        Stepper(
          custom: DormandPrince853(continuation: table), system: DepthTwoMode.system(),
          tolerance: Tolerance(relative: 1e-3, absolute: 1e-3), initialStep: 0.1), step: $0, to: 4)
    }
    let orders = errors[0].orders(errors[1])
    #expect(orders.state < 3 && orders.inside < 3 && orders.end > 7.5, "\(orders)")
  }

  /// The ends of every step are met exactly, the derivative at hand is F's, and the slope at the ends is too where the method's
  /// continuation is smooth.
  @Test(arguments: DenseMethod.allCases) func endsOfStepsAreMet(_ method: DenseMethod) throws {
    let system = AutoEngineTests.pursuits([1e3, 20, 1])
    var stepper = try method.stepper(system, 1e-5, horizon: 100)
    let (isDense, none) = (stepper.isDense, stepper.derivative == nil)
    #expect(isDense && none)
    var (t, x) = (0.0, [1.0, 1.1, 0.5])
    var (u, slope, exact) = (x, x, x)
    for _ in 0..<60 where t < 3 {
      let (before, start) = (t, x)
      try stepper.step(time: &t, state: &x, limit: 3)
      stepper.solution.interpolate(0, into: &u)
      #expect(u == start)
      stepper.solution.interpolate(1, into: &u)
      #expect(u == x)
      try system.evaluate(t, x, &exact)
      let found = stepper.derivative
      let derivative = try #require(found)
      #expect((0..<3).allSatisfy { derivative[$0] == exact[$0] })
      if method == .gauss1 || method == .gauss2 { continue }
      let scale = exact.reduce(1e-3 * 1e3) { max($0, abs($1)) }
      if method != .plateau && method != .auto {
        stepper.solution.slope(1, into: &slope)
        for i in 0..<3 { #expect(abs(slope[i] - exact[i]) < 1e-10 * scale) }
      }
      try system.evaluate(before, start, &exact)
      stepper.solution.slope(0, into: &slope)
      for i in 0..<3 { #expect(abs(slope[i] - exact[i]) < 1e-10 * scale) }
    }
  }

  /// Inside a step errors stay within 50 tolerances beside those of its ends, and the slope is the derivative of what is interpolated.
  @Test(arguments: [1e-4, 1e-6, 1e-8, 1e-10], [DenseMethod.dop853, .plateau, .auto])
  func errorsInsideStaySmall(_ rtol: Double, _ method: DenseMethod) throws {
    let system = AutoEngineTests.pursuits([1e3, 20, 1])
    var stepper = try method.stepper(system, rtol, horizon: 10)
    var (t, x) = (0.0, [1.0, 1, 1.5])
    var (u, slope, low, high) = (x, x, x, x)
    func error(_ time: Double, _ x: [Double]) -> Double {
      max(abs(x[0] - cos(time)), abs(x[1] - cos(time)), abs(x[2] - cos(time) - 0.5 * exp(-time)))
    }
    while t < 10 {
      let (before, start) = (t, error(t, x))
      try stepper.step(time: &t, state: &x, limit: 10)
      let ends = max(start, error(t, x))
      for j in 1..<8 {
        let theta = Double(j) / 8
        stepper.solution.interpolate(theta, into: &u)
        #expect(error(before + theta * (t - before), u) < ends + 50 * rtol)
      }
      stepper.solution.slope(0.3, into: &slope)
      stepper.solution.interpolate(0.3 - 1e-4, into: &low)
      stepper.solution.interpolate(0.3 + 1e-4, into: &high)
      for i in 0..<3 {
        #expect(abs((high[i] - low[i]) / (2e-4 * (t - before)) - slope[i]) < 1e-4 + 1e-11 / (t - before))
      }
    }
  }

  /// The figure for the error inside the first step, over the error there: neither far below nor far above.
  @Test(arguments: [DenseMethod.dopri5, .dop853, .rkc2, .gauss1, .gauss2], [ClosedForm.linear, .component2, .spiral])
  func theErrorInsideIsEstimated(_ method: DenseMethod, _ problem: ClosedForm) throws {
    let all = try #require(AnyMethod.allCases.first { $0.testDescription == method.rawValue })
    for h in [0.25, 0.125] {
      var stepper = try all.stepper(problem.system(), Tolerance(relative: 1e-3, absolute: 1e-3))
      var (t, x) = (0.0, problem.start)
      try stepper.fixedStep(time: &t, state: &x, size: h)
      var worst = 0.0
      var u = x
      for j in 1...9 {
        stepper.solution.interpolate(Double(j) / 10, into: &u)
        worst = max(worst, problem.error(h * Double(j) / 10, u))
      }
      let ratio = worst / stepper.solution.error
      #expect(ratio > 0.1 && ratio < 10, "\(ratio)")
    }
  }
}
