import Checkers
import Models
import Testing

@Suite("Deep matrices with few observed entries")
struct SparseMatrixTests {
  /// Square, tall and wide; depth 2 to 4; hidden widths that fill one strip of 64 columns, two, and neither.
  static let models: [(shape: [Int], widths: [Int])] = [
    ([20, 20], [7]), ([20, 20], [20, 20]), ([30, 14], [16, 5]), ([14, 30], [3, 70]), ([21, 19], [72, 9, 130]),
    ([40, 10], [64]), ([10, 40], [65, 4]),
  ]

  /// Values, first and second derivatives against definitions and differences, as for every model.
  @Test(arguments: models) func laws(_ shape: [Int], _ widths: [Int]) throws {
    var random = TestRandom(41)
    let model = try Model(MatrixFactorization(shape: shape, hiddenWidths: widths))
    try checkModel(model, measurements: measure(.entries, shape: shape, random: &random), random: &random)
  }

  /// The dense evaluator, which half the entries and one more are left to, agrees. Unit: the same with every term positive.
  @Test(arguments: models) func agreesWithTheDenseEvaluator(_ shape: [Int], _ widths: [Int]) throws {
    var random = TestRandom(42)
    let model = try MatrixFactorization(shape: shape, hiddenWidths: widths)
    let size = shape[0] * shape[1]
    let (few, all) = (size / 3, size)
    let indices = random.entries(all, shape: shape)
    func checked(_ count: Int, _ path: KernelPath) throws -> Checked {
      Checked(
        evaluator: try model.evaluator(
          for: Measurements(
            shape: shape, operators: .entries(indices: Array(indices[..<(2 * count)])),
            values: [Double](repeating: 0, count: count)), path: path))
    }
    let dense = try checked(all, .best)
    let (theta, direction) = (random.numbers(dense.n), random.numbers(dense.n))
    let (weights, tangents) = (random.numbers(few), random.numbers(few))
    let rest = [Double](repeating: 0, count: all - few)
    func results(_ checked: Checked, rest: [Double], _ sign: (Double) -> Double) -> [[Double]] {
      let (theta, direction) = (theta.map(sign), direction.map(sign))
      let (weights, tangents) = (weights.map(sign) + rest, tangents.map(sign) + rest)
      return [
        Array(checked.predict(theta)[..<few]), checked.pullback(theta, weights),
        Array(checked.pushforward(theta, direction)[..<few]),
        checked.pullbackTangent(theta, weights, direction, tangents),
      ]
    }
    let expected = results(dense, rest: rest, { $0 })
    let units = results(dense, rest: rest, abs).map(largest)
    for path in KernelPath.allCases where path.isSupported {
      let sparse = results(try checked(few, path), rest: [], { $0 })
      for k in expected.indices { #expect(agree(sparse[k], expected[k], within: 100 * 0x1p-52 * units[k])) }
    }
  }
}
