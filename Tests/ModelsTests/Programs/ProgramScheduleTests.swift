import Checkers
import Models
import Testing

/// What holds of plans: exact in exact arithmetic, the same bytes wherever θ lies and however often a plan is made.
@Suite struct ProgramScheduleTests {
  private static func models(_ random: inout TestRandom) throws -> [(ProgramModel, Measurements)] {
    let models = [
      try ProgramModel.matrix([5, 7, 3, 6]), try .cp([4, 3, 5], components: 11),
      try .tucker([4, 3, 5], core: [2, 3, 2]),
      try .tree(3, 2), try .twoLayers(3, 5, 2, batch: 4, .polynomial([1, 0, 2, -1]), &random),
    ]
    return try models.flatMap { model in
      try [Sensing.entries, .allEntries, .dense, .rankOne].map {
        (model, try measure($0, shape: model.endShape, random: &random))
      }
    }
  }

  /// Data, parameters and weights that are small integers give integers: exactly those of the arithmetic modulo a prime.
  @Test func exactModuloAPrime() throws {
    var random = TestRandom(101)
    for (model, measurements) in try Self.models(&random) {
      let whole = try Measurements(
        shape: measurements.shape, operators: Self.rounded(measurements.operators), values: measurements.values)
      var program = try Self.rounded(model)
      let node = try program.measure(model.node, whole)
      let evaluator = try ProgramEvaluator(program, predictions: node)
      let (n, m) = (evaluator.parameterCount, evaluator.measurementCount)
      func integers(_ count: Int) -> [Int] { (0..<count).map { _ in random.index(0...4) - 2 } }
      let (theta, direction, weights, moved) = (integers(n), integers(n), integers(m), integers(m))
      let arrays: [Base: [Int]] = [
        .parameters: theta, .direction: direction, .weights: weights, .weightsTangent: moved,
        .predictions: [Int](repeating: 7, count: m), .derivatives: [Int](repeating: 7, count: m),
        .result: [Int](repeating: 7, count: n),
      ]
      let checked = Checked(evaluator: evaluator)
      let real = theta.map(Double.init)
      let gradient = ModularBackend(evaluator.gradientSchedule, arrays)
      for number in evaluator.gradientSchedule.instructions.indices { gradient.execute(number) }
      #expect(gradient[.predictions] == checked.predict(real).map { Modular(Int($0)) }, "\(model.summary)")
      #expect(gradient[.result] == checked.pullback(real, weights.map(Double.init)).map { Modular(Int($0)) })
      let tangent = ModularBackend(evaluator.tangentSchedule, arrays)
      for number in evaluator.tangentSchedule.instructions.indices { tangent.execute(number) }
      #expect(
        tangent[.derivatives] == checked.pushforward(real, direction.map(Double.init)).map { Modular(Int($0)) })
      #expect(
        tangent[.result]
          == checked.pullbackTangent(
            real, weights.map(Double.init), direction.map(Double.init), moved.map(Double.init)
          ).map { Modular(Int($0)) }, "\(model.summary)")
    }
  }

  private static func rounded(_ operators: Measurements.Operators) -> Measurements.Operators {
    switch operators {
    case .entries: operators
    case .dense(let tensors): .dense(tensors.map { (3 * $0).rounded() })
    case .rankOne(let factors): .rankOne(factors.map { $0.map { (3 * $0).rounded() } })
    case .inputs(let inputs): .inputs(inputs.map { (3 * $0).rounded() })
    }
  }

  /// The same program with its data rounded.
  private static func rounded(_ model: ProgramModel) throws -> Program {
    var program = Program()
    for node in model.program.nodes {
      switch node.kind {
      case .block(let number): _ = try program.block(model.program.blocks[number].name, node.shape)
      case .data(let number): _ = try program.data(model.program.data[number].map { (3 * $0).rounded() }, node.shape)
      case .sum(let products): _ = try program.sum(products, shape: node.shape)
      case .map(let function, let input): _ = try program.map(function, input)
      default: break
      }
    }
    return program
  }

  @Test func sameBytesWhereverParametersLie() throws {
    var random = TestRandom(102)
    var cases = try Self.models(&random)
    let attention = try ProgramModel.attention(batch: 2, tokens: 5, width: 6, heads: 2, head: 3, &random)
    cases.append((attention, try measure(.allEntries, shape: attention.endShape, random: &random)))
    let wide = try ProgramModel.matrix([40, 33, 37])
    cases.append((wide, try measure(.allEntries, shape: wide.endShape, random: &random)))
    for (model, measurements) in cases {
      let evaluators = [try model.evaluator(for: measurements), try model.evaluator(for: measurements)]
      let (n, m) = (evaluators[0].parameterCount, evaluators[0].measurementCount)
      let (theta, direction, weights, moved) = (
        random.numbers(n), random.numbers(n), random.numbers(m), random.numbers(m)
      )
      var first: [[Double]] = []
      for shift in 0..<8 {
        let checked = Checked(evaluator: evaluators[shift % 2])
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: n + shift)
        defer { memory.deallocate() }
        (memory + shift).initialize(from: theta, count: n)
        var gradient = [Double](repeating: .nan, count: n)
        var tangent = gradient
        var values = [Double](repeating: .nan, count: m)
        let evaluator = checked.evaluator
        evaluator.predict(memory + shift, into: &values)
        evaluator.predictAndPullback(memory + shift, weigh: { $1.update(from: weights, count: m) }, into: &gradient)
        evaluator.pullbackTangent(
          memory + shift, weights: weights, direction: direction, weightsTangent: moved, into: &tangent)
        if first.isEmpty { first = [values, gradient, tangent] }
        #expect(first == [values, gradient, tangent], "\(model.summary)")
      }
    }
  }

  /// At a prepared point every direction gives what it gives alone, whatever ran in between: gradients elsewhere, and what
  /// undoes the preparation.
  @Test func preparedPoint() throws {
    var random = TestRandom(103)
    var cases = try Self.models(&random)
    // Derivatives that read the predictions.
    let outermost = try ProgramModel.outermost(.tanh, [4, 3, 5])
    cases.append((outermost, try measure(.allEntries, shape: outermost.endShape, random: &random)))
    for (model, measurements) in cases {
      let evaluator = try ProgramEvaluator(model.program, prediction: model.node, measurements)
      let other = Checked(evaluator: try model.evaluator(for: measurements))
      let (n, m) = (evaluator.parameterCount, evaluator.measurementCount)
      let (theta, weights) = (random.numbers(n), random.numbers(m))
      evaluator.poison()
      let (point, elsewhere) = (PreparedPoint(measurementCount: m), PreparedPoint(measurementCount: m))
      evaluator.prepare(point, at: theta) { $1.update(from: weights, count: m) }
      #expect(Array(UnsafeBufferPointer(start: point.predictions, count: m)) == other.predict(theta))
      for round in 0..<4 {
        let direction = random.numbers(n)
        _ = Checked(evaluator: evaluator).pullback(direction, weights)
        if round == 2 { evaluator.prepare(elsewhere, at: direction) { $1.update(from: $0, count: m) } }
        if round == 3 { _ = Checked(evaluator: evaluator).pushforward(direction, theta) }
        var (tangent, seen, moved) = ([Double](repeating: .nan, count: n), [Double](), [Double]())
        evaluator.tangentAgain(
          at: point, direction: direction,
          weigh: { derivatives, target in
            seen = Array(UnsafeBufferPointer(start: derivatives, count: m))
            moved = seen.map { 2 * $0 }
            target.update(from: moved, count: m)
          }, into: &tangent)
        #expect(seen == other.pushforward(theta, direction))
        #expect(tangent == other.pullbackTangent(theta, weights, direction, moved))
      }
    }
  }

  @Test func measuredObjectsAreNotFormed() throws {
    // 1000³ entries would be refused; the 60 observed ones need three blocks.
    var random = TestRandom(104)
    let model = try ProgramModel.cp([1000, 1000, 400], components: 4)
    let indices = (0..<180).map { _ in Int32(random.index(0...399)) }
    let measurements = try Measurements(
      shape: model.endShape, operators: .entries(indices: indices), values: random.numbers(60))
    let evaluator = try ProgramEvaluator(model.program, prediction: model.node, measurements)
    let theta = random.numbers(evaluator.parameterCount)
    let values = Checked(evaluator: evaluator).predict(theta)
    for k in 0..<60 {
      let rows = zip(indices[(3 * k)...], [0, 4000, 8000]).map { Int($0) * 4 + $1 }
      let expected = (0..<4).reduce(0.0) { sum, r in sum + rows.reduce(1) { $0 * theta[$1 + r] } }
      #expect(abs(values[k] - expected) < 1e-14)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var program = Program()
    let a = try program.block("a", [40_000])
    let square = try program.map(.tanh, program.einsum("i,j->ij", [a, a]))
    let sum = try program.einsum("ij->", [square])
    let error = #expect(throws: Refusal.self) { try ProgramEvaluator(program, predictions: sum) }
    #expect("\(error!)".contains("work memory"))
  }
}
