import Foundation
import Models
import Testing
import Theorems

@Suite("Closed forms of one mode")
struct FactorModeTests {
  /// u̇ = L u^{2−2/L}(s − u) by classical Runge–Kutta with fixed steps, as an independent reference.
  private func march(depth: Double, target: Double, start: Double, time: Double) -> Double {
    func rate(_ u: Double) -> Double { depth * pow(u, 2 - 2 / depth) * (target - u) }
    let steps = 20_000
    let h = time / Double(steps)
    var u = start
    for _ in 0..<steps {
      let a = rate(u)
      let b = rate(u + h / 2 * a)
      let c = rate(u + h / 2 * b)
      let d = rate(u + h * c)
      u += h / 6 * (a + 2 * b + 2 * c + d)
    }
    return u
  }

  @Test("Depth 2, balanced: the logistic curve against Runge–Kutta, relative 1e-11")
  func logistic() {
    for time in [0.1, 0.7, 2.5] {
      let reference = march(depth: 2, target: 1.7, start: 0.01, time: time)
      #expect(abs(FactorModes.logistic(target: 1.7, start: 0.01, time: time) / reference - 1) < 1e-11)
    }
    #expect(FactorModes.logistic(target: 1, start: 1e-3, time: 1e6) == 1)
  }

  @Test("Depth 2, unbalanced: the Riccati form against Runge–Kutta of a and b, relative 1e-11, and a² − b² is kept")
  func riccati() {
    for (a0, b0) in [(1.0, 0.2), (0.5, -0.3), (2.0, 1.9)] {
      var (a, b) = (a0, b0)
      let s = 1.3
      let h = 0.8 / 20_000
      func rate(_ a: Double, _ b: Double) -> (Double, Double) { ((s - a * b) * b, (s - a * b) * a) }
      for _ in 0..<20_000 {
        let k1 = rate(a, b)
        let k2 = rate(a + h / 2 * k1.0, b + h / 2 * k1.1)
        let k3 = rate(a + h / 2 * k2.0, b + h / 2 * k2.1)
        let k4 = rate(a + h * k3.0, b + h * k3.1)
        a += h / 6 * (k1.0 + 2 * k2.0 + 2 * k3.0 + k4.0)
        b += h / 6 * (k1.1 + 2 * k2.1 + 2 * k3.1 + k4.1)
      }
      let closed = FactorModes.unbalanced(target: s, a0: a0, b0: b0, time: 0.8)
      #expect(abs(closed.a - a) < 1e-11 && abs(closed.b - b) < 1e-11)
      #expect(abs(closed.u - closed.a * closed.b) < 1e-13)
    }
  }

  @Test("Times to levels by quadrature: the logistic inverse, depth 4's antiderivative, and Runge–Kutta at depth 3")
  func times() throws {
    let two = try FactorModes.time(depth: 2, target: 2, from: 1e-6, to: 1.5)
    #expect(abs(FactorModes.logistic(target: 2, start: 1e-6, time: two) / 1.5 - 1) < 1e-10)
    let four = try FactorModes.time(depth: 4, target: 2, from: 1e-3, to: 1.5)
    let closed = FactorModes.depthFourTime(target: 2, at: 1.5) - FactorModes.depthFourTime(target: 2, at: 1e-3)
    #expect(abs(four / closed - 1) < 1e-11)
    let three = try FactorModes.time(depth: 3, target: 2, from: 0.05, to: 1)
    #expect(abs(march(depth: 3, target: 2, start: 0.05, time: three) - 1) < 1e-10)
    #expect(throws: Refusal.self) { try FactorModes.time(depth: 3, target: 1, from: 0.1, to: 1) }
  }

  @Test("Rise times approach their small-start forms, and their ratios the inverse ratio of targets")
  func rises() throws {
    let start = 1e-8
    for depth in [2, 3, 4] {
      let one = try FactorModes.time(depth: depth, target: 3, from: start, to: 1.5)
      let two = try FactorModes.time(depth: depth, target: 2, from: start, to: 1)
      let error = depth == 2 ? 1e-10 : 0.05
      #expect(abs(FactorModes.riseTime(depth: depth, target: 3, start: start) / one - 1) < error)
      #expect(abs(one / two - 2.0 / 3) < 0.02)
    }
  }

  @Test(
    "The separation threshold for s = 3, 2 and f = 0.05 is 3.5899e-7, and both modes then meet their levels at once")
  func separation() throws {
    let u0 = FactorModes.separationThreshold(first: 3, second: 2, fraction: 0.05)
    #expect(abs(u0 / 3.5899e-7 - 1) < 1e-4)
    let first = try FactorModes.time(depth: 2, target: 3, from: u0, to: 0.95 * 3)
    let second = try FactorModes.time(depth: 2, target: 2, from: u0, to: 0.05 * 2)
    #expect(abs(first / second - 1) < 1e-6)
  }
}
