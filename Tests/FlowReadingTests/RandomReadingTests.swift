import FlowLanguage
import Models
import Testing

/// 200 files over the whole grammar of formulas, against loops on complex numbers.
@Suite("Random files as programs")
struct RandomReadingTests {
  @Test("values, gradients and rates are those of loops", arguments: 0..<200)
  func agrees(_ seed: Int) throws {
    var random = FormulaGenerator(seed)
    let hasInputs = seed % 2 == 1
    let text = random.file(hasInputs: hasInputs)
    let file = try checked(text)
    let data = ["P": random.numbers(6), "q": random.numbers(3)]
    let inputs = hasInputs ? ["z": random.numbers(12), "w": random.numbers(8)] : [:]
    let points = hasInputs ? 4 : 1
    let flow = try FlowProgram(file, data: data, points: hasInputs ? DataPoints(count: points, values: inputs) : nil)
    let parameters = random.numbers(flow.program.layout.count)
    let velocity = random.numbers(parameters.count)
    func loops<S: Scalar>(_ parameters: [S]) throws -> LoopReading<S> {
      try LoopReading(file, parameters, data: data, points: points, inputs: inputs)
    }
    let reading = try loops(parameters)
    let output = try #require(flow.output)
    let model = try reading.values(of: #require(file.model)).flatMap(\.values)
    expectClose(try values(flow.program, output, parameters), model, 1e-11, text)
    let loss = try #require(flow.loss)
    let value = try reading.loss()
    expectClose(try values(flow.program, loss, parameters), [value], 1e-11, text)
    let slopes = try complexGradient(parameters) { try loops($0).loss() }
    expectClose(try gradient(flow.program, loss, parameters), slopes, 1e-9, text)
    let moving = try loops(zip(parameters, velocity).map { Complex($0, $1 * Complex.step) })
    for term in file.observations.map(\.value) {
      let evaluator = try flow.evaluator(of: term)
      #expect(evaluator.isProgram && evaluator.hasRate && evaluator.stateCount == parameters.count)
      expectClose(evaluator.values(parameters), try reading.values(term), 1e-11, text)
      expectClose(evaluator.rates(parameters, velocity), try moving.values(term).map(\.derivative), 1e-9, text)
    }
  }
}
