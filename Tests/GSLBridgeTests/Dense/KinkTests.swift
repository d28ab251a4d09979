import CMath
import GSLBridge
import Testing

/// Rates with kinks along the harmonic oscillator (cos t, sin t), whose integrals have closed forms.
@Suite struct KinkTests {
  /// ∫ over [0, T] where cos(t − φ) > c of a rate with the antiderivative F.
  static func integral(
    to end: Double, above c: Double, phase: Double = 0, of antiderivative: (Double) -> Double
  ) -> Double {
    var sum = 0.0
    for k in -2..<8 {
      let centre = phase + 2 * Double.pi * Double(k)
      let (from, to) = (max(0, centre - acos(c)), min(end, centre + acos(c)))
      if to > from { sum += antiderivative(to) - antiderivative(from) }
    }
    return sum
  }

  /// ∫ min(cos t, 0) over [0, T].
  static func negative(_ end: Double) -> Double { sin(end) - integral(to: end, above: 0) { sin($0) } }

  static func oscillator() -> StiffClosure {
    StiffClosure(
      2, { _, y, f in (f[0], f[1]) = (-y[1], y[0]) }, curvature: { _, a in (a[0], a[1], a[2], a[3]) = (0, 1, -1, 0) })
  }

  struct Errors {
    var state = 0.0
    var absolute = 0.0
    var product = 0.0
    var small = 0.0
    var unsplit = 0.0
  }

  /// The largest errors up to t = 20, at four points of every step, of the state, of ∫|cos|, ∫max(cos, 0)(2 + sin) and
  /// ∫max(cos − 0.999, 0), and of ∫|cos| taken as a smooth rate.
  static func errors(_ method: DenseMethod, _ rtol: Double) throws -> Errors {
    var stepper = try method.stepper(oscillator(), rtol)
    stepper.integrate(
      ClosureRates(
        4,
        kinks: [
          RateKink(switches: 0, width: 1, branches: [0, 1]), RateKink(switches: 2, width: 1, branches: [2]),
        ]
      ) { _, y, q in
        (q[0], q[1], q[2], q[3]) = (y[0], y[0] * (2 + y[1]), y[0] - 0.999, abs(y[0]))
      })
    var (t, y) = (0.0, [1.0, 0])
    var values = [Double](repeating: 0, count: 7)
    var errors = Errors()
    while t < 20 {
      let before = t
      try stepper.step(time: &t, state: &y, limit: 20)
      errors.state = max(errors.state, hypot(y[0] - cos(t), y[1] - sin(t)))
      for j in 1...4 {
        let theta = Double(j) / 4
        let time = before + (t - before) * theta
        stepper.solution.integrals(theta, into: &values)
        let absolute = sin(time) - 2 * negative(time)
        let product = integral(to: time, above: 0) { 2 * sin($0) + 0.5 * sin($0) * sin($0) }
        let small = integral(to: time, above: 0.999) { sin($0) - 0.999 * $0 }
        errors.absolute = max(errors.absolute, abs(values[0] - 2 * values[4] - absolute))
        errors.product = max(errors.product, abs(values[1] - values[5] - product))
        errors.small = max(errors.small, abs(values[2] - values[6] - small))
        errors.unsplit = max(errors.unsplit, abs(values[3] - absolute))
      }
    }
    return errors
  }

