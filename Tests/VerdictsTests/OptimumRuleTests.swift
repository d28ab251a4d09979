import Foundation
import Testing
import Verdicts

@Suite("The rule of an excess over a certified optimum")
struct OptimumRuleTests {
  /// Ends with the given excess over an optimum of 2, relative, at α = 1, 1/√10, 1/10, … unless given.
  private func judge(
    _ excess: [Double], at alphas: [Double]? = nil, gap: Double = 0, misfit: Double = 0, flaw: String? = nil,
    incompleteness: String? = nil, unit: Double = 1
  ) -> Judgement {
    let alphas = alphas ?? [1, 0.316, 0.1, 0.0316, 0.01]
    return OptimumRule.judge(
      OptimumEvidence(
        optimum: 2 * unit, lowerBound: (2 - gap) * unit, flaw: flaw,
        points: zip(alphas, excess).enumerated().map { k, point in
          .init(
            alpha: point.0, value: 2 * (1 + point.1) * unit, misfit: k == 1 ? 2 * misfit * unit : 0,
            incompleteness: k == 1 ? incompleteness : nil)
        }))
  }

  @Test("an excess within ten times the certificate's gap, or 1e-9, holds, on either side")
  func holds() {
    expect(
      judge([0.1, 0.01, 0.99e-9]), .holds, "excess over the least nuclear norm 0.1, 0.01, 9.9e-10 for α = 1, 0.32, 0.1")
    expect(judge([0.1, 0.01, 1.01e-9]), .inconclusive, "confirms nothing")
    // The gap is 1e-7 of the optimum, ten times that 1e-6.
    expect(judge([0.1, 0.01, 0.999e-6], gap: 2e-7), .holds)
    expect(judge([0.1, 0.01, 1.001e-6], gap: 2e-7), .inconclusive)
    expect(judge([0.1, 0.01, -0.999e-6], gap: 2e-7), .holds)
  }

  @Test("an excess below 0 by more than ten times its uncertainty is impossible, whatever the unit")
  func impossible() {
    for unit in [1, 1e-10, 1e10] {
      expect(judge([-0.99, -1, -1], unit: unit), .inconclusive, "below the least nuclear norm")
      expect(judge([0.5, -1.001e-2, 0], misfit: 1e-3, unit: unit), .inconclusive, "below the least nuclear norm")
      expect(judge([0.5, -0.999e-2, 0], misfit: 1e-3, unit: unit), .holds)
    }
  }

  @Test("an excess above a thousandth that has ceased to fall over a decade is violated")
  func violated() {
    // Slopes of 0.0199 and 0.0201 over half a decade each.
    func path(_ slope: Double) -> [Double] { (0..<3).map { 0.1 * power(10, -0.5 * slope * Double($0)) } }
    let alphas = (0..<3).map { power(10, -0.5 * Double($0)) }
    expect(judge(path(0.0199), at: alphas), .violated, "does not vanish as α falls: excess")
    expect(judge(path(0.0201), at: alphas), .inconclusive, "convergence in α is logarithmic")
    expect(judge([1.001e-3, 1.001e-3, 1.001e-3], at: alphas), .violated)
    expect(judge([0.999e-3, 0.999e-3, 0.999e-3], at: alphas), .inconclusive)
    // It ceased, and falls again; it falls, and has ceased.
    expect(judge([0.1, 0.1, 0.05], at: alphas), .inconclusive)
    expect(judge([0.2, 0.1, 0.1, 0.1], at: [10] + alphas), .violated)
    // A slope may be what the uncertainty hides.
    expect(judge([0.1, 0.1, 0.1], at: alphas, misfit: 0.0024), .inconclusive)
    expect(judge([0.1, 0.1, 0.1], at: alphas, misfit: 0.0020), .violated)
  }

  @Test("scales that reach over less than a decade refute nothing, however many")
  func range() {
    expect(judge([0.0035, 0.0035, 0.0035], at: [0.3, 0.29, 0.28]), .inconclusive)
    let close = (0..<70).map { 0.3 * power(0.96, Double($0)) }
    expect(judge(close.map { _ in 0.1 }, at: close), .violated)
    expect(judge(close.map { 0.05 * $0 * $0 }, at: close), .inconclusive)
    expect(judge([0.1, 0.1, 0.1], at: [1, 0.317, 0.101]), .inconclusive)
  }

  @Test("the optimum must be certified to a millionth, and its certificate sound")
  func certificate() {
    let flat = [0.5, 0.5, 0.5, 0.5]
    expect(judge(flat, gap: 2 * 0.999e-6), .violated)
    expect(judge(flat, gap: 2 * 1.001e-6), .inconclusive, "only known to lie in [1.99999")
    expect(judge(flat, flaw: "it leaks"), .inconclusive, "the optimum's certificate fails: it leaks")
    expect(judge([0.5, 0.1, 0], flaw: "it leaks"), .inconclusive, "the optimum's certificate fails: it leaks")
    expect(judge([0.5, 0.1, 0.05], flaw: "it leaks"), .inconclusive, "confirms nothing")
  }

  @Test("a run that is incomplete, or misses the data by so much that its excess is not known to a tenth, has no limit")
  func unfinished() {
    expect(judge([0.5, 0.1, 0.01], misfit: 0.999e-2), .inconclusive, "confirms nothing")
    expect(judge([0.5, 0.1, 0.01], misfit: 1.001e-2), .inconclusive, "the run at α = 0.32 misses the observed entries")
    expect(judge([0.5, 0.5, 0.5], misfit: .nan), .inconclusive, "without a number")
    expect(
      judge([0.5, 0.5, 0.5], incompleteness: "stuck; try"), .inconclusive,
      "the run at α = 0.32 is incomplete: stuck; try")
    expect(judge([]), .inconclusive, "no scale")
  }
}

private func power(_ base: Double, _ exponent: Double) -> Double { Foundation.pow(base, exponent) }
