import CMath
import Checkers
import FlowODE
import Models
import Testing

/// One balanced scalar mode u of depth N: u̇ = N u^{2−2/N} (s − u), which leaves u₀ = αᴺ at a time like α^{−(N−2)} and is then
/// through in a moment.
@Suite("The clock of a run")
struct ClockTests {
  private static let target = 1.5

  /// The time from u₀ to u: ∫ du/(N u^{2−2/N}(s − u)), by Simpson's rule in x = u^{−(1−2/N)}, in which the integrand is smooth.
  private static func duration(_ depth: Int, from start: Double, to end: Double) -> Double {
    let power = 1 - 2 / Double(depth)
    let (a, b) = (pow(start, -power), pow(end, -power))
    func density(_ x: Double) -> Double { 1 / (Double(depth) * power * (target - pow(x, -1 / power))) }
    // Geometric panels: x spans many decades.
    let panels = 20_000
    let ratio = pow(a / b, 1 / Double(panels))
    var (sum, low) = (0.0, b)
    for _ in 0..<panels {
      let high = low * ratio
      sum += (high - low) / 6 * (density(low) + 4 * density(0.5 * (low + high)) + density(high))
      low = high
    }
    return sum
  }

  @Test(
    "the remainder since the clock started anew is that of the state it started with, to 1e-6",
    arguments: [(4, 1e-6), (6, 1e-3), (8, 1e-2), (8, 1e-6)])
  func remainder(_ depth: Int, _ alpha: Double) throws {
    let probe = try Scalar.matrix(depth: depth, target: Self.target)
    let diary = Diary()
    let start = [Double](repeating: alpha, count: depth)
    let end = try probe.flow(
      from: start, until: 1e60, saves: 100, method: .auto, rtol: 1e-8, stops: [.lossBelow(1e-2)], observers: [diary])
    let stop = Self.target - (2e-2).squareRoot()
    guard case .stopped = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
    #expect(end.clock.isRestarted)
    let restart = try #require(diary.saves.last { $0.clock.isRestarted && $0.clock.remainder == 0 })
    let product = restart.theta.reduce(1, *)
    let expected = Self.duration(depth, from: product, to: stop)
    #expect(abs(end.clock.remainder - expected) <= 1e-6 * expected, "\(end.clock) instead of \(expected)")
    let whole = Self.duration(depth, from: pow(alpha, Double(depth)), to: stop)
    #expect(abs(end.time - whole) <= 1e-6 * whole)
    // What is kept after the restart lies on the new scale.
    let kept = diary.saves.drop { $0.theta != restart.theta }
    #expect(kept.count > 5 && kept.allSatisfy { $0.clock.remainder >= 0 && $0.clock.remainder <= end.clock.remainder })
  }

  @Test("a run whose state changes on the scale of its time keeps one clock")
  func oneClock() throws {
    let probe = try Scalar.matrix(depth: 2, target: Self.target)
    let end = try probe.flow(from: [0.1, 0.1], until: 1e12, method: .auto, rtol: 1e-8)
    #expect(!end.clock.isRestarted && end.time == 1e12)
  }

  @Test(
    "a flow that has met its data is at rest, and the horizon costs nothing", arguments: ["auto", "gauss2"])
  func rest(_ name: String) throws {
    let probe = try Scalar.matrix(depth: 2, target: Self.target)
    let method = try IntegrationMethod(named: name)
    let ends = try [1e4, 1e9, 1e15].map {
      try probe.flow(from: [0.3, 0.3], until: $0, saves: 3, method: method, rtol: 1e-8)
    }
    for end in ends {
      #expect(end.outcome == .reachedEnd && end.rest != nil && (end.rest?.total ?? 0) < 1e4)
      #expect(abs(end.parameters[0] * end.parameters[1] - Self.target) <= 1e-7)
    }
    #expect(ends[2].counts.evaluations <= 2 * ends[0].counts.evaluations)
  }

  @Test("a saddle that is only left much later is not rest", arguments: [(3, 1e-8), (3, 1e-12), (4, 1e-5)])
  func saddle(_ depth: Int, _ alpha: Double) throws {
    let probe = try Scalar.matrix(depth: depth, target: Self.target)
    let end = try probe.flow(
      from: [Double](repeating: alpha, count: depth), until: 1e14, saves: 3, method: .auto, rtol: 1e-8)
    #expect(abs(end.parameters.reduce(1, *) - Self.target) <= 1e-7, "\(end.parameters)")
    let escape = Self.duration(depth, from: pow(alpha, Double(depth)), to: 0.5 * Self.target)
    #expect(end.rest.map { $0.total > escape } ?? true)
  }