  /// Split at its kinks, a rate is integrated as well as the state; taken as smooth, it is not at any tolerance.
  @Test(arguments: [1e-4, 1e-6, 1e-8, 1e-10, 1e-12]) func dop853SplitsKinks(_ rtol: Double) throws {
    let errors = try Self.errors(.dop853, rtol)
    #expect(errors.absolute < 30 * errors.state && errors.product < 30 * errors.state, "\(errors)")
    #expect(errors.unsplit > 1e-4)
    if rtol <= 1e-6 { #expect(errors.small < 1e-6) }
    if rtol <= 1e-8 { #expect(errors.small < 30 * errors.state) }
  }

  @Test(arguments: [DenseMethod.dopri5, .gauss2, .gauss1, .rkc2], [1e-4, 1e-6]) func othersSplitThemToo(
    _ method: DenseMethod, _ rtol: Double
  ) throws {
    if rtol < 1e-4 && (method == .gauss1 || method == .rkc2) { return }
    let errors = try Self.errors(method, rtol)
    #expect(errors.absolute < 30 * errors.state && errors.product < 30 * errors.state, "\(errors)")
  }

  /// Many switches at once, of all phases: negative throughout a step, in parts of it, and nowhere.
  @Test(arguments: [3, 4, 9]) func everyComponentHasItsOwnKinks(_ width: Int) throws {
    let phases = (0..<width).map { 6 * Double($0) / Double(width) }
    var stepper = try DenseMethod.dop853.stepper(Self.oscillator(), 1e-9)
    stepper.integrate(
      ClosureRates(1 + 2 * width, kinks: [RateKink(switches: 1, width: width, branches: [1, 1 + width])]) {
        _, y, q in
        q[0] = 1
        for (k, phase) in phases.enumerated() {
          let value = y[0] * cos(phase) + y[1] * sin(phase) - 0.5
          (q[1 + k], q[1 + width + k]) = (value, 1)
        }
      })
    var (t, y) = (0.0, [1.0, 0])
    var values = [Double](repeating: 0, count: 1 + 4 * width)
    while t < 20 {
      let before = t
      try stepper.step(time: &t, state: &y, limit: 20)
      for theta in [0.3, 0.8, 1] {
        let time = before + theta * (t - before)
        stepper.solution.integrals(theta, into: &values)
        #expect(abs(values[0] - time) < 1e-13 * (1 + time))
        for (k, phase) in phases.enumerated() {
          let all = sin(time - phase) + sin(phase) - 0.5 * time
          let above = Self.integral(to: time, above: 0.5, phase: phase) { sin($0 - phase) - 0.5 * $0 }
          #expect(abs(values[1 + 2 * width + k] - (all - above)) < 1e-7)
          // How long it was negative: the root's own error shows.
          let long = Self.integral(to: time, above: 0.5, phase: phase) { $0 }
          #expect(abs(values[1 + 3 * width + k] - (time - long)) < 1e-5)
        }
      }
    }
    // The first switch is positive at the start, and negative for two thirds of the time.
    #expect(stepper.integralErrors.count == 1 + 4 * width && stepper.integralErrors[1 + 2 * width] > 0)
  }

  /// A switch that is positive for less than an eighth of a step is seen at its extremum: of lobes of cos(t − φ) above 0.9999, each
  /// with an integral of 3.8e-6, none is missed.
  @Test func pairsOfRootsBetweenSamplesAreNotMissed() throws {
    let phases = (0..<20).map { 0.01 + 0.3 * Double($0) }
    let width = phases.count
    var stepper = try DenseMethod.dop853.stepper(Self.oscillator(), 1e-10)
    stepper.integrate(
      ClosureRates(width, kinks: [RateKink(switches: 0, width: width, branches: [0])]) { _, y, q in
        for (k, phase) in phases.enumerated() { q[k] = y[0] * cos(phase) + y[1] * sin(phase) - 0.9999 }
      })
    var (t, y) = (0.0, [1.0, 0])
    try stepper.advance(time: &t, state: &y, to: 20)
    // Wider than the lobes, or there would be nothing to miss.
    #expect(20.0 / Double(stepper.counts.accepted) / 8 > 2 * acos(0.9999))
    var values = [Double](repeating: 0, count: 2 * width)
    stepper.solution.integrals(1, into: &values)
    for (k, phase) in phases.enumerated() {
      let above = Self.integral(to: 20, above: 0.9999, phase: phase) { sin($0 - phase) - 0.9999 * $0 }
      #expect(abs(values[k] - values[width + k] - above) < 1e-8)
    }
  }
}
