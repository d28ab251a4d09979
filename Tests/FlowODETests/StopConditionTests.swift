import CMath
import Checkers
import FlowODE
import Testing

@Suite("Stop conditions")
struct StopConditionTests {
  private let start = 0.02
  private let target = 1.5

  private func run(
    _ stops: [StopCondition], method: IntegrationMethod = .auto, rtol: Double = 1e-10, until: Double = 20,
    saves: Int = 2, observers: [any TrajectoryObserver] = []
  ) throws -> Trajectory {
    try Scalar.matrix(depth: 2, target: target).flow(
      from: [start.squareRoot(), start.squareRoot()], until: until, saves: saves, method: method, rtol: rtol,
      stops: stops, observers: observers)
  }

  /// The time at which depth-2 flow is at u.
  private func time(_ u: Double) -> Double { Scalar.logisticTime(u, from: start, target: target) }

  /// The u > s/3 at which the gradient's norm (s − u)√(2u) is the given one.
  private func stateOfGradient(_ norm: Double) -> Double {
    var (low, high) = (target / 3, target)
    for _ in 0..<200 {
      let u = 0.5 * (low + high)
      if (target - u) * (2 * u).squareRoot() > norm { low = u } else { high = u }
    }
    return low
  }

  @Test("a crossing is located to the integrator's accuracy", arguments: IntegrationMethod.all)
  func crossing(_ method: IntegrationMethod) throws {
    let cases: [(StopCondition, u: Double)] = [
      (.lossBelow(0.3), target - 0.6.squareRoot()), (.lossBelow(1e-4), target - 2e-4.squareRoot()),
      (.gradientBelow(0.05), stateOfGradient(0.05)), (.componentNormAbove(0.5), 0.5),
      (.componentNormAbove(0.0201), 0.0201),
    ]
    for rtol in method.fairTolerances {
      for (condition, u) in cases {
        let diary = Diary()
        let end = try run([condition], method: method, rtol: rtol, observers: [diary])
        // The relative error of the state that an error in time amounts to: u̇ = 2u(s − u).
        let error = abs(end.time - time(u)) * 2 * (target - u)
        let label = Comment(rawValue: "\(method.name), \(condition), rtol \(rtol): relative error \(error)")
        #expect(end.outcome == .stopped(condition, time: end.clock), label)
        #expect(error <= method.accumulation * rtol + 1e-13, label)
        // The state is that of the stop, and is kept once.
        #expect(diary.saves.count == 2 && diary.pages.last?.time == end.time, label)
        #expect(diary.pages.last?.theta == end.parameters && diary.pages.last?.loss == end.loss, label)
        #expect(zip(diary.pages, diary.pages.dropFirst()).allSatisfy { $0.time < $1.time }, label)
      }
    }
  }

  @Test("the earliest of several conditions wins, in whatever order they are given")
  func several() throws {
    // Both lie within one step of rk8pd: the steps there are about 0.1 long.
    let conditions: [StopCondition] = [
      .componentNormAbove(0.7), .lossBelow(0.5 * 0.78 * 0.78), .gradientBelow(1e-9), .componentNormAbove(0.71),
    ]
    let diary = Diary()
    _ = try run([], method: .explicit(.rk8pd), until: time(0.8), observers: [diary])
    let crossing = diary.pages.first { $0.theta[0] * $0.theta[1] >= 0.7 }
    #expect(crossing.map { $0.theta[0] * $0.theta[1] >= 0.72 } == true, "the conditions do not share a step")
    for order in [conditions, conditions.reversed(), [conditions[1], conditions[3], conditions[0]]] {
      let end = try run(order, method: .explicit(.rk8pd))
      #expect(end.outcome == .stopped(.componentNormAbove(0.7), time: end.clock))
      #expect(abs(end.time - time(0.7)) <= 1e-9)
    }
  }

  @Test(
    "a condition that is true at the start stops there",
    arguments: [StopCondition.lossBelow(10), .gradientBelow(10), .componentNormAbove(0.02)])
  func atStart(_ condition: StopCondition) throws {
    let diary = Diary()
    let end = try run([.lossBelow(1e-8), condition], observers: [diary])
    #expect(end.outcome == .stopped(condition, time: FlowTime(remainder: 0)))
    #expect(end.time == 0 && end.counts.accepted == 0)
    #expect(diary.pages.count == 1 && diary.saves.count == 1)
  }

  @Test("a crossing exactly at a save time", arguments: ["rk8pd", "msadams", "msbdf", "dopri5"])
  func atSave(_ name: String) throws {
    let method = try IntegrationMethod(named: name)
    for k in 1...4 {
      let saveTime = 0.5 * Double(k)
      let u = Scalar.logistic(saveTime, from: start, target: target)
      let diary = Diary()
      let end = try run([.componentNormAbove(u)], method: method, rtol: 1e-9, until: 4, saves: 9, observers: [diary])
      #expect(abs(end.time - saveTime) <= 1e-7 * saveTime, "\(end.time) instead of \(saveTime)")
      #expect(zip(diary.saves, diary.saves.dropFirst()).allSatisfy { $0.time < $1.time })
      // Rounding decides whether the save time itself comes before the stop.
      #expect(diary.saves.count == k + 1 || diary.saves.count == k + 2)
      #expect(diary.saves.last?.time == end.time)
    }
  }

  @Test("a condition that is never met lets the run end at its horizon")
  func never() throws {
    let end = try run([.lossBelow(1e-12), .componentNormAbove(1.6)], until: 2)
    #expect(end.outcome == .reachedEnd && end.time == 2)
  }

  @Test("watching conditions does not change the trajectory")
  func unchanged() throws {
    let (plain, watched) = (Diary(), Diary())
    _ = try run([], until: 3, saves: 20, observers: [plain])
    _ = try run([.lossBelow(1e-12)], until: 3, saves: 20, observers: [watched])
    #expect(plain.pages.map(\.theta) == watched.pages.map(\.theta))
    #expect(plain.pages.map(\.isSave) == watched.pages.map(\.isSave))
  }

  @Test("an interruption while a crossing is located is an interruption")
  func interruptedLocation() throws {
    let probe = try Scalar.matrix(depth: 2, target: target)
    // The flow is cancelled from the first evaluation of the locating runs on, which start after an accepted step.
    for limit in [20, 60, 100, 150, 200, 250, 300] {
      let counter = Counter(limit: limit)
      let field = GradientFlow(
        objective: probe.objective, layout: probe.model.layout, isCancelled: { counter.isSpent })
      let plan = IntegrationPlan(
        method: .auto, relativeTolerance: 1e-10, grid: try .linear(until: 20, count: 2),
        stops: [.componentNormAbove(0.03)])
      let end = try Integrator(model: probe.model, field: field, plan: plan).run(
        from: [start.squareRoot(), start.squareRoot()], observers: [])
      if case .interrupted = end.outcome { continue }
      #expect(limit > 20 && end.outcome == .stopped(.componentNormAbove(0.03), time: end.clock), "\(end.outcome)")
    }
  }
}

/// Becomes spent after some questions.
final class Counter: @unchecked Sendable {
  private var left: Int
  init(limit: Int) { left = limit }
  var isSpent: Bool {
    left -= 1
    return left < 0
  }
}