  @Test("a stationary start is at rest at once")
  func zero() throws {
    let probe = try Scalar.matrix(depth: 3, target: Self.target)
    let end = try probe.flow(from: [0, 0, 0], until: 1e30, saves: 5, method: .auto, rtol: 1e-8)
    #expect(end.outcome == .reachedEnd && end.parameters == [0, 0, 0] && end.counts.accepted < 200, "\(end)")
  }
}

/// u̇ = 2u Σ ±1/m for the absolute loss of a balanced scalar of depth 2.
@Suite("Sliding along kinks")
struct SlidingTests {
  private func run(_ targets: [Double], until: Double, method: IntegrationMethod) throws -> Trajectory {
    let model = try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [1]))
    let measurements = try Measurements(
      shape: [1, 1], operators: .entries(indices: targets.map { _ in 0 } + targets.map { _ in 0 }), values: targets)
    let objective = try Objective(
      model: model, measurements: measurements, loss: AbsoluteLoss(), normalization: .mean)
    let plan = IntegrationPlan(
      method: method, relativeTolerance: 1e-9, grid: try .linear(until: until, count: 5))
    return try Integrator(
      model: model, field: GradientFlow(objective: objective, layout: model.layout), plan: plan
    ).run(from: [0.5, 0.5], observers: [])
  }

  @Test(
    "a kink that attracts from both sides ends the run at its time; one that is crossed does not",
    arguments: [IntegrationMethod.auto, .explicit(.dop853), .explicit(.rk8pd), .explicit(.dopri5)])
  func attraction(_ method: IntegrationMethod) throws {
    // One target: u = ¼ e^{2t} slides from 1 on.
    let one = try run([1], until: 5, method: method)
    guard case .failed(let sentence, _, let time) = one.outcome else {
      Issue.record("\(one.outcome)")
      return
    }
    #expect(sentence.contains("slides along kinks") && abs(time.total - log(4) / 2) <= 1e-6, "\(time)")
    #expect(one.counts.accepted < 1000)
    // Three: two against one carry u past ½ at u̇ = ⅔·2u… after u̇ = 2u, and from the middle one on it slides.
    let three = try run([0.5, 1, 2], until: 5, method: method)
    guard case .failed(_, _, let middle) = three.outcome else {
      Issue.record("\(three.outcome)")
      return
    }
    #expect(abs(middle.total - (log(2) / 2 + log(2) / 2 * 3)) <= 1e-6, "\(middle)")
  }

  @Test(
    "steps whose stages cancel across a kink, so that they end where they began, are seen to slide",
    arguments: [
      IntegrationMethod.explicit(.rk2), .explicit(.rk4), .explicit(.rkf45), .explicit(.rkck), .explicit(.rkc2),
    ])
  func cancellation(_ method: IntegrationMethod) throws {
    // ẇ = −sign(w − 1) from 0 on, in steps of 1/k that end before the kink, on it or beyond it: it is met at t = 1.
    let model = try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: []))
    for count in 2...40 {
      let objective = try Objective(
        model: model,
        measurements: Measurements(shape: [1, 1], operators: .entries(indices: [0, 0]), values: [1]),
        loss: AbsoluteLoss(), normalization: .sum)
      let plan = IntegrationPlan(
        method: method, relativeTolerance: 1e-3, grid: try .linear(until: 3.1, count: count), maxSteps: 100_000)
      let end = try Integrator(
        model: model, field: GradientFlow(objective: objective, layout: model.layout), plan: plan
      ).run(from: [0], observers: [])
      guard case .failed(_, _, let time) = end.outcome else {
        // A state that is on the kink to the last bit rests there.
        #expect(end.outcome == .reachedEnd && end.loss == 0, "\(count): \(end.outcome), \(end.loss)")
        continue
      }
      #expect(abs(time.total - 1) <= 3.1 / Double(count - 1) && end.slide == time, "\(count): \(time)")
    }
  }
}
