import CMath
import GSLBridge
import Testing

@Suite struct StepperTests {
  static let logistic: @Sendable (Double, Double) -> Double = { start, t in 1 / (1 + (1 / start - 1) * exp(-t)) }

  /// Error unit: absolute, in a solution of size about 1; the growth from 0.01 amplifies early local errors 25-fold.
  @Test(arguments: AnyMethod.allCases) func reachesSaveTimesExactly(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    var stepper = try method.stepper(.logistic, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (0.0, [0.01])
    for save in 1...40 {
      let target = Double(save) * 0.3
      try stepper.advance(time: &t, state: &x, to: target)
      #expect(t == target)
      #expect(abs(x[0] - Self.logistic(0.01, t)) < 1000 * rtol)
    }
    let counts = stepper.counts
    #expect(counts.accepted >= 40)
    #expect(counts.evaluations >= counts.accepted)
    if case .implicit = method { #expect(counts.jacobians > 0) } else { #expect(counts.jacobians == 0) }
  }

  @Test(arguments: AnyMethod.allCases) func blowUpEndsInATypedError(_ method: AnyMethod) throws {
    let rtol = method.fairTolerance
    var stepper = try method.stepper(.blowUp, Tolerance(relative: rtol, absolute: rtol))
    var (t, x) = (0.0, [1.0])
    do {
      try stepper.advance(time: &t, state: &x, to: 2)
      Issue.record("a blow-up was integrated through")
    } catch IntegrationError.stepUnderflow(let time, _) {
      #expect(time == t)
    } catch IntegrationError.nonFinite(let time) {
      #expect(time == t)
    }
    #expect(abs(t - 1) < 1e3 * rtol)
    #expect(x[0].isFinite && x[0] > 1e3)
  }
}
