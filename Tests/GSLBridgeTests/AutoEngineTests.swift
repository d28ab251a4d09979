import CMath
import GSLBridge
import Testing

/// The choice between dop853 and exponential Adams.
@Suite struct AutoEngineTests {
  /// Many equations ẋᵢ = −λᵢ(xᵢ − cos t) − sin t, all solved by cos t; the slow one starts off it.
  static func pursuits(_ rates: [Double]) -> StiffClosure {
    let n = rates.count
    return StiffClosure(
      n, { t, x, dx in for i in 0..<n { dx[i] = -rates[i] * (x[i] - cos(t)) - sin(t) } },
      curvature: { _, a in
        for i in 0..<(n * n) { a[i] = i % (n + 1) == 0 ? rates[i / (n + 1)] : 0 }
      })
  }

  private static func stepper(_ system: StiffClosure, rtol: Double, horizon: Double) throws -> Stepper {
    try Stepper(
      choosing: system, part: system, tolerance: Tolerance(relative: rtol, absolute: rtol), initialStep: 1e-4,
      horizon: horizon)
  }

  @Test(arguments: [1e-4, 1e-6, 1e-8, 1e-10]) func goesOverWhereStabilityPinsTheStep(_ rtol: Double) throws {
    let system = Self.pursuits([1e4, 2e3, 50, 1])
    var stepper = try Self.stepper(system, rtol: rtol, horizon: 20)
    var (t, x) = (0.0, [1.0, 1, 1, 1.5])
    try stepper.advance(time: &t, state: &x, to: 20)
    let choice = stepper.choice ?? "nothing"
    #expect(choice.hasPrefix("dop853, plateau from t = "), "\(choice)")
    for i in 0..<3 { #expect(abs(x[i] - cos(20)) < 10 * rtol) }
    #expect(abs(x[3] - cos(20) - 0.5 * exp(-20)) < 10 * rtol)
    // 12 · 20 · 1e4/6 evaluations otherwise.
    #expect(stepper.counts.evaluations < 20_000 && stepper.counts.accepted > 20)
  }

  @Test func staysWhereTheRestIsShort() throws {
    let system = Self.pursuits([300, 1])
    var stepper = try Self.stepper(system, rtol: 1e-6, horizon: 0.5)
    var (t, x) = (0.0, [1.0, 1])
    try stepper.advance(time: &t, state: &x, to: 0.5)
    let choice = stepper.choice
    #expect(choice == "dop853" && abs(x[0] - cos(0.5)) < 1e-6)
  }

  /// Without a stiff part, and for the others, there is nothing to choose.
  @Test func choosesOnlyWhatIsKnown() throws {
    let system = Self.pursuits([1e3, 1])
    var stepper = try Stepper(
      choosing: system, part: nil, tolerance: Tolerance(relative: 1e-6, absolute: 1e-6), initialStep: 1e-4,
      horizon: 10)
    var (t, x) = (0.0, [1.0, 1])
    try stepper.advance(time: &t, state: &x, to: 10)
    let choice = stepper.choice
    #expect(choice == "dop853" && abs(x[0] - cos(10)) < 1e-5)
    let plateau = try system.stepper(1e-6)
    let none = plateau.choice
    #expect(none == nil)
  }

  @Test func stopsAndCountsAcrossTheChange() throws {
    let system = Self.pursuits([1e4, 1])
    let field = system.field
    var evaluations = 0
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      evaluations += 1
      if t > 15 { throw .stop(Interruption(number: 1)) }
      try field(t, x, dx)
    }
    var stepper = try Self.stepper(system, rtol: 1e-6, horizon: 20)
    var (t, x) = (0.0, [1.0, 1])
    let error = StepperFailureTests.failure(&stepper, &t, &x, to: 20)
    guard case .stopped = try #require(error) else { throw try #require(error) }
    #expect(t > 5 && t <= 15 && abs(x[0] - cos(t)) < 1e-4)
    #expect(stepper.counts.evaluations == evaluations)
    let isPlateau = stepper.isPlateau
    #expect(isPlateau)
  }
}
