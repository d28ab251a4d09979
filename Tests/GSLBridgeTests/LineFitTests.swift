import GSLBridge
import Testing

@Suite struct LineFitTests {
  /// Points (1, 1), (2, 3), (3, 2), (4, 5), worked by hand: x̄ = 2.5, ȳ = 2.75, Sxx = 5, Sxy = 5.5, so slope 1.1 and
  /// intercept 0; residuals −0.1, 0.8, −1.3, 0.6, Σr² = 2.7, s² = 1.35; se(slope)² = 1.35/5 = 0.27,
  /// se(intercept)² = 1.35 (1/4 + 6.25/5) = 2.025. Student's t(0.975; 2) = 4.302652729696 (tables).
  @Test func agreesWithAFitByHand() throws {
    let fit = try LineFit(x: [1, 2, 3, 4], y: [1, 3, 2, 5])
    #expect(abs(fit.slope - 1.1) < 1e-14)
    #expect(abs(fit.intercept) < 1e-14)
    #expect(abs(fit.slopeStandardError - 0.27.squareRoot()) < 1e-14)
    #expect(abs(fit.interceptStandardError - 2.025.squareRoot()) < 1e-14)
    #expect(abs(fit.residualStandardDeviation - 1.35.squareRoot()) < 1e-14)
    let half = 4.302652729696 * 0.27.squareRoot()
    #expect(abs(fit.slopeInterval95.lowerBound - (1.1 - half)) < 1e-10)
    #expect(abs(fit.slopeInterval95.upperBound - (1.1 + half)) < 1e-10)
  }

  @Test func anExactLineHasNoError() throws {
    let fit = try LineFit(x: [0, 1, 2, 3, 4], y: [1, 3, 5, 7, 9])
    #expect(fit.slope == 2 && fit.intercept == 1)
    #expect(fit.slopeStandardError == 0 && fit.slopeInterval95 == 2...2)
  }

  @Test func degenerateFitsAreRefused() {
    let bad: [([Double], [Double])] = [
      ([], []), ([1], [1]), ([1, 2], [1, 2]), ([1, 2, 3], [1, 2]), ([2, 2, 2], [1, 2, 3]), ([1, 2, .nan], [1, 2, 3]),
      ([1, 2, 3], [1, .infinity, 3]), ([1e200, -1e200, 0], [1, 2, 3]), ([0, 5e-324, 0], [1, 2, 3]),
    ]
    for (x, y) in bad { #expect(throws: GSLError.self) { _ = try LineFit(x: x, y: y) } }
  }
}
