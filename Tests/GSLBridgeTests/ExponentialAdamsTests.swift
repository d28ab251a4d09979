import CMath
import GSLBridge
import Testing

/// A system given by closures whose whole −∂F/∂y, a symmetric matrix, may be treated exactly.
final class StiffClosure: StiffSystem, IndexedStiffPart {
  let dimension: Int
  var field: ClosureSystem.Field
  /// Writes −∂F/∂y; nil leaves everything to the plain Adams formula.
  let curvature: ((UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void)?

  init(
    _ dimension: Int, _ field: @escaping ClosureSystem.Field,
    curvature: ((UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void)? = nil
  ) {
    self.dimension = dimension
    self.field = field
    self.curvature = curvature
  }

  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) { try field(time, state, derivative) }

  func makeStiffPart() -> (any StiffPart)? { self }
  var segments: [ErrorSegment] { [ErrorSegment(offset: 0, rows: 1, columns: dimension)] }
  var unitCount: Int { curvature == nil ? 0 : 1 }
  var largestBlock: Int { dimension }
  var worthwhileEvaluations: Double { 500 }
  func scales(_ state: UnsafePointer<Double>, into scales: UnsafeMutablePointer<Double>) {
    if curvature != nil { scales[0] = .infinity }
  }
  func coordinates(of units: [Int]) -> (indices: [Int], scaling: [Double]) {
    (Array(0..<dimension), Array(repeating: 1, count: dimension))
  }
  func block(of units: [Int], _ state: UnsafePointer<Double>, into block: UnsafeMutablePointer<Double>) {
    curvature?(state, block)
  }

  func stepper(_ rtol: Double, highestOrder: Int = 8, initialStep: Double = 1e-3) throws -> Stepper {
    try Stepper(
      plateau: self, part: self, tolerance: Tolerance(relative: rtol, absolute: rtol), initialStep: initialStep,
      highestOrder: highestOrder)
  }

  static func logistic(exact: Bool) -> StiffClosure {
    StiffClosure(
      1, { _, x, dx in dx[0] = x[0] * (1 - x[0]) }, curvature: exact ? { x, a in a[0] = 2 * x[0] - 1 } : nil)
  }

  /// ẋ = −λ(x − cos t) − sin t, solved by cos t however large λ is (Prothero and Robinson 1974), beside an equation that is
  /// not stiff and drives nothing.
  static func pursuit(_ lambda: Double) -> StiffClosure {
    StiffClosure(
      2,
      { t, x, dx in
        dx[0] = -lambda * (x[0] - cos(t)) - sin(t)
        dx[1] = x[1] * (1 - x[1])
      },
      curvature: { x, a in (a[0], a[1], a[2], a[3]) = (lambda, 0, 0, 2 * x[1] - 1) })
  }
}

@Suite struct ExponentialAdamsTests {
  /// With the order held at k, the error falls like the number of steps to the power −(k + 1), at least: the corrector
  /// carries one order more than the error estimate.
  @Test(arguments: [1, 2, 3, 4, 6, 8], [false, true]) func ordersAgainstTheLogistic(_ k: Int, _ exact: Bool) throws {
    func run(_ rtol: Double) throws -> (steps: Double, error: Double) {
      var stepper = try StiffClosure.logistic(exact: exact).stepper(rtol, highestOrder: k)
      var (t, x) = (0.0, [0.1])
      var worst = 0.0
      while t < 6 {
        try stepper.step(time: &t, state: &x, limit: 6)
        worst = max(worst, abs(x[0] - StepperTests.logistic(0.1, t)))
      }
      return (Double(stepper.counts.accepted), worst)
    }
    let (loose, tight) = k < 3 ? (1e-5, 1e-8) : (1e-7, 1e-11)
    let (coarse, fine) = (try run(loose), try run(tight))
    let order = log(coarse.error / fine.error) / log(fine.steps / coarse.steps)
    #expect(order > Double(k) + 0.5, "order \(order) at \(coarse) to \(fine)")
    #expect(fine.error < 1e3 * tight)
  }

