import CMath
import FlowODE
import GSLBridge
import Models
import Testing

/// Events on u' = 2 u (s − u), the end-to-end product u of a balanced scalar depth-2 model with f = (u − s)²/2, whose
/// solution is the logistic u = s / (1 + (s/u₀ − 1) e^(−2st)) (THEOREMS 5.6).
@Suite struct EventTests {
  private final class Watch: TrajectoryObserver {
    var events: [(name: String, time: Double)] = []
    var times: [Double] = []
    func observe(_ point: TrajectoryPoint) {
      times.append(point.time)
      if let event = point.event { events.append((event, point.time)) }
    }
  }

  private let target = 2.0
  private let start = 0.01

  private func time(of u: Double) -> Double { log((target / start - 1) * u / (target - u)) / (2 * target) }

  private func run(
    events: [Event], stops: [StopCondition] = [], loss: any Loss = SquaredLoss()
  ) throws -> (Trajectory, Watch) {
    let model = try Model(MatrixFactorization(shape: [1, 1], hiddenWidths: [1]))
    let measurements = try Measurements(shape: [1, 1], operators: .entries(indices: [0, 0]), values: [target])
    let objective = try Objective(model: model, measurements: measurements, loss: loss, normalization: .halfSum)
    let plan = IntegrationPlan(
      method: .auto, relativeTolerance: 1e-12, grid: try SaveGrid.linear(until: 4, count: 3), stops: stops,
      events: events)
    let watch = Watch()
    let trajectory = try Integrator(
      model: model, field: GradientFlow(objective: objective, layout: model.layout), plan: plan
    ).run(from: [start.squareRoot(), start.squareRoot()], observers: [watch])
    return (trajectory, watch)
  }

  private static func product(_ point: TrajectoryPoint) -> Double { point.parameters[0] * point.parameters[1] }

  /// Hitting times agree with the logistic's to 1e-11; events come in order of time and their states lie on the level.
  @Test func levelsAreHitWhenTheClosedFormSays() throws {
    let levels = [1.5, 0.02, 1.0]
    let (trajectory, watch) = try run(events: levels.map { .reaches($0, "\($0)", observable: Self.product) })
    #expect(watch.events.map(\.name) == ["0.02", "1.0", "1.5"])
    for hit in trajectory.events {
      let level = try #require(Double(hit.name))
      #expect(abs(hit.time - time(of: level)) <= 1e-11 * time(of: level))
      #expect(abs(hit.parameters[0] * hit.parameters[1] - level) <= 1e-12 * level)
    }
    #expect(watch.times == watch.times.sorted())
  }

  /// An event after the stopping state, within the same step, did not happen.
  @Test func nothingHappensAfterTheStop() throws {
    let stop = StopCondition.endNormAbove(1)
    let (trajectory, watch) = try run(
      events: [
        .reaches(1.0001, "after", observable: Self.product), .reaches(0.9999, "before", observable: Self.product),
      ],
      stops: [stop])
    #expect(watch.events.map(\.name) == ["before"])
    #expect(abs(trajectory.time - time(of: 1)) <= 1e-11 * time(of: 1))
    #expect(trajectory.outcome.isComplete)
  }

  @Test func whatIsTrueAtTheStartHappensThere() throws {
    let (trajectory, _) = try run(events: [.reaches(0.005, "already", observable: Self.product)])
    #expect(trajectory.events.map(\.time) == [0])
  }

  /// With a Huber loss of threshold δ the residual u − s meets its kink at u = s − δ; until then u' = 2 δ u.
  @Test func theFirstKinkIsLocated() throws {
    let delta = 1.5
    let (trajectory, _) = try run(events: [.firstKink(delta: delta)], loss: try HuberLoss(delta: delta))
    let expected = log((target - delta) / start) / (2 * 0.5 * delta)
    let hit = try #require(trajectory.events.first)
    #expect(hit.name == Event.firstKinkName)
    #expect(abs(hit.time - expected) <= 1e-10 * expected)
  }
}
