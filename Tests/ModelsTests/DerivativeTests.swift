import Checkers
import Models
import Testing

@Suite("Values and derivatives of every model")
struct DerivativeTests {
  @Test("deep matrix factorization, random shapes", arguments: Sensing.allCases)
  func matrix(_ sensing: Sensing) throws {
    var random = TestRandom(1)
    for _ in 0..<40 {
      let shape = [random.index(1...6), random.index(1...6)]
      let widths = (0..<random.index(0...5)).map { _ in random.index(1...6) }
      try checkModel(
        Model(MatrixFactorization(shape: shape, hiddenWidths: widths)),
        measurements: measure(sensing, shape: shape, random: &random), random: &random)
    }
  }

  @Test("CP factorization, random shapes", arguments: Sensing.allCases)
  func cp(_ sensing: Sensing) throws {
    var random = TestRandom(2)
    for components in [1, 1, 2, 3, 5, 7, 8, 9, 17, 24, 33, 64, 65, 70, 129] {
      for _ in 0..<3 {
        let shape = (0..<random.index(2...5)).map { _ in random.index(1...4) }
        try checkModel(
          Model(CPFactorization(shape: shape, components: components)),
          measurements: measure(sensing, shape: shape, random: &random), random: &random)
      }
    }
  }

  @Test(
    "shapes at the edges",
    arguments: [
      [1, 1], [1, 5], [5, 1], [1, 1, 1, 1], [1, 6, 1], [2, 2, 2, 2, 2, 2, 2], [2, 1, 2, 2, 1, 2, 2, 2], [40, 3],
      [3, 40], [30, 2, 2],
    ])
  func edges(_ shape: [Int]) throws {
    var random = TestRandom(3)
    for sensing in Sensing.allCases {
      let measurements = try measure(sensing, shape: shape, random: &random)
      for components in [1, 3, 9] {
        try checkModel(
          Model(CPFactorization(shape: shape, components: components)), measurements: measurements, random: &random)
      }
      if shape.count == 2 {
        for widths in [[], [1], [3, 50], [7, 1, 2, 2, 2, 2, 1]] {
          try checkModel(
            Model(MatrixFactorization(shape: shape, hiddenWidths: widths)), measurements: measurements, random: &random)
        }
      }
    }
  }

  @Test("an entry may be observed more than once")
  func repeatedEntries() throws {
    var random = TestRandom(4)
    let measurements = try Measurements(
      shape: [3, 4], operators: .entries(indices: [1, 2, 0, 0, 1, 2, 1, 2]), values: [1, 2, 3, 4])
    try checkModel(
      Model(MatrixFactorization(shape: [3, 4], hiddenWidths: [2])), measurements: measurements, random: &random)
    try checkModel(Model(CPFactorization(shape: [3, 4], components: 2)), measurements: measurements, random: &random)
  }

  @Test("a large, sparsely observed tensor, against the definition")
  func sparse() throws {
    var random = TestRandom(5)
    let shape = [300, 200, 7, 250]
    let count = 400
    let indices = (0..<count).flatMap { _ in shape.map { Int32(random.index(0...$0 - 1)) } }
    let model = try Model(CPFactorization(shape: shape, components: 11))
    let checked = Checked(
      evaluator: try model.evaluator(
        for: Measurements(shape: shape, operators: .entries(indices: indices), values: random.numbers(count))))
    let (parameters, weights) = (random.numbers(checked.n), random.numbers(count))
    var gradient = [Double](repeating: 0, count: checked.n)
    let predictions = checked.predict(parameters)
    for k in 0..<count {
      let places = (0..<4).map { model.layout.blocks[$0].offset + Int(indices[4 * k + $0]) * 11 }
      var sum = 0.0
      for r in 0..<11 {
        sum += places.reduce(1) { $0 * parameters[$1 + r] }
        for n in 0..<4 {
          gradient[places[n] + r] +=
            weights[k] * (0..<4).filter { $0 != n }.reduce(1) { $0 * parameters[places[$1] + r] }
        }
      }
      // Sums of at most 11 · 1 terms of size at most 1.
      #expect(abs(predictions[k] - sum) <= 50 * 0x1p-52)
    }
    #expect(agree(checked.pullback(parameters, weights), gradient, within: 100 * 0x1p-52))
  }