  /// However stiff, the number of steps is that of the smooth solution and the error follows the tolerance.
  @Test(arguments: [1e2, 1e4, 1e8]) func stiffnessCostsNothing(_ lambda: Double) throws {
    var steps: [Int] = []
    for rtol in [1e-4, 1e-6, 1e-8, 1e-10] {
      var stepper = try StiffClosure.pursuit(lambda).stepper(rtol)
      var (t, x) = (0.0, [1, 0.2])
      try stepper.advance(time: &t, state: &x, to: 5)
      #expect(abs(x[0] - cos(5)) < 100 * rtol)
      #expect(abs(x[1] - StepperTests.logistic(0.2, 5)) < 100 * rtol)
      steps.append(stepper.counts.accepted)
    }
    #expect(steps[3] < 250)
  }

  /// A linear system is solved by the exponential itself, to roundoff, in the few steps that doubling takes.
  @Test func linearSystemsAreExact() throws {
    let rates = [1e6, 40, 1, 1e-3, -0.5]
    let system = StiffClosure(
      5, { _, y, f in for i in 0..<5 { f[i] = -rates[i] * y[i] } },
      curvature: { _, a in for i in 0..<25 { a[i] = i % 6 == 0 ? rates[i / 6] : 0 } })
    var stepper = try system.stepper(1e-10)
    var (t, y) = (0.0, [1.0, 1, 1, 1, 1])
    try stepper.advance(time: &t, state: &y, to: 4)
    for i in 0..<5 { #expect(abs(y[i] - exp(-4 * rates[i])) < 1e-13 * max(1, y[i])) }
    #expect(stepper.counts.accepted < 40)
  }

  /// Two evaluations a step, one for the first state and one or two for every rejected trial.
  @Test func countsAreWhatTheirNamesSay() throws {
    let system = StiffClosure.logistic(exact: true)
    let field = system.field
    var evaluations = 0
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      evaluations += 1
      try field(t, x, dx)
    }
    var stepper = try system.stepper(1e-8, initialStep: 50)
    var (t, x) = (0.0, [0.2])
    var steps = 0
    while t < 100 {
      let before = t
      try stepper.step(time: &t, state: &x, limit: 100)
      steps += 1
      #expect(t > before && t <= 100)
    }
    let counts = stepper.counts
    #expect(t == 100 && counts.accepted == steps && counts.evaluations == evaluations && counts.jacobians == 0)
    #expect(counts.rejected >= 1 && evaluations == 1 + 2 * steps + counts.rejected)
    try stepper.step(time: &t, state: &x, limit: 100)
    stepper.reset(initialStep: 0.5)
    #expect(stepper.counts == counts && stepper.nextStep == 0.5)
  }

  @Test(arguments: [false, true]) func turnsRoundAndLandsOnCloseSaveTimes(_ exact: Bool) throws {
    var stepper = try StiffClosure.logistic(exact: exact).stepper(1e-9)
    var (t, x) = (1.0, [0.5])
    for target in [-0.5, 1, 1 + 1e-12, 1.1, 1.1.nextUp, 1.3, 1.3 + 1e-15, 2] {
      try stepper.advance(time: &t, state: &x, to: target)
      #expect(t == target)
      #expect(abs(x[0] - StepperTests.logistic(0.5, t - 1)) < 1e-6)
    }
  }

  @Test func aThrownErrorStopsAtTheLastAcceptedStateAndCanBeResumed() throws {
    let system = StiffClosure.logistic(exact: true)
    let field = system.field
    var stepper = try system.stepper(1e-8)
    var (t, x) = (0.0, [0.2])
    try stepper.advance(time: &t, state: &x, to: 0.5)
    var calls = 0
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      calls += 1
      if calls > 7 { throw .stop(Interruption(number: calls)) }
      try field(t, x, dx)
    }
    let error = StepperFailureTests.failure(&stepper, &t, &x, to: 30)
    guard case .stopped(let inner) = try #require(error) else { throw try #require(error) }
    #expect(inner as? Interruption == Interruption(number: 8) && calls == 8)
    #expect(abs(x[0] - StepperTests.logistic(0.2, t)) < 1e-5)
    system.field = field
    try stepper.advance(time: &t, state: &x, to: 3)
    #expect(t == 3 && abs(x[0] - StepperTests.logistic(0.2, 3)) < 1e-5)
  }

