import CMath
import Checkers
import FlowODE
import GSLBridge
import Testing

@Suite("Modified and heavy-ball flows")
struct FlowVariantTests {
  @Test("modified flow of a quadratic: the rate λ + ηλ²/2, and of κ = 1/2 λ + ηλ²")
  func modifiedQuadratic() throws {
    let problem = try ScalarProblem(depth: 1, target: 0)
    for (factor, extra) in [(0.25, 0.5), (0.5, 1.0)] {
      let flow = ModifiedFlow(objective: problem.objective, learningRate: 0.2, factor: factor)
      let end = try finalState(flow, problem.model, from: [3], until: 2)[0]
      #expect(abs(end - 3 * exp(-(1 + 0.2 * extra) * 2)) < 1e-12)
    }
  }

  @Test("modified flow: the negative gradient of f + (η/4)‖∇f‖², by central differences")
  func modifiedGradient() throws {
    let problem = try BilinearProblem()
    let n = problem.model.layout.count
    let eta = 0.3
    let work = UnsafeMutablePointer<Double>.allocate(capacity: 3 * n)
    defer { work.deallocate() }
    func modified(_ theta: [Double]) -> Double {
      for i in 0..<n { work[i] = theta[i] }
      let value = problem.objective.gradient(work, into: work + n)
      return value + 0.25 * eta * (0..<n).reduce(0) { $0 + work[n + $1] * work[n + $1] }
    }
    let flow = ModifiedFlow(objective: problem.objective, learningRate: eta)
    var derivative = [Double](repeating: 0, count: n)
    try problem.start.withUnsafeBufferPointer { start in
      try derivative.withUnsafeMutableBufferPointer { derivative in
        try flow.evaluate(0, #require(start.baseAddress), #require(derivative.baseAddress))
      }
    }
    for i in 0..<n {
      var (up, down) = (problem.start, problem.start)
      up[i] += 1e-5
      down[i] -= 1e-5
      #expect(abs(derivative[i] + (modified(up) - modified(down)) / 2e-5) < 1e-9)
    }
  }

  @Test("modified flow breaks balancedness at the rate that gradient descent does: D(T) = η∫(q_a(g) − q_b(g)) + O(η²)")
  func modifiedDrift() throws {
    let problem = try ScalarProblem(depth: 2, target: 1.5)
    func drift(_ theta: [Double]) -> Double { theta[0] * theta[0] - theta[1] * theta[1] - 0.77 }
    func gap(_ eta: Double) throws -> Double {
      let flow = ModifiedFlow(objective: problem.objective, learningRate: eta)
      let end = try finalState(flow, problem.model, from: [0.9, 0.2], until: 1)
      let descent = try problem.descent(PlainGradientDescent(), rate: eta, start: [0.9, 0.2])
      for _ in 0..<Int((1 / eta).rounded()) { descent.step() }
      return abs(drift(end) - drift([descent.parameters[0], descent.parameters[1]]))
    }
    let ratio = try gap(0.01) / gap(0.005)
    #expect(abs(log2(ratio) - 2) < 0.05)
  }

  @Test("heavy-ball flow of a quadratic: the damped oscillation")
  func heavyBallQuadratic() throws {
    let problem = try ScalarProblem(depth: 1, target: 0)
    let (friction, time) = (0.4, 7.0)
    let state = try finalState(
      HeavyBallFlow(objective: problem.objective, friction: friction), problem.model, from: [1], until: time)
    let omega = (1 - friction * friction / 4).squareRoot()
    let decay = exp(-friction * time / 2)
    #expect(abs(state[0] - decay * (cos(omega * time) + friction / (2 * omega) * sin(omega * time))) < 1e-11)
    #expect(abs(state[1] + decay / omega * sin(omega * time)) < 1e-11)
  }

  @Test("heavy-ball flow: J(t) = e^{−τt} J(0) for UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV, while balancedness drifts")
  func noether() throws {
    let problem = try BilinearProblem()
    let n = problem.model.layout.count
    let velocity = (0..<n).map { (i: Int) -> Double in Double((i * 5 + 2) % 7) / 14 - 0.2 }
    let (friction, time) = (0.3, 3.0)
    let flow = HeavyBallFlow(objective: problem.objective, friction: friction, initialVelocity: velocity)
    let end = try finalState(flow, problem.model, from: problem.start, until: time)
    let outer = problem.model.layout.blocks[1]
    let inner = problem.model.layout.blocks[0]
    // W = U Vᵀ: U = W2 (rows × r), V = W1ᵀ.
    func momentum(_ x: [Double], _ v: [Double]) -> Double {
      var total = 0.0
      for i in 0..<outer.rows {
        let (a, b) = (outer.offset + 2 * i, outer.offset + 2 * i + 1)
        total += x[a] * v[b] - v[a] * x[b]
      }
      for j in 0..<inner.columns {
        let (a, b) = (inner.offset + j, inner.offset + inner.columns + j)
        total += x[a] * v[b] - v[a] * x[b]
      }
      return total
    }
    let before = momentum(problem.start, velocity)
    let after = momentum(Array(end[0..<n]), Array(end[n...]))
    #expect(abs(before) > 0.01)
    #expect(abs(after - exp(-friction * time) * before) < 1e-11)
    func difference(_ x: [Double]) -> Double {
      var total = 0.0
      for i in outer.range { total += x[i] * x[i] }
      for i in inner.range { total -= x[i] * x[i] }
      return total
    }
    #expect(abs(difference(end) - difference(problem.start)) > 1e-2)
  }

  @Test("heavy-ball descent follows the heavy-ball flow with order 1")
  func heavyBallOrder() throws {
    let problem = try ScalarProblem(depth: 2, target: 1.5)
    let exact = try finalState(
      HeavyBallFlow(objective: problem.objective, friction: 0.5), problem.model, from: [0.9, 0.2], until: 2)
    let gaps = try [0.01, 0.005, 0.0025].map { eta in
      let descent = try problem.descent(HeavyBall(friction: 0.5), rate: eta, start: [0.9, 0.2])
      for _ in 0..<Int((2 / eta).rounded()) { descent.step() }
      return abs(descent.parameters[0] - exact[0])
    }
    #expect(abs(log2(gaps[1] / gaps[2]) - 1) < 0.03)
  }

  @Test("Jacobians of both flows agree with central differences")
  func jacobians() throws {
    let problem = try BilinearProblem()
    for field in [
      ModifiedFlow(objective: problem.objective, learningRate: 0.2),
      HeavyBallFlow(objective: problem.objective, friction: 1),
    ] as [any VectorField] {
      let n = field.dimension
      let state = field.initialState(problem.start).map { $0 + 0.1 }
      let work = UnsafeMutablePointer<Double>.allocate(capacity: n * n + 4 * n)
      defer { work.deallocate() }
      for i in 0..<n { work[n * n + i] = state[i] }
      let (point, upper, lower) = (work + n * n, work + n * n + n, work + n * n + 2 * n)
      try field.jacobian(0, point, work, work + n * n + 3 * n)
      for j in 0..<n {
        point[j] = state[j] + 1e-5
        try field.evaluate(0, point, upper)
        point[j] = state[j] - 1e-5
        try field.evaluate(0, point, lower)
        point[j] = state[j]
        for i in 0..<n { #expect(abs(work[i * n + j] - (upper[i] - lower[i]) / 2e-5) < 1e-8) }
      }
    }
  }

  @Test(
    "amplification (A13): ∫min(λ_min, 0) along the balanced scalar flow has its closed form, carried or not",
    arguments: [false, true])
  func amplification(carries: Bool) throws {
    // λ_min, and its integral over the times at which it is negative.
    final class Negative: Quadrature {
      let names = ["least eigenvalue"]
      let kinks = [RateKink(switches: 0, width: 1, branches: [0])]
      func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
        rates[0] = (try? point.objective.extremeEigenvalues(point.parameters).smallest) ?? .nan
      }
      func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {}
      func scales(at start: FlowPoint) -> [Double] { [1] }
    }
    let target = 1.0
    let start = 0.01
    let problem = try ScalarProblem(depth: 2, target: target)
    let flow = GradientFlow(
      objective: problem.objective, layout: problem.model.layout, quadratures: [Negative()], carriesIntegrals: carries)
    // λ_min = 3u − s below u = s/2, u the product: negative up to u = s/3, and positive ever after.
    let plan = IntegrationPlan(
      method: .auto, relativeTolerance: 1e-12, grid: try .linear(until: 12, count: 2))
    let w = start.squareRoot()
    let end = try Integrator(model: problem.model, field: flow, plan: plan).run(from: [w, w], observers: [])
    let expected = (target / (3 * start)).squareRoot() * (2 * target / 3) / (target - start)
    #expect(abs(exp(-end.quadratures[1]) / expected - 1) < 1e-8)
  }
}