  @Test("CP of order 2 is matrix factorization of depth 2", arguments: Sensing.allCases)
  func orderTwoIsDepthTwo(_ sensing: Sensing) throws {
    var random = TestRandom(6)
    for _ in 0..<20 {
      let (shape, width) = ([random.index(1...7), random.index(1...7)], random.index(1...40))
      let measurements = try measure(sensing, shape: shape, random: &random)
      let cp = Checked(
        evaluator: try Model(CPFactorization(shape: shape, components: width)).evaluator(for: measurements))
      let matrix = Checked(
        evaluator: try Model(MatrixFactorization(shape: shape, hiddenWidths: [width])).evaluator(for: measurements))
      // W2 = A1 and W1 = A2ᵀ.
      func asMatrix(_ factors: [Double]) -> [Double] {
        let second = Array(factors[(shape[0] * width)...])
        let transposed = (0..<width * shape[1]).map { second[$0 % shape[1] * width + $0 / shape[1]] }
        return transposed + factors[..<(shape[0] * width)]
      }
      let (parameters, direction) = (random.numbers(cp.n), random.numbers(cp.n))
      let (weights, weightsTangent) = (random.numbers(cp.m), random.numbers(cp.m))
      let (theta, v) = (asMatrix(parameters), asMatrix(direction))
      // Unit: u times the number of terms in the longest sum, all of which are at most 1.
      let tolerance = 8 * 0x1p-52 * Double(width * 49)
      #expect(agree(cp.predict(parameters), matrix.predict(theta), within: tolerance))
      #expect(agree(cp.pushforward(parameters, direction), matrix.pushforward(theta, v), within: tolerance))
      #expect(agree(asMatrix(cp.pullback(parameters, weights)), matrix.pullback(theta, weights), within: tolerance))
      #expect(
        agree(
          asMatrix(cp.pullbackTangent(parameters, weights, direction, weightsTangent)),
          matrix.pullbackTangent(theta, weights, v, weightsTangent), within: tolerance))
    }
  }

  @Test("the dense Jacobian holds pushforwards as columns and pullbacks as rows", arguments: [1, 5])
  func denseJacobian(components: Int) throws {
    var random = TestRandom(7)
    // 12 measurements by 9 or 45 parameters: one case is computed by columns, the other by rows.
    let measurements = try measure(.entries, shape: [3, 2, 4], random: &random)
    let checked = Checked(
      evaluator: try Model(CPFactorization(shape: [3, 2, 4], components: components)).evaluator(for: measurements))
    let (n, m) = (checked.n, checked.m)
    let parameters = random.numbers(n)
    let jacobian = try checked.evaluator.denseJacobian(parameters)
    for i in 0..<n {
      let column = checked.pushforward(parameters, (0..<n).map { $0 == i ? 1 : 0 })
      #expect(agree((0..<m).map { jacobian[$0 * n + i] }, column, within: 4 * 0x1p-52))
    }
    for k in 0..<m {
      let row = checked.pullback(parameters, (0..<m).map { $0 == k ? 1 : 0 })
      #expect(agree(Array(jacobian[k * n..<(k + 1) * n]), row, within: 4 * 0x1p-52))
    }
  }

  @Test("a dense Jacobian above the limit is refused")
  func largeJacobian() throws {
    var random = TestRandom(8)
    let evaluator = try Model(CPFactorization(shape: [100, 100], components: 100)).evaluator(
      for: measure(.entries, shape: [100, 100], random: &random))
    #expect(throws: Refusal.self) {
      try evaluator.denseJacobian([Double](repeating: 0, count: evaluator.parameterCount))
    }
  }
}
