import Checkers
import Models
import Testing

/// Networks with kinks beside their definition.
@Suite struct NetworkFamilyTests {
  private static func model(_ family: String, _ shape: [Int], _ widths: [Int], slope: String? = nil) throws -> Model {
    var options = ModelOptions(shape: shape, widths: widths)
    options.values["slope"] = slope.map { .text($0) }
    return try ModelCatalog.model(family, options)
  }

  /// W_L σ(⋯ σ(W_1 x)) by its definition, with σ(x) = max(x, s x).
  private static func outputs(_ model: Model, _ parameters: [Double], at input: [Double], slope: Double) -> [Double] {
    var layer = input
    for (l, block) in model.layout.blocks.enumerated() {
      if l > 0 { layer = layer.map { max($0, slope * $0) } }
      let width = layer.count
      layer = (0..<block.count / width).map { r in
        (0..<width).reduce(0) { $0 + parameters[block.offset + r * width + $1] * layer[$1] }
      }
    }
    return layer
  }

  /// Error unit: absolute; sums of up to 36 products of numbers below 3.
  @Test(arguments: ["relu", "leaky-relu"], [[4], [1], [3, 2], [2, 4, 3]])
  func areTheirDefinition(family: String, widths: [Int]) throws {
    var random = TestRandom(231)
    let slope = family == "relu" ? nil : "0.25"
    let model = try Self.model(family, [2, 3], widths, slope: slope)
    let parameters = random.numbers(model.layout.count)
    let inputs = random.numbers(5 * 3)
    func expected(_ input: [Double]) -> [Double] {
      Self.outputs(model, parameters, at: input, slope: slope == nil ? 0 : 0.25)
    }
    let measurements = try Measurements(shape: [2, 3], operators: .inputs(inputs), values: random.numbers(10))
    let found = Checked(evaluator: try model.evaluator(for: measurements)).predict(parameters)
    #expect(agree(found, (0..<5).flatMap { expected(Array(inputs[3 * $0..<3 * $0 + 3])) }, within: 1e-14))
    // The table holds the outputs at unit vectors, and says nothing of other inputs.
    let columns = (0..<3).map { i in expected((0..<3).map { $0 == i ? 1 : 0 }) }
    let table = object(of: model, parameters)
    #expect(agree(table, (0..<2).flatMap { o in (0..<3).map { columns[$0][o] } }, within: 1e-14))
    #expect(!agree(found, applyDirectly(measurements, to: table), within: 1e-3) || widths.contains(1))
    let linear = try ModelCatalog.model("matrix", .init(shape: [2, 3], depth: 2))
    #expect(model.isNonlinearInInputs && !linear.isNonlinearInInputs)
  }

  /// One law a hidden neuron, ‖in‖² − ‖out‖², and none for pairs of them: a linear network of the same widths has those as well.
  @Test(arguments: ["relu", "leaky-relu"]) func everyNeuronHasOneLaw(family: String) throws {
    for widths in [[4], [3, 2]] {
      let model = try Self.model(family, [2, 3], widths)
      let count = model.laws.reduce(0) { $0 + $1.rows(in: model.program).count }
      #expect(count == widths.reduce(0, +), "\(model.laws.map(\.statement))")
    }
  }

  @Test(
    arguments: [
      ("relu", [2, 3], [], nil, "problem.width"), ("relu", [2, 3], [4, 0], nil, "problem.width is 4,0"),
      ("relu", [2, 3, 4], [4], nil, "order 3"), ("relu", [2, 3], [4], "0.1", "makes no sense"),
      ("leaky-relu", [2, 3], [4], "1", "problem.slope is “1”"),
      ("leaky-relu", [2, 3], [4], "0", "problem.slope is “0”"),
      ("leaky-relu", [2, 3], [4], "-0.1", "problem.slope"), ("leaky-relu", [2, 3], [4], "nan", "problem.slope"),
      ("leaky-relu", [2, 3], [4], "0.1e", "problem.slope"), ("leaky-relu", [2, 3], [4], "", "problem.slope"),
      ("leaky-relu", [2, 3], [4], "0.0000000000000000001", "problem.slope"),
    ] as [(String, [Int], [Int], String?, String)])
  func whatDescribesNoneIsRefused(family: String, shape: [Int], widths: [Int], slope: String?, words: String) throws {
    let refusal = #expect(throws: Refusal.self) { try Self.model(family, shape, widths, slope: slope) }
    #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
  }

  @Test func decimalsAreFractions() {
    #expect(Rational(decimal: "0.1").map { [$0.numerator, $0.denominator] } == [1, 10])
    #expect(Rational(decimal: "3").map { [$0.numerator, $0.denominator] } == [3, 1])
    #expect(Rational(decimal: ".25").map { [$0.numerator, $0.denominator] } == [1, 4])
    for text in ["", ".", "-1", "1e3", "0x1", "1.2.3", "1 ", "٣", "1234567890123456"] {
      #expect(Rational(decimal: text) == nil, "\(text)")
    }
  }
}
