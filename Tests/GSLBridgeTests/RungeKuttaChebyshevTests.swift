import CMath
import GSLBridge
import Testing

@Suite struct RungeKuttaChebyshevTests {
  /// T_s and its derivatives from cosh(s arcosh x), without the recurrence.
  private static func chebyshev(_ s: Double, _ x: Double) -> (value: Double, slope: Double, curvature: Double) {
    if abs(x) < 1 {
      let angle = acos(x)
      return (cos(s * angle), s * sin(s * angle) / sin(angle), .nan)
    }
    let (sign, argument) = x > 0 ? (1.0, acosh(x)) : (Int(s) % 2 == 0 ? 1 : -1, acosh(-x))
    let (root, sine) = ((x * x - 1).squareRoot(), sinh(s * argument))
    let (value, slope) = (cosh(s * argument), s * sine / root)
    return (sign * value, slope, (s * s * value - x * slope) / (root * root))
  }

  /// A step on ẏ = −λy multiplies by a_s + b_s T_s(w₀ − w₁hλ), from the closed form of T_s. Unit: 1.
  @Test(arguments: [0.01, 0.5, 1, 3, 10, 40, 300, 3100, 15000]) func oneStepIsTheStabilityPolynomial(_ product: Double)
    throws
  {
    let system = ClosureSystem(1, { _, y, f in f[0] = -product * y[0] })
    var stepper = try Stepper(
      .rkc2, system: system, tolerance: Tolerance(relative: 1e-3, absolute: 1e-3), initialStep: 1)
    var (t, y) = (0.0, [1.0])
    try stepper.fixedStep(time: &t, state: &y, size: 1)
    let s = Double(RungeKuttaChebyshev.stages(for: product))
    let w0 = 1 + 2 / (13 * s * s)
    let top = Self.chebyshev(s, w0)
    let (w1, b) = (top.slope / top.curvature, top.curvature / (top.slope * top.slope))
    let expected = 1 - b * top.value + b * Self.chebyshev(s, w0 - w1 * product).value
    // The recurrence and the closed form each lose some s² rounding errors.
    #expect(abs(y[0] - expected) < 1e-12 + 1e-13 * s * s)
    // Inside the interval of stability, to order 2 about 0, and with no more stages than it takes.
    #expect(abs(y[0]) <= 1)
    if product < 0.6 { #expect(abs(y[0] - exp(-product)) < product * product * product) }
    #expect(s == 2 || (s - 1) * (s - 1) < 1.6 * 1.25 * product + 2)
  }

  /// The heat equation on N inner points: the discrete solution of sin πx is known, λmax = 4(N + 1)². Work grows like the
  /// square root of the stiffness, and errors fall with the tolerance.
  @Test func heatEquation() throws {
    func run(_ n: Int, _ method: ExplicitMethod, _ rtol: Double) throws -> (evaluations: Int, error: Double) {
      let inverse = Double((n + 1) * (n + 1))
      let system = ClosureSystem(
        n,
        { _, y, f in
          for i in 0..<n {
            f[i] = inverse * ((i > 0 ? y[i - 1] : 0) - 2 * y[i] + (i + 1 < n ? y[i + 1] : 0))
          }
        })
      var stepper = try Stepper(
        method, system: system, tolerance: Tolerance(relative: rtol, absolute: rtol), initialStep: 1e-5)
      let start = (1...n).map { sin(.pi * Double($0) / Double(n + 1)) }
      var (t, y) = (0.0, start)
      try stepper.advance(time: &t, state: &y, to: 0.1)
      let rate = 4 * inverse * pow(sin(.pi / Double(2 * (n + 1))), 2)
      let error = y.indices.reduce(0) { max($0, abs(y[$1] - start[$1] * exp(-0.1 * rate))) }
      return (stepper.counts.evaluations, error)
    }
    let errors = try [1e-3, 1e-4, 1e-5, 1e-6].map { try run(100, .rkc2, $0).error }
    #expect(errors[0] < 0.05 && errors[3] < errors[0] / 30, "\(errors)")
    for (loose, tight) in zip(errors, errors.dropFirst()) { #expect(tight < loose) }
    let (coarse, fine) = (try run(100, .rkc2, 1e-4), try run(200, .rkc2, 1e-4))
    #expect(Double(fine.evaluations) < 2.5 * Double(coarse.evaluations))
    let explicit = try run(100, .rkf45, 1e-4)
    #expect(10 * coarse.evaluations < explicit.evaluations)
  }
}
