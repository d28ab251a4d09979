import CMath
import GSLBridge
import Testing

/// Exponential Adams within its steps, where plain formulas are of no use.
@Suite struct PlateauInteriorTests {
  /// A stiff mode that follows a slow one, which turns for ever: u̇ = −λ(u − v²/2 − 1), v̇ = u cos t − v³/5.
  static func coupled(_ lambda: Double) -> StiffClosure {
    StiffClosure(
      2,
      { t, x, dx in
        dx[0] = -lambda * (x[0] - 0.5 * x[1] * x[1] - 1)
        dx[1] = x[0] * cos(t) - 0.2 * x[1] * x[1] * x[1]
      },
      curvature: { x, a in (a[0], a[1], a[2], a[3]) = (lambda, 0, 0, 0.6 * x[1] * x[1]) })
  }

  /// ∫₀^θ of the polynomial through values at nodes, by its Lagrange form and Gauss' rule of four points, exact to degree 7.
  static func integral(_ theta: Double, nodes: [Double], values: [Double]) -> Double {
    let points = [0.861_136_311_594_052_6, 0.339_981_043_584_856_3]
    let weights = [0.347_854_845_137_453_85, 0.652_145_154_862_546_1]
    var sum = 0.0
    for (point, weight) in zip(points + points.map { -$0 }, weights + weights) {
      let s = 0.5 * theta * (1 + point)
      for (j, node) in nodes.enumerated() {
        let basis = nodes.indices.reduce(1.0) { $1 == j ? $0 : $0 * (s - nodes[$1]) / (node - nodes[$1]) }
        sum += 0.5 * theta * weight * basis * values[j]
      }
    }
    return sum
  }

  /// Inside steps of hρ > 50 the stiff component is as good as at their ends; integrated plainly, from the same derivatives, it is not.
  @Test(arguments: [1e-4, 1e-6]) func thePlainPolynomialWouldNotDo(_ rtol: Double) throws {
    let lambda = 1e4
    let system = StiffClosure.pursuit(lambda)
    var stepper = try system.stepper(rtol)
    var (t, x) = (0.0, [1, 0.2])
    var (exponential, plain, ends, widest) = (0.0, 0.0, 0.0, 0.0)
    var (u, f) = (x, x)
    var past: [(time: Double, rate: Double)] = []
    while t < 5 {
      let (before, start) = (t, x)
      try system.evaluate(t, x, &f)
      past.append((t, f[0]))
      try stepper.step(time: &t, state: &x, limit: 5)
      ends = max(ends, abs(x[0] - cos(t)))
      let h = t - before
      widest = max(widest, h * lambda)
      guard h * lambda > 50, past.count > 5 else { continue }
      try system.evaluate(t, x, &f)
      let nodes = past.suffix(4).map { ($0.time - before) / h } + [1]
      let rates = past.suffix(4).map(\.rate) + [f[0]]
      for theta in [0.25, 0.5, 0.75] {
        let exact = cos(before + theta * h)
        stepper.solution.interpolate(theta, into: &u)
        exponential = max(exponential, abs(u[0] - exact))
        let y = start[0] + h * Self.integral(theta, nodes: nodes, values: rates)
        plain = max(plain, abs(y - exact))
      }
    }
    #expect(widest > 50)
    #expect(exponential < 3 * ends + rtol, "\(exponential) inside, \(ends) at the ends")
    #expect(plain > 4 * exponential, "\(plain) plainly, \(exponential) exponentially")
  }

  /// Over 500 steps of hρ > 50, the integral of what feeds a slow component agrees with the component, within 1000τ, and falls with τ.
  @Test func integralsFollowTheTolerance() throws {
    var residuals: [Double] = []
    for rtol in [1e-4, 1e-6, 1e-8] {
      let lambda = 1e6
      let system = Self.coupled(lambda)
      var stepper = try system.stepper(rtol)
      stepper.integrate(
        ClosureRates(1) { t, x, q in q[0] = x[0] * cos(t) - 0.2 * x[1] * x[1] * x[1] })
      var (t, x) = (0.0, [1.0, 0.5])
      x[0] = 1 + 0.5 * x[1] * x[1]
      var (integral, stiff, worst) = ([0.0], 0, 0.0)
      for _ in 0..<500 {
        let before = t
        try stepper.step(time: &t, state: &x, limit: .greatestFiniteMagnitude)
        if (t - before) * lambda > 50 { stiff += 1 }
        stepper.solution.integrals(1, into: &integral)
        worst = max(worst, abs(integral[0] - (x[1] - 0.5)))
      }
      #expect(stiff > 400 && worst < 1000 * rtol, "\(stiff) steps, \(worst)")
      residuals.append(worst)
    }
    #expect(residuals[1] < 0.2 * residuals[0] && residuals[2] < 0.2 * residuals[1], "\(residuals)")
  }
}
