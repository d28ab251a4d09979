import CMath
import Checkers
import FlowODE
import GSLBridge
import Models
import Testing

@Suite("Measurements with several outputs")
struct SeveralOutputTests {
  private static func models() throws -> [Model] {
    [
      try Model(MatrixFactorization(shape: [3, 4], hiddenWidths: [])),
      try Model(MatrixFactorization(shape: [3, 4], hiddenWidths: [2, 5])),
      try Model(CPFactorization(shape: [2, 2, 3], components: 4)),
      try Model(CPFactorization(shape: [3, 4], components: 2)),
      try ProgramModel.matrix([4, 2, 3]).model,
      try ProgramModel.cp([2, 2, 3], components: 3).model,
    ]
  }

  /// Five random inputs, each with one output per row of the object and random probabilities as targets.
  private func measurements(_ shape: [Int], _ random: inout TestRandom) throws -> Measurements {
    let (width, rows) = (shape.last!, shape.dropLast().reduce(1, *))
    var values: [Double] = []
    for _ in 0..<5 {
      let parts = random.numbers(rows).map { exp($0) }
      values += parts.map { $0 / parts.reduce(0, +) }
    }
    return try Measurements(shape: shape, operators: .inputs(random.numbers(5 * width)), values: values)
  }

  @Test("predictions are W x, and derivatives are those of the mean over the inputs", arguments: 0..<6)
  func objective(_ index: Int) throws {
    var random = TestRandom(300 + UInt64(index))
    let model = try Self.models()[index]
    let measurements = try measurements(model.endShape, &random)
    let rows = measurements.outputs
    #expect(measurements.sampleCount == 5 && measurements.count == 5 * rows)
    let theta = random.numbers(model.layout.count)
    let direction = random.numbers(model.layout.count)
    func moved(_ t: Double) -> [Double] { zip(theta, direction).map { $0 + t * $1 } }

    guard case .inputs(let inputs) = measurements.operators else { return }
    let object = model.endToEnd(theta)
    let width = model.endShape.last!
    var expected: [Double] = []
    for i in 0..<5 {
      for r in 0..<rows {
        expected.append((0..<width).reduce(0) { $0 + object[r * width + $1] * inputs[i * width + $1] })
      }
    }
    let predictions = Checked(evaluator: try model.evaluator(for: measurements)).predict(theta)
    #expect(agree(predictions, expected, within: 1e-14 * max(1, largest(expected))))
    try checkModel(model, measurements: measurements, random: &random)

    for loss in [CrossEntropy(), SquaredLoss()] as [any Loss] {
      let probe = try Probe(model, measurements, loss: loss, normalization: .mean)
      let mean = LossProbe(loss, outputs: rows).sum(expected, measurements.values) / 5
      #expect(abs(probe.value(theta) - mean) <= 1e-13 * max(1, mean))
      let gradient = probe.gradient(theta)
      let (slope, scale) = fineDifference { [probe.value(moved($0))] }
      #expect(abs(slope[0] - dot(gradient, direction)) <= 1e-11 * max(1, scale), "\(loss.identifier)")
      let product = probe.hessianVectorProduct(theta, direction)
      let (bend, size) = fineDifference { probe.gradient(moved($0)) }
      #expect(agree(bend, product, within: 1e-11 * max(1, size)), "\(loss.identifier)")
      let n = probe.n
      let hessian = probe.hessian(theta)
      let column = (0..<n).map { i in dot(Array(hessian[i * n..<(i + 1) * n]), direction) }
      #expect(agree(column, product, within: 1e-12 * max(1, largest(product))))
    }
  }

