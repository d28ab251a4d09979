import Checkers
import Models
import Testing

/// Everything models promise, of programs: the families under every kind of measurement, and against the models' own kernels.
@Suite struct ProgramEvaluatorTests {
  @Test(arguments: Sensing.allCases) func families(_ sensing: Sensing) throws {
    var random = TestRandom(71)
    let models = [
      try ProgramModel.matrix([5, 3]), try .matrix([4, 7, 3]), try .matrix([3, 5, 1, 4]), try .matrix([3, 2, 5, 3, 4]),
      try .matrix([4, 3, 3, 5, 2, 3]), try .cp([6], components: 3), try .cp([5, 3], components: 2),
      try .cp([4, 3, 5], components: 7), try .cp([3, 2, 4, 3], components: 5), try .cp([2, 3, 2, 3, 2], components: 3),
      try .tucker([4, 3, 5], core: [2, 3, 2]), try .tree(3, 2),
      try .twoLayers(3, 5, 2, batch: 4, nil, &random),
    ]
    for model in models {
      let measurements = try measure(sensing, shape: model.endShape, random: &random)
      try checkModel(model.model, measurements: measurements, random: &random)
    }
  }

  @Test(arguments: [Function.relu, .tanh, .sigmoid, .erf, .exp]) func twoLayers(_ function: Function) throws {
    var random = TestRandom(72)
    try check(.twoLayers(3, 5, 2, batch: 4, function, &random), &random)
  }

  @Test func attention() throws {
    var random = TestRandom(73)
    try check(.attention(batch: 2, tokens: 3, width: 4, heads: 2, head: 3, &random), &random)
  }

  /// All entries, and measurements of every kind, against hyper-dual numbers.
  private func check(_ model: ProgramModel, _ random: inout TestRandom) throws {
    let all = try ProgramEvaluator(model.program, predictions: model.node)
    let parameters = random.numbers(all.parameterCount)
    #expect(
      largestError(
        model.program, predictions: model.node, evaluator: all, parameters: parameters, random: &random,
        coordinates: 12) < 1e-13)
    for kind in Sensing.allCases {
      var measured = model.program
      let node = try measured.measure(model.node, measure(kind, shape: model.endShape, random: &random))
      let evaluator = try ProgramEvaluator(measured, predictions: node)
      #expect(
        largestError(
          measured, predictions: node, evaluator: evaluator, parameters: parameters, random: &random, coordinates: 6)
          < 1e-13, "\(kind)")
    }
  }

  @Test(arguments: Sensing.allCases) func agreesWithTheKernels(_ sensing: Sensing) throws {
    var random = TestRandom(74)
    let pairs: [(Model, ProgramModel)] = [
      (try Model(MatrixFactorization(shape: [8, 9], hiddenWidths: [11, 7])), try .matrix([9, 11, 7, 8])),
      (try Model(MatrixFactorization(shape: [5, 6], hiddenWidths: [])), try .matrix([6, 5])),
      (try Model(CPFactorization(shape: [5, 6, 4], components: 19)), try .cp([5, 6, 4], components: 19)),
      (try Model(CPFactorization(shape: [3, 4, 3, 2], components: 70)), try .cp([3, 4, 3, 2], components: 70)),
    ]
    for (model, program) in pairs {
      #expect(model.layout.count == program.layout.count && model.endShape == program.endShape)
      let measurements = try measure(sensing, shape: model.endShape, random: &random)
      let kernel = Checked(evaluator: try model.evaluator(for: measurements))
      let generic = Checked(evaluator: try program.evaluator(for: measurements))
      let parameters = random.numbers(kernel.n)
      let (direction, weights, moved) = (random.numbers(kernel.n), random.numbers(kernel.m), random.numbers(kernel.m))
      func same(_ a: [Double], _ b: [Double]) -> Bool { agree(a, b, within: 2e-14 * largest(a)) }
      #expect(same(kernel.predict(parameters), generic.predict(parameters)))
      #expect(same(kernel.pullback(parameters, weights), generic.pullback(parameters, weights)))
      #expect(same(kernel.pushforward(parameters, direction), generic.pushforward(parameters, direction)))
      #expect(
        same(
          kernel.pullbackTangent(parameters, weights, direction, moved),
          generic.pullbackTangent(parameters, weights, direction, moved)))
    }
  }

  @Test func refusesShapesThatDiffer() throws {
    let model = try ProgramModel.matrix([3, 4])
    let measurements = try Measurements(shape: [3, 4], operators: .entries(indices: [0, 0]), values: [1])
    #expect(throws: Refusal.self) { try model.evaluator(for: measurements) }
  }
}
