import Testing
import Verdicts

@Suite("The rule of an excess over a certified optimum")
struct OptimumRuleTests {
  /// Ends with the given excess over an optimum of 2, relative.
  private func judge(
    _ excess: [Double], gap: Double = 0, loss: Double = 1e-12, flaw: String? = nil, incompleteness: String? = nil
  ) -> Judgement {
    OptimumRule.judge(
      OptimumEvidence(
        optimum: 2, lowerBound: 2 - gap, flaw: flaw,
        points: excess.enumerated().map {
          .init(
            alpha: 1 / Double($0.offset + 1), value: 2 * (1 + $0.element), loss: $0.offset == 1 ? loss : 0,
            incompleteness: $0.offset == 1 ? incompleteness : nil)
        }))
  }

  @Test("an excess down at ten times the certificate's gap, or at 1e-9, holds")
  func holds() {
    expect(
      judge([0.1, 0.01, 0.99e-9]), .holds, "excess over the least nuclear norm 0.1, 0.01, 9.9e-10 for α = 1, 0.5, 0.33")
    expect(judge([0.1, 0.01, 1.01e-9]), .inconclusive, "confirms nothing")
    // The gap is 1e-6 of 2 · 1e-3: relative 5e-10, ten times that 5e-9.
    expect(judge([0.1, 0.01, 0.999e-6], gap: 2e-7), .holds)
    expect(judge([0.1, 0.01, 1.001e-6], gap: 2e-7), .inconclusive)
  }

  @Test("an excess above a thousandth that ceases to fall by a tenth from scale to scale is violated")
  func violated() {
    expect(judge([0.1, 0.0901, 0.0812]), .violated, "does not vanish as α falls: excess")
    expect(judge([0.1, 0.0899, 0.0808]), .inconclusive, "convergence in α is logarithmic")
    expect(judge([0.1, 0.05, 0.04501]), .violated)
    expect(judge([1.001e-3, 1.001e-3, 1.001e-3]), .violated)
    expect(judge([0.999e-3, 0.999e-3, 0.999e-3]), .inconclusive)
    // Only the last three scales count.
    expect(judge([0.1, 0.1, 0.05, 0.02]), .inconclusive)
    expect(judge([0.2, 0.1, 0.1, 0.02]), .violated)
  }

  @Test("the optimum must be certified to a millionth, and its certificate sound")
  func certificate() {
    expect(judge([0.5, 0.5, 0.5], gap: 2 * 0.999e-6), .violated)
    expect(judge([0.5, 0.5, 0.5], gap: 2 * 1.001e-6), .inconclusive, "only known to lie in [1.99999")
    expect(judge([0.5, 0.5, 0.5], flaw: "it leaks"), .inconclusive, "the optimum's certificate fails: it leaks")
    expect(judge([0.5, 0.1, 0], flaw: "it leaks"), .inconclusive, "the optimum's certificate fails: it leaks")
    expect(judge([0.5, 0.1, 0.05], flaw: "it leaks"), .inconclusive, "confirms nothing")
  }

  @Test("a run that is incomplete, or ends at a loss above 1e-8, has no limit")
  func unfinished() {
    expect(judge([0.5, 0.5, 0.5], loss: 0.999e-8), .violated)
    expect(judge([0.5, 0.5, 0.5], loss: 1.001e-8), .inconclusive, "the run at α = 0.5 ended at loss 1e-08")
    expect(judge([0.5, 0.5, 0.5], loss: .nan), .inconclusive, "ended at loss nan")
    expect(
      judge([0.5, 0.5, 0.5], incompleteness: "stuck; try"), .inconclusive,
      "the run at α = 0.5 is incomplete: stuck; try")
    expect(judge([]), .inconclusive)
  }
}