  @Test(arguments: [Double.nan, .infinity]) func nanIsRejected(_ bad: Double) throws {
    let system = StiffClosure(1, { t, x, dx in dx[0] = t > 0.5 ? bad : -x[0] }, curvature: { _, a in a[0] = 1 })
    var stepper = try system.stepper(1e-8)
    var (t, x) = (0.0, [1.0])
    let error = StepperFailureTests.failure(&stepper, &t, &x, to: 1)
    guard case .nonFinite(let time) = try #require(error) else { throw try #require(error) }
    #expect(time == t && abs(t - 0.5) < 1e-9 && abs(x[0] - exp(-0.5)) < 1e-5)
  }

  @Test func blowUpEndsAtItsTime() throws {
    for exact in [false, true] {
      let system = StiffClosure(
        1, { _, x, dx in dx[0] = x[0] * x[0] }, curvature: exact ? { x, a in a[0] = -2 * x[0] } : nil)
      var stepper = try system.stepper(1e-8)
      var (t, x) = (0.0, [1.0])
      let error = StepperFailureTests.failure(&stepper, &t, &x, to: 2)
      switch try #require(error) {
      case .stepUnderflow, .nonFinite: break
      default: Issue.record("\(error as Any)")
      }
      #expect(abs(t - 1) < 1e-5 && x[0].isFinite && x[0] > 1e5)
    }
  }

  @Test func leavingTheDomainIsTyped() throws {
    let system = StiffClosure(
      1,
      { (_, x, dx) throws(RightHandSideFailure) in
        if x[0] <= 0 { throw .outsideDomain }
        dx[0] = -1
      })
    var stepper = try system.stepper(1e-8)
    var (t, x) = (0.0, [1.0])
    let error = StepperFailureTests.failure(&stepper, &t, &x, to: 2)
    guard case .outsideDomain(let time) = try #require(error) else { throw try #require(error) }
    #expect(time == t && abs(t - 1) < 1e-6 && x[0] > 0)
  }

  /// A block that is not finite is left to the plain formula rather than believed.
  @Test func aBlockThatIsNotFiniteIsNotUsed() throws {
    let system = StiffClosure(1, { _, x, dx in dx[0] = x[0] * (1 - x[0]) }, curvature: { _, a in a[0] = .nan })
    var stepper = try system.stepper(1e-8)
    var (t, x) = (0.0, [0.2])
    try stepper.advance(time: &t, state: &x, to: 1e-2)
    #expect(abs(x[0] - StepperTests.logistic(0.2, 1e-2)) < 1e-6)
  }

  /// The dop853 step is held inside the interval of stability: hardly a step is rejected on a stiff linear flow, where the
  /// same method without the limit would find it by rejections.
  @Test func dop853StaysInsideItsIntervalOfStability() throws {
    let n = 50
    let system = ClosureSystem(n, { _, y, f in for i in 0..<n { f[i] = -Double(i + 1) * y[i] } })
    var stepper = try Stepper(
      .dop853, system: system, tolerance: Tolerance(relative: 1e-6, absolute: 1e-6), initialStep: 1e-3)
    var (t, y) = (0.0, [Double](repeating: 1, count: n))
    try stepper.advance(time: &t, state: &y, to: 100)
    let counts = stepper.counts
    #expect(counts.rejected <= 10 && counts.accepted < 1000)
    #expect(abs(stepper.nextStep * 50 - 6.07) < 0.7 || stepper.nextStep * 50 > 6)
  }
}
