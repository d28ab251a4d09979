import CMath
import FlowODE
import Models
import Testing
import Theorems

/// How long a run must be, where nobody says so.
@Suite struct HorizonTests {
  /// Of depth 1 the residual falls like e^−t, so the loss is 1e-10 of its start at t = 5 ln 10 = 11.51.
  @Test func theFitIsWaitedFor() throws {
    let experiment = try ScalarExperiment.make(layers: [0.2], norm: 2, until: 1)
    let found = try HorizonSearch(experiment).run()
    let exact = 5 * log(10.0)
    #expect(found.time >= exact && found.time < 1.3 * exact)
    #expect(found.sentence.hasPrefix("until auto: ended at t = "))
    #expect(found.reason.hasPrefix("the loss fell below 1e-10 of its start by t = "))
    #expect(found.reason.contains("gives up after 20000 steps"))
    // Half of that is enough where only norms matter.
    let rough = try HorizonSearch(experiment, need: .growth).run()
    #expect(rough.time >= 2.5 * log(10) && rough.time < 8)
  }

  /// W = a b with the target 0 observed beside a 1 that is observed twice, once as 3: the loss ends at a half times ((1)² + (1)²).
  @Test func restIsWaitedForWhereNothingFits() throws {
    let chain = try MatrixFactorization(shape: [1, 1], hiddenWidths: [1])
    let problem = Problem(
      model: try Model(chain),
      measurements: try Measurements(shape: [1, 1], operators: .entries(indices: [0, 0, 0, 0]), values: [1, 3]),
      truth: nil, heldOut: [], dataSummary: "contradictory")
    func experiment(_ start: [Double]) throws -> Experiment {
      try Experiment(
        problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: "given",
        method: .auto, absoluteTolerance: .auto, until: 1, saveCount: 2, savesLogarithmically: false, stops: [],
        maxSteps: 100_000)
    }
    let found = try HorizonSearch(try experiment([0.1, 0.1])).run()
    // ẇ = 2(2 − w²)w tends to √2 like e^−8t: it moves by 1e-6 of itself an e-fold from t ≈ 2.2 on, and rests for another factor e.
    #expect(found.reason.hasPrefix("the flow has come to rest") && found.time > 5 && found.time < 20)
    // A start that nothing moves has no time of its own.
    let still = try HorizonSearch(try experiment([0, 0])).run()
    #expect(still.time == 1 && still.reason.hasPrefix("the start is stationary"))
    // Nor is a start at rest that has not set out yet: of two small factors the escape is waited for.
    let small = try HorizonSearch(try experiment([1e-9, 1e-9])).run()
    #expect(small.time > log(1e9) / 4)
  }

  /// A stop condition ends the run itself, so the horizon lies a little behind.
  @Test func stopsAreWaitedFor() throws {
    let experiment = try ScalarExperiment.make(layers: [0.2], norm: 2, until: 1, stops: [.lossBelow(1e-3)])
    let start = 0.5 * 1.8 * 1.8
    let exact = 0.5 * log(start / 1e-3)
    let found = try HorizonSearch(experiment).run()
    #expect(found.time > exact && found.time < 1.25 * exact && found.reason.contains("loss"))
  }

  @Test func horizonsHaveTwoDigits() {
    func time(_ event: Double, _ isLimit: Bool = false) -> Double {
      SettledHorizon(event: event, reason: "", isLimit: isLimit).time
    }
    #expect(time(126.3) == 130 && time(12) == 12 && time(0.01231) == 0.013 && time(9.91e7) == 1e8)
    #expect(time(126.3, true) == 120 && time(12, true) == 12 && time(0) == 1)
    #expect(SettledHorizon(event: 2.31e9, reason: "x").sentence == "until auto: ended at t = 2.4e+09 because x")
  }

  /// The ladder's own need: every α reaches the level.
  @Test func escapesAreWaitedFor() throws {
    let problem = try Problem(
      model: "cp", options: .init(shape: [1, 1, 1], components: 1), source: .generated(rank: 1, norm: 1), dataSeed: 1)
    let sign = problem.measurements.values[0] < 0 ? -1.0 : 1
    let experiment = try Experiment(
      problem: problem, loss: HuberLoss(delta: 0.01), normalization: .halfSum, start: [1, 1, sign],
      startSummary: "given", method: .auto, absoluteTolerance: .auto, until: 1, saveCount: 2,
      savesLogarithmically: false,
      stops: [], maxSteps: 100_000)
    let study = try IncrementalStudy(
      experiment: experiment, scales: [1e-1, 5e-2, 2.5e-2], level: 0.3, tolerances: [1e-8, 1e-10])
    let found = try study.horizon { false }
    // While the gradient is the constant δ/2 (half-sum), ẇ = (δ/2) w² for each of three equal factors.
    let rate = 0.01 / 2
    let exact = (1 / 2.5e-2 - 1 / pow(0.3, 1.0 / 3)) / rate
    #expect(found.time > exact && found.time < 1.25 * exact, "\(found.time) \(exact)")
    #expect(found.reason.hasPrefix("at α = 0.025"))
  }
}
