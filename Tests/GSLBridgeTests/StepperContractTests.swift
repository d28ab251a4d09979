import CMath
import GSLBridge
import Testing

/// What the stepper promises about counts, tolerances, directions, sizes and threads.
@Suite struct StepperContractTests {
  @Test(arguments: AnyMethod.allCases) func countsAreWhatTheirNamesSay(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    let system = ClosureSystem.logistic
    let (field, jacobian) = (system.field, system.derivative)
    var (evaluations, jacobians) = (0, 0)
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      evaluations += 1
      try field(t, x, dx)
    }
    system.derivative = { (t, x, dfdy, dfdt) throws(RightHandSideFailure) in
      jacobians += 1
      try jacobian(t, x, dfdy, dfdt)
    }
    // A first step far too large must be rejected.
    var stepper = try method.stepper(system, Tolerance(relative: rtol, absolute: rtol), initialStep: 50)
    var (t, x) = (0.0, [0.2])
    var steps = 0
    while t < 100 {
      let before = t
      try stepper.step(time: &t, state: &x, limit: 100)
      steps += 1
      #expect(t > before && t <= 100)
    }
    #expect(t == 100)
    let counts = stepper.counts
    #expect(
      counts
        == StepCounts(
          accepted: steps, rejected: counts.rejected, evaluations: evaluations, jacobians: jacobians))
    #expect(counts.rejected >= 1)
    // A step to where it is does nothing; a reset keeps the counts.
    try stepper.step(time: &t, state: &x, limit: 100)
    stepper.reset(initialStep: 0.5)
    #expect(stepper.counts == counts)
    #expect(stepper.nextStep == 0.5)
    try stepper.step(time: &t, state: &x, limit: 101)
    #expect(stepper.counts.accepted == steps + 1 && stepper.counts.rejected >= counts.rejected)
  }

  /// dopri5 is first-same-as-last: six evaluations a trial step, and one to begin with.
  @Test func dopri5CarriesItsLastStageOver() throws {
    var stepper = try Stepper(
      .dopri5, system: ClosureSystem.logistic, tolerance: Tolerance(relative: 1e-8, absolute: 1e-8), initialStep: 3)
    var (t, x) = (0.0, [0.2])
    try stepper.advance(time: &t, state: &x, to: 10)
    let counts = stepper.counts
    #expect(counts.evaluations == 1 + 6 * (counts.accepted + counts.rejected))
  }

  @Test(arguments: AnyMethod.allCases) func integratesBackwardsAndTurnsRound(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    var stepper = try method.stepper(.logistic, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (1.0, [0.5])
    try stepper.advance(time: &t, state: &x, to: -0.5)
    #expect(t == -0.5)
    #expect(abs(x[0] - StepperTests.logistic(0.5, -1.5)) < 1000 * rtol)
    try stepper.advance(time: &t, state: &x, to: 1)
    #expect(t == 1)
    #expect(abs(x[0] - 0.5) < 3000 * rtol)
  }

  /// Beyond the limit, and before the step, the system may be another one: no stage, however its time is summed, looks there.
  @Test(arguments: AnyMethod.allCases) func nothingIsEvaluatedOutsideTheStep(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    let system = ClosureSystem.logistic
    let (field, jacobian) = (system.field, system.derivative)
    var (first, last, seen) = (0.0, 0.0, 0)
    system.field = { (t, x, dx) throws(RightHandSideFailure) in
      seen += 1
      if t < first || t > last { throw .stop(Refused()) }
      try field(t, x, dx)
    }
    system.derivative = { (t, x, dfdy, dfdt) throws(RightHandSideFailure) in
      if t < first || t > last { throw .stop(Refused()) }
      try jacobian(t, x, dfdy, dfdt)
    }
    var stepper = try method.stepper(system, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (0.0, [0.2])
    // Limits whose thirds, sevenths and tenths round up as well as down.
    for k in 1...60 {
      (first, last) = (t, 0.1 * Double(k) + 0.01 / Double(k))
      while t < last {
        first = t
        try stepper.step(time: &t, state: &x, limit: last)
      }
    }
    #expect(seen > 60)
  }

  /// A jump is the caller's: stepped to with what stands before it and left with what stands after it, every method is exact.
  @Test(arguments: AnyMethod.allCases) func jumpsBetweenStepsCostNothing(_ method: AnyMethod) throws {
    var slope = 1.0
    let system = ClosureSystem(
      1, { _, _, f in f[0] = slope }, jacobian: { _, _, dfdy, dfdt in (dfdy[0], dfdt[0]) = (0, 0) })
    var stepper = try method.stepper(system, Tolerance(relative: 1e-6, absolute: 1e-6))
    var (t, y) = (0.0, [0.0])
    try stepper.advance(time: &t, state: &y, to: 0.7)
    slope = -2
    stepper.reset(initialStep: 0.1)
    try stepper.advance(time: &t, state: &y, to: 2)
    #expect(abs(y[0] - (0.7 - 2 * 1.3)) < 1e-12)
  }

  private struct Refused: Error {}

  /// Save times that are not multiples of the step, one of them a rounding error away from the one before.
  @Test(arguments: AnyMethod.allCases) func landsOnCloseSaveTimes(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    var stepper = try method.stepper(.logistic, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (0.0, [0.2])
    for target in [1e-12, 0.1, 0.1.nextUp, 0.3, 0.3 + 1e-15, 2] {
      try stepper.advance(time: &t, state: &x, to: target)
      #expect(t == target)
    }
    #expect(abs(x[0] - StepperTests.logistic(0.2, 2)) < 1000 * rtol)
  }

  /// ẏ = cos t, with the quadrature q̇ = 10³ cos(30 t) in the tail: a loose tail tolerance must not hold the state
  /// back, a tight one must be met.
  @Test(arguments: [StepControl.nanSafe, .gslStandard]) func tailTolerancesAreHonoured(_ control: StepControl) throws {
    func run(_ tail: [Double]) throws -> (steps: Int, error: Double) {
      let system = ClosureSystem(2, { t, _, f in (f[0], f[1]) = (cos(t), 1e3 * cos(30 * t)) })
      var stepper = try Stepper(
        .rkf45, system: system, tolerance: Tolerance(relative: 0, absolute: 1e-3, tail: tail), control: control,
        initialStep: 0.01)
      var (t, y) = (0.0, [0.0, 0.0])
      try stepper.advance(time: &t, state: &y, to: 10)
      #expect(abs(y[0] - sin(10)) < 1e-2)
      return (stepper.counts.accepted, abs(y[1] - 1e3 * sin(300) / 30))
    }
    let loose = try run([1e3])
    let same = try run([])
    let tight = try run([1e-6])
    #expect(loose.steps < 40 && same.steps > 2 * loose.steps && tight.steps > 2 * same.steps)
    #expect(tight.error < 1e-3)
    #expect(loose.error > tight.error)
  }

  /// Away from NaN the safe control is GSL's standard control, step for step.
  @Test(arguments: [ExplicitMethod.rk2, .rk4, .rkf45, .rkck, .rk8pd, .msadams, .dopri5, .dop853, .rkc2])
  func theSafeControlTakesTheStepsOfGSLs(_ method: ExplicitMethod) throws {
    func times(_ control: StepControl) throws -> ([Double], [Double]) {
      let system = ClosureSystem(
        7,
        { _, y, f in
          for i in 0..<7 { f[i] = y[(i + 1) % 7] - Double(i) * y[i] * y[i] * y[i] }
        })
      var stepper = try Stepper(
        method, system: system, tolerance: Tolerance(relative: 1e-7, absolute: 1e-9), control: control,
        initialStep: 0.01)
      var (t, y) = (0.0, [0.1, -0.4, 0.9, -1, 0.3, 0, 2.0])
      var times: [Double] = []
      while t < 5 {
        try stepper.step(time: &t, state: &y, limit: 5)
        times.append(t)
      }
      return (times, y)
    }
    let (own, standard) = (try times(.nanSafe), try times(.gslStandard))
    #expect(own == standard)
    #expect(own.0.count > 10)
  }

  /// A component that is and stays exactly 0 under a purely relative tolerance has error 0, not 0/0.
  @Test func zeroComponentsDoNotDisturbAPurelyRelativeTolerance() throws {
    let system = ClosureSystem(5, { _, y, f in for i in 0..<5 { f[i] = -y[i] } })
    var stepper = try Stepper(
      .rk8pd, system: system, tolerance: Tolerance(relative: 1e-10, absolute: 0), initialStep: 0.1)
    var (t, y) = (0.0, [1.0, 0, 0, 0, 0])
    try stepper.advance(time: &t, state: &y, to: 1)
    #expect(abs(y[0] - exp(-1)) < 1e-9 && y[1...] == [0, 0, 0, 0])
  }

  /// NaN in any single place, of blocks of four or of the rest, rejects.
  @Test(arguments: [1, 2, 3, 4, 5, 8, 11]) func nanAnywhereIsSeen(_ n: Int) throws {
    for place in 0..<n {
      for bad in [Double.nan, .infinity, -.infinity] {
        let step = PoisonedStep(place, bad)
        var stepper = try Stepper(
          custom: step, system: ClosureSystem(n, { _, _, f in for i in 0..<n { f[i] = 1 } }),
          tolerance: Tolerance(relative: 1e-6, absolute: 1e-6, tail: n > 4 ? [1, 1] : []), initialStep: 0.1)
        for poison in [PoisonedStep.Target.error, .state] {
          step.target = poison
          var (t, y) = (0.0, [Double](repeating: 1, count: n))
          var nonFinite = false
          do throws(IntegrationError) { try stepper.step(time: &t, state: &y, limit: 1) } catch {
            if case .nonFinite = error { nonFinite = true }
          }
          #expect(nonFinite && t == 0 && y.allSatisfy { $0 == 1 })
        }
      }
    }
  }

  /// A step that spoils one component of its state or its error estimate.
  final class PoisonedStep: CustomStep {
    enum Target {
      case error
      case state
    }
    let name = "poisoned"
    let order = 1
    let place: Int
    let poison: Double
    var target = Target.error
    private var dimension = 0

    init(_ place: Int, _ poison: Double) {
      self.place = place
      self.poison = poison
    }
    func prepare(dimension: Int) { self.dimension = dimension }
    func apply(
      time: Double, step: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
      derivativeIn: UnsafePointer<Double>, derivativeOut: UnsafeMutablePointer<Double>,
      evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
    ) throws(RightHandSideFailure) {
      for i in 0..<dimension {
        error[i] = 0
        derivativeOut[i] = 1
      }
      if target == .error { error[place] = poison } else { state[place] = poison }
    }
  }

  /// 40000 independent logistic equations. Error unit: absolute.
  @Test(arguments: [ExplicitMethod.rk8pd, .rkf45, .dopri5, .dop853, .msadams]) func largeSystems(
    _ method: ExplicitMethod
  ) throws {
    let n = 40_000
    let start = (0..<n).map { 0.05 + 0.9 * Double($0) / Double(n) }
    let system = ClosureSystem(n, { _, y, f in for i in 0..<n { f[i] = y[i] * (1 - y[i]) } })
    var stepper = try Stepper(
      method, system: system, tolerance: Tolerance(relative: 1e-8, absolute: 1e-8), initialStep: 0.01)
    var (t, y) = (0.0, start)
    try stepper.advance(time: &t, state: &y, to: 2)
    var worst = 0.0
    for i in 0..<n { worst = max(worst, abs(y[i] - StepperTests.logistic(start[i], 2))) }
    #expect(worst < 1e-5)
  }

  /// Steppers on several threads at once give the numbers they give alone.
  @Test func steppersAreIndependentAcrossThreads() async throws {
    @Sendable func run(_ method: AnyMethod, _ start: Double) throws -> [Double] {
      let rtol = method.fairTolerance
      var stepper = try method.stepper(.logistic, Tolerance(relative: rtol, absolute: rtol))
      var (t, x) = (0.0, [start])
      try stepper.advance(time: &t, state: &x, to: 4)
      return x + [stepper.nextStep]
    }
    let jobs = (0..<4).flatMap { i in AnyMethod.allCases.map { ($0, 0.1 + 0.2 * Double(i)) } }
    let alone = try jobs.map { try run($0.0, $0.1) }
    let together = try await withThrowingTaskGroup(of: (Int, [Double]).self) { group in
      for (i, job) in jobs.enumerated() { group.addTask { (i, try run(job.0, job.1)) } }
      var results = [[Double]](repeating: [], count: jobs.count)
      for try await (i, result) in group { results[i] = result }
      return results
    }
    #expect(together == alone)
  }

  @Test func everyErrorExplainsItself() {
    let errors: [IntegrationError] = [
      .stepUnderflow(time: 1.5, step: 1e-17), .nonFinite(time: 1.5), .outsideDomain(time: 1.5),
      .stopped(Interruption(number: 15)), .gsl(code: 4, message: "invalid argument", time: 1.5),
    ]
    for error in errors { #expect(error.description.count > 20) }
    for error in errors where error.description != errors[3].description { #expect(error.description.contains("1.5")) }
    #expect(GSLError(code: 8, message: "no room").description.contains("no room"))
  }
}
