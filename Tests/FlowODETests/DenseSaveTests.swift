import Checkers
import FlowODE
import Testing

/// Save times of dense methods on u̇ = 2u(s − u), whose solution is the logistic (THEOREMS 5.6).
@Suite("Save times between steps")
struct DenseSaveTests {
  static let methods = IntegrationMethod.all.filter(\.isDense) + [.auto]
  private let target = 1.5
  private let start = 0.02

  private func run(
    _ method: IntegrationMethod, saves: Int, rtol: Double, stops: [StopCondition] = [], diary: Diary = Diary()
  ) throws -> Trajectory {
    try Scalar.matrix(depth: 2, target: target).flow(
      from: [start.squareRoot(), start.squareRoot()], until: 4, saves: saves, method: method, rtol: rtol, stops: stops,
      observers: [diary])
  }

  @Test("how many states are saved moves no step: the same bits, counts and gradients", arguments: methods)
  func steps(_ method: IntegrationMethod) throws {
    for rtol in method.fairTolerances.prefix(2) {
      let few = try run(method, saves: 2, rtol: rtol)
      for saves in [3, 50, 1000] {
        let many = try run(method, saves: saves, rtol: rtol)
        #expect(many.parameters == few.parameters && many.counts == few.counts, "\(method.name), \(saves)")
      }
    }
  }

  /// In units of rtol; a continuation errs by tens of the step's own tolerance at most. A step's states taken from its start alone
  /// would miss by its whole length, more than 1e-2.
  @Test("what is saved between steps is the solution", arguments: methods)
  func states(_ method: IntegrationMethod) throws {
    for rtol in method.fairTolerances.prefix(2) {
      let diary = Diary()
      _ = try run(method, saves: 400, rtol: rtol, diary: diary)
      #expect(diary.saves.count == 400)
      for page in diary.saves {
        let u = Scalar.logistic(page.time, from: start, target: target)
        let error = abs(page.theta[0] * page.theta[1] - u)
        #expect(error <= (method.accumulation + 50) * rtol * target + 1e-13, "\(method.name) at \(page.time): \(error)")
      }
    }
  }

  @Test("a stop within a step leaves the saves before it, and its own state is a step's", arguments: methods)
  func stop(_ method: IntegrationMethod) throws {
    let diary = Diary()
    let end = try run(method, saves: 400, rtol: 1e-9, stops: [.componentNormAbove(1)], diary: diary)
    let last = try #require(diary.saves.last)
    #expect(last.theta == end.parameters && last.theta[0] * last.theta[1] >= 1)
    #expect(zip(diary.saves, diary.saves.dropFirst()).allSatisfy { $0.time < $1.time })
    let grid = (0..<400).map { 4 * Double($0) / 399 }
    #expect(diary.saves.count - 1 == grid.count { $0 < end.time })
  }
}
