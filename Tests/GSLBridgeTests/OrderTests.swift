import CMath
import GSLBridge
import Testing

@Suite struct OrderTests {
  /// The largest error over all steps of the given size: unlike the error at the end it does not cancel by chance.
  static func worstError(_ method: AnyMethod, _ problem: ClosedForm, steps: Int, rtol: Double = 1e-14) throws -> Double
  {
    var stepper = try method.stepper(problem.system(), Tolerance(relative: rtol, absolute: rtol))
    var (t, y) = (0.0, problem.start)
    var worst = 0.0
    for _ in 0..<steps {
      try stepper.fixedStep(time: &t, state: &y, size: problem.end / Double(steps))
      worst = max(worst, problem.error(t, y))
    }
    return worst
  }

  /// log₂ of the ratio of errors over the last two halvings of the step, halved, among errors above 1e-13.
  static func observedOrder(_ method: AnyMethod, _ problem: ClosedForm, rtol: Double) throws -> Double {
    var errors: [Double] = []
    for k in 1...12 {
      // Newton's iteration of the implicit methods needs steps that are not too large.
      guard let error = try? worstError(method, problem, steps: 1 << k, rtol: rtol) else { continue }
      if error < 1e-13 { break }
      errors.append(error)
    }
    try #require(errors.count >= 3)
    return log2(errors[errors.count - 3] / errors[errors.count - 1]) / 2
  }

  static let fixedOrder = AnyMethod.allCases.filter { $0.measuredOrder != nil }

  /// The Newton iteration of the implicit methods is held to rtol = 1e-3, so that it stops after one round, as it does
  /// in an adaptive run at small steps.
  @Test(arguments: fixedOrder, [ClosedForm.linear] + ClosedForm.nonlinear)
  func fixedStepsShowTheMeasuredOrder(_ method: AnyMethod, _ problem: ClosedForm) throws {
    let order = Double(try #require(method.measuredOrder))
    let observed = try Self.observedOrder(method, problem, rtol: 1e-3)
    switch method {
    case .implicit(.rk4imp) where problem.testDescription == ClosedForm.linear.testDescription:
      #expect(abs(observed - 4) < 0.25)
    case .explicit(.rkf45), .explicit(.dopri5):
      // On x² their terms in h⁵ and h⁶ nearly cancel down to roundoff, so the limit is not seen in double precision.
      let cancels = problem.testDescription == ClosedForm.square.testDescription
      #expect(observed > (cancels ? 3 : order - 0.45))
    case .explicit(.rkck), .explicit(.rk8pd), .explicit(.dop853), .implicit(.gauss2):
      #expect(observed > order - 0.45)
    default:
      #expect(abs(observed - order) < 0.25)
    }
  }

  @Test(arguments: [ClosedForm.spiral, .logistic, .component2, .component4])
  func aConvergedNewtonIterationGivesRK4impItsDeclaredOrder(_ problem: ClosedForm) throws {
    let observed = try Self.observedOrder(.implicit(.rk4imp), problem, rtol: 1e-14)
    #expect(abs(observed - 4) < 0.25)
  }

  static func adaptiveError(_ method: AnyMethod, _ problem: ClosedForm, rtol: Double) throws -> Double {
    var stepper = try method.stepper(
      problem.system(), Tolerance(relative: rtol, absolute: rtol), initialStep: problem.end)
    var (t, y) = (0.0, problem.start)
    try stepper.advance(time: &t, state: &y, to: problem.end)
    return problem.error(t, y)
  }

  @Test(arguments: [AnyMethod.explicit(.msadams), .implicit(.msbdf)], [ClosedForm.linear] + ClosedForm.nonlinear)
  func multistepErrorsFallWithTheTolerance(_ method: AnyMethod, _ problem: ClosedForm) throws {
    let errors = try [1e-4, 1e-6, 1e-8, 1e-10].map { try Self.adaptiveError(method, problem, rtol: $0) }
    #expect(errors[0] < 0.01)
    #expect(errors[3] < 1e-3 * errors[0])
    #expect(errors[3] < 1e-6)
  }

  /// One step of bsimp is so accurate that on short runs its error is far below any tolerance; many turns show the
  /// trend.
  @Test func bsimpErrorsFallWithTheTolerance() throws {
    for problem in [ClosedForm.linear] + ClosedForm.nonlinear {
      for rtol in [1e-4, 1e-6, 1e-8] { #expect(try Self.adaptiveError(.implicit(.bsimp), problem, rtol: rtol) < rtol) }
    }
    let errors = try [1e-4, 1e-6, 1e-8, 1e-10].map { try Self.adaptiveError(.implicit(.bsimp), .rotor, rtol: $0) }
    #expect(errors[2] < 0.01 * errors[0])
    #expect(errors[3] < 0.02 * errors[2])
  }

  /// The declared orders of GSL's methods, from the manual and `gsl_odeiv2_step_order`, and of our own: by what power of h
  /// the error estimate shrinks.
  @Test func declaredOrders() {
    #expect(ExplicitMethod.allCases.map(\.declaredOrder) == [2, 4, 5, 5, 8, 1, 5, 8, 3])
    #expect(ImplicitMethod.allCases.map(\.declaredOrder) == [1, 2, 4, 12, 1, 2, 4])
    for advice in ExplicitMethod.allCases.map(\.advice) + ImplicitMethod.allCases.map(\.advice) {
      #expect(!advice.isEmpty && !advice.contains("\n"))
    }
  }
}
