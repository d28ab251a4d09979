import Checkers
import Models
import Testing

@Suite("Threads that share a gradient change no bit of it")
struct GradientThreadTests {
  /// Long enough to be shared: 3 · 300 · 1201 multiply–adds, in 19 blocks of components, the last of one.
  private static func large() throws -> (Model, Measurements) {
    var random = TestRandom(31)
    let model = try Model(CPFactorization(shape: [9, 8, 7, 2], components: 1201))
    let measurements = try Measurements(
      shape: model.endShape, operators: .entries(indices: random.entries(300, shape: model.endShape)),
      values: random.numbers(300))
    return (model, measurements)
  }

  @Test("values and derivatives for 1 to 40 threads, over and over")
  func evaluations() throws {
    let (model, measurements) = try Self.large()
    var random = TestRandom(32)
    let vectors = (0..<2).map { _ in random.numbers(model.layout.count) }
    let weights = (0..<2).map { _ in random.numbers(300) }
    func results(_ checked: Checked) -> [[Double]] {
      [
        checked.predict(vectors[0]), checked.pullback(vectors[0], weights[0]),
        checked.pushforward(vectors[0], vectors[1]),
        checked.pullbackTangent(vectors[0], weights[0], vectors[1], weights[1]),
      ]
    }
    let alone = results(Checked(evaluator: try model.evaluator(for: measurements)))
    for threads in [1, 2, 3, 4, 40] {
      let checked = Checked(evaluator: try model.evaluator(for: measurements))
      checked.evaluator.useThreads(threads)
      for _ in 0..<20 { #expect(results(checked) == alone) }
    }
  }

  @Test("whole trajectories")
  func trajectories() throws {
    let (model, measurements) = try Self.large()
    let start = try Initialization.gaussian.parameters(for: model, scale: 0.05, seed: 3)
    let ends = try [1, 2, 3, 4].map { threads in
      let probe = try Probe(model, measurements, normalization: .mean)
      probe.objective.evaluator.useThreads(threads)
      return try probe.flow(from: start, until: 30, rtol: 1e-8)
    }
    for end in ends { #expect(end == ends[0] && end.outcome == .reachedEnd) }
  }

  /// Against the definition: a team that left an item out would be as repeatable.
  @Test func sharedPredictionsAreThoseOfTheDefinition() throws {
    let (model, measurements) = try Self.large()
    var random = TestRandom(33)
    let checked = Checked(evaluator: try model.evaluator(for: measurements))
    checked.evaluator.useThreads(3)
    let parameters = random.numbers(model.layout.count)
    let object = endToEndDirectly(model, parameters)
    let size = largest(endToEndDirectly(model, parameters.map(abs)))
    #expect(
      agree(
        checked.predict(parameters), applyDirectly(measurements, to: object), within: 500 * 0x1p-52 * size))
  }
}
