import CMath
import Checkers
import FlowODE
import Models
import Testing

@Suite("Save times")
struct SaveGridTests {
  @Test("linear times are exact quotients, from 0 to the horizon")
  func linear() throws {
    let grid = try SaveGrid.linear(until: 40, count: 201)
    #expect(grid.times == (0...200).map { 40 * Double($0) / 200 })
    #expect(try SaveGrid.linear(until: 0.1, count: 2).times == [0, 0.1])
    for until in [1e-290, 3e-7, 0.7, 1e290] {
      for count in [2, 3, 200, 1001] {
        let times = try SaveGrid.linear(until: until, count: count).times
        #expect(times.count == count && times[0] == 0 && times[count - 1] == until)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
  }

  @Test("logarithmic times are 0 and then geometric")
  func logarithmic() throws {
    for (until, first, count) in [(40, 1e-3, 200), (1e6, 1e-9, 50), (1.0, 0.999999, 100), (1e200, 1e-20, 7)] {
      let times = try SaveGrid.logarithmic(until: until, count: count, first: first).times
      #expect(times.count == count && times[0] == 0 && times[1] == first && times[count - 1] == until)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
      let ratio = log(until / first) / Double(count - 2)
      for k in 1..<count {
        #expect(abs(log(times[k] / first) - ratio * Double(k - 1)) <= 1e-15 + 1e-12 * log(until / first))
      }
    }
    #expect(throws: Refusal.self) { try SaveGrid.logarithmic(until: 1e290, count: 9, first: 1e-20) }
    // Nothing to place between: the ends remain.
    #expect(try SaveGrid.logarithmic(until: 1, count: 50, first: 1).times == [0, 1])
    #expect(try SaveGrid.logarithmic(until: 1, count: 50, first: 2).times == [0, 1])
    #expect(try SaveGrid.logarithmic(until: 1, count: 2, first: 0.1).times == [0, 1])
    // More times than there are numbers between.
    let crowded = try SaveGrid.logarithmic(until: 1, count: 1000, first: 1 - 100 * 0x1p-53).times
    #expect(crowded.count <= 102 && crowded[crowded.count - 1] == 1)
    #expect(zip(crowded, crowded.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(
    "impossible grids are refused",
    arguments: [
      (0, 10), (-1, 10), (Double.nan, 10), (.infinity, 10), (5e-324, 10), (1e308, 10), (1, 1), (1, 0), (1, -5),
      (1, 10_000_001),
    ])
  func refused(until: Double, count: Int) {
    #expect(throws: Refusal.self) { try SaveGrid.linear(until: until, count: count) }
    #expect(throws: Refusal.self) { try SaveGrid.logarithmic(until: until, count: count, first: 0.1) }
  }

  @Test("states stand exactly at the save times, whatever the method and tolerance", arguments: IntegrationMethod.all)
  func exactTimes(_ method: IntegrationMethod) throws {
    let probe = try Scalar.matrix(depth: 2, target: 1)
    let grid = try SaveGrid.linear(until: 3, count: 30)
    for rtol in method.fairTolerances.prefix(2) {
      let diary = Diary()
      _ = try probe.flow(
        from: [0.1, 0.1], until: 3, saves: 30, method: method, rtol: rtol, observers: [diary])
      #expect(diary.saves.map(\.time) == grid.times)
      // A dense method has its own steps and shows saves between them; every other one steps onto each.
      let steps = diary.pages.map(\.steps)
      #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 == $1 || $0 + 1 == $1 })
      if !method.isDense { #expect(steps == Array(0..<diary.pages.count)) }
    }
  }

  @Test("the logarithmic grid starts at the first accepted step")
  func firstStep() throws {
    let probe = try Scalar.matrix(depth: 2, target: 1)
    let field = GradientFlow(objective: probe.objective, layout: probe.model.layout)
    let plan = IntegrationPlan(method: .auto, relativeTolerance: 1e-10, grid: try .linear(until: 3, count: 2))
    let first = try Integrator(model: probe.model, field: field, plan: plan).firstAcceptedTime(
      from: [0.1, 0.1], until: 3)
    let diary = Diary()
    _ = try probe.flow(from: [0.1, 0.1], until: 3, observers: [diary])
    #expect(first > 0 && first == diary.pages[1].time)
  }
}
