import CMath
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// What figures of claims show, beside numbers that were computed otherwise.
@Suite("numbers in figures") struct FigureNumberTests {
  @Test(
    "below the rates of growth stand their relative residuals against m σ^(2−2/m), at the same abscissas",
    arguments: [2, 3, 5])
  func growthResiduals(m: Int) throws {
    let recorder = GrowthRecorder()
    // Component 0 departs by 1e-3 k, component 1 grows as claimed and a hundredth less.
    let times = (0...12).map(Double.init)
    func norm(_ r: Int, _ k: Double) -> Double { Double(r + 1) * exp(0.5 * k) }
    func departure(_ r: Int, _ k: Double) -> Double { r == 0 ? 1e-3 * k : -0.01 }
    for k in times {
      recorder.record(
        time: k, norms: [norm(0, k), norm(1, k)],
        // σ^(2−2/m) as the square of σ over that of its m-th root.
        rates: [0, 1].map { r in
          let root = exp(log(norm(r, k)) / Double(m))
          return Double(m) * norm(r, k) * norm(r, k) / (root * root) * (1 + departure(r, k))
        }, integrals: [k, k], m: m)
    }
    let claimed = 2 - 2 / Double(m)
    let figure = try #require(recorder.evidence(claimed: claimed).plot)
    #expect(figure.panels.count == 1)
    let panel = try #require(figure.panels.first)
    #expect(panel.xLabel == figure.xLabel && panel.logX && figure.logX && panel.name == "residual")
    let rates = figure.curves.filter { $0.role == .measured }
    #expect(panel.curves.map(\.name) == rates.map(\.name) && panel.curves.map(\.x) == rates.map(\.x))
    for r in [0, 1] {
      let curve = try #require(panel.curves.first { $0.name == "component \(r)" })
      for (k, (x, y)) in zip(times, zip(curve.x, curve.y)) {
        #expect(x == norm(r, k) && abs(y - abs(departure(r, k))) <= 1e-14, "\(r) \(k): \(y)")
        // What rounding may have left of nothing has a logarithm.
        #expect(y >= 0x1p-52)
      }
    }
    // Another claimed exponent leaves another residual, m σᵖ against m σ^(p + 1/4).
    let other = try #require(recorder.evidence(claimed: claimed + 0.25).plot?.panels.first)
    let last = try #require(other.curves.first { $0.name == "component 1" }?.y.last)
    #expect(abs(last - abs(0.99 / exp(0.25 * log(norm(1, 12))) - 1)) <= 1e-13)
  }
}