  /// The whole batch is the gradient; batches of one measurement each, all its outputs, average to it.
  @Test func batches() throws {
    var random = TestRandom(7)
    let model = try Model(MatrixFactorization(shape: [3, 4], hiddenWidths: [2]))
    let probe = try Probe(
      model, measurements(model.endShape, &random), loss: CrossEntropy(), normalization: .mean)
    let theta = random.numbers(probe.n)
    func gradient(_ batch: [Int]) -> [Double] {
      var result = [Double](repeating: .nan, count: probe.n)
      batch.withUnsafeBufferPointer { batch in
        _ = probe.objective.gradient(theta, batch: batch, into: &result)
      }
      return result
    }
    let whole = probe.gradient(theta)
    #expect(agree(gradient([0, 1, 2, 3, 4]), whole, within: 1e-15))
    let parts = (0..<5).map { gradient([$0]) }
    let average = (0..<probe.n).map { i in parts.reduce(0) { $0 + $1[i] } / 5 }
    #expect(agree(average, whole, within: 1e-14))
    #expect(distance(parts[0], whole) > 1e-3)
  }

  /// A loss that couples outputs has no diagonal ℓ″, so the stiff part of a CP model is its whole Hessian.
  @Test func stiffPartOfACoupledLoss() throws {
    var random = TestRandom(9)
    let model = try Model(CPFactorization(shape: [2, 3], components: 2))
    let measurements = try Measurements(
      shape: [2, 3], operators: .entries(indices: [0, 0, 1, 0, 0, 1, 1, 1, 0, 2, 1, 2]),
      values: [1, 0, 0, 1, 0.5, 0.5],
      outputs: 2)
    let probe = try Probe(model, measurements, loss: CrossEntropy(), normalization: .mean)
    let theta = random.numbers(probe.n)
    let flow = GradientFlow(objective: probe.objective, layout: model.layout)
    let part = try #require(flow.makeStiffPart())
    #expect(part.unitCount == 1)
    let coordinates = part.coordinates(of: [0], at: theta)
    var block = [Double](repeating: .nan, count: probe.n * probe.n)
    part.block(of: [0], in: coordinates, theta, into: &block)
    #expect(agree(block, probe.hessian(theta), within: 1e-14))
    // With squares the same data have the model's own blocks.
    let squares = try Probe(model, measurements, loss: SquaredLoss(), normalization: .mean)
    #expect(GradientFlow(objective: squares.objective, layout: model.layout).makeStiffPart()?.unitCount == 2)
  }

  @Test("a group's curvature bounds the norm of its ℓ″")
  func curvature() throws {
    var random = TestRandom(11)
    let model = try Model(MatrixFactorization(shape: [3, 4], hiddenWidths: []))
    let data = try measurements(model.endShape, &random)
    let probe = try Probe(model, data, loss: CrossEntropy(), normalization: .sum)
    let theta = random.numbers(probe.n)
    let curvature = LossCurvature(probe.objective)
    curvature.measure(theta)
    let predictions = Checked(evaluator: probe.objective.evaluator).predict(theta)
    let loss = LossProbe(CrossEntropy(), outputs: 3)
    // By iteration to the eigenvector of the largest eigenvalue of all groups, which exceeds every entry on the diagonal.
    var v = random.numbers(15)
    var norm = 0.0
    for _ in 0..<200 {
      let product = loss.product(predictions, data.values, by: v)
      norm = dot(product, product).squareRoot() / dot(v, v).squareRoot()
      #expect(norm <= curvature.largest)
      v = product
    }
    #expect(norm > largest(loss.secondDerivatives(predictions, data.values)))
    #expect(curvature.largest <= 1)
  }

  @Test("what is no measurement of several outputs is refused")
  func refusals() {
    for (operators, values, outputs, words) in [
      (.inputs([1, 2]), [1, 2, 3], nil, "3 values"), (.inputs([1, 2, 3]), [1, 2], nil, "3 numbers"),
      (.inputs([1, .nan]), [1, 2], nil, "nan"), (.entries(indices: [0, 0, 0, 1, 1, 0]), [1, 2, 3], 2, "2 outputs"),
      (.entries(indices: [0, 0]), [1], 0, "0 outputs"),
    ] as [(Measurements.Operators, [Double], Int?, String)] {
      let refusal = #expect(throws: Refusal.self) {
        _ = try Measurements(shape: [2, 2], operators: operators, values: values, outputs: outputs)
      }
      #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
    }
  }
}
