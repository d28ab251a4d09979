import CMath
import Testing
import Theorems
import Verdicts

@Suite("The fitted order")
struct SlopeIntervalTests {
  @Test("the fit of exact powers is exact, and its interval holds the slope")
  func exact() throws {
    let fit = try #require(SlopeInterval(gaps: [0.3, 0.1, 0.02].map { (rate: $0, gap: Optional($0 * $0)) }))
    #expect(abs(fit.slope - 2) < 1e-12 && fit.low <= fit.slope && fit.slope <= fit.high)
  }

  @Test("gaps that are missing, zero or no number are left out, and two leave no line")
  func unusable() throws {
    let gaps: [(rate: Double, gap: Double?)] = [(0.8, nil), (0.4, 0), (0.2, .nan), (0.3, 0.3), (0.1, 0.1)]
    #expect(SlopeInterval(gaps: gaps) == nil)
    let fit = try #require(SlopeInterval(gaps: gaps + [(0.05, 0.05)]))
    #expect(abs(fit.slope - 1) < 1e-12)
  }

  @Test("the interval is Student's: three points off a line by a known amount")
  func interval() throws {
    // log gap = 0, 1, 2 and a third of nothing: residuals (e, −2e, e)/3 about slope 1 in log rate 0, 1, 2.
    let e = 0.3
    let points: [(Double, Double)] = [(0, 0), (1, 1 + e), (2, 2)]
    let fit = try #require(SlopeInterval(gaps: points.map { (rate: exp($0.0), gap: exp($0.1)) }))
    // s² = Σr² = 2e²/3, Σ(x − x̄)² = 2, t(0.975; 1) = tan(0.475 π) = 12.7062047.
    let half = 12.7062047 * (e * e / 3).squareRoot()
    #expect(abs(fit.slope - 1) < 1e-12)
    #expect(abs(fit.high - 1 - half) < 1e-6 && abs(1 - fit.low - half) < 1e-6)
  }
}
