import FlowLanguage
import Models
import Testing

/// Gradients of inner arrays, terms of sums, and values that no program has: against closed forms and differences.
@Suite("Motion and observation")
struct MotionReadingTests {
  private func flow(_ text: String, _ data: [String: [Double]] = [:], points: DataPoints? = nil) throws -> FlowProgram {
    try FlowProgram(try checked(text), data: data, points: points)
  }

  private func observed(_ flow: FlowProgram, _ number: Int = 0) throws -> TermEvaluator {
    try flow.evaluator(of: flow.file.observations[number].value)
  }

  @Test("dLoss in a definition is that of what comes after it")
  func innerGradients() throws {
    // Loss = (x y)² + x: as a function of p = x y it is 2p; of x everything counts.
    let flow = try flow("param x, y; let p = x*y; loss p^2 + x; observe grad(p), grad(x), grad(y), loss")
    let (x, y) = (0.7, -1.3)
    expectClose(try observed(flow, 0).values([x, y]), [2 * x * y], 1e-15)
    expectClose(try observed(flow, 1).values([x, y]), [2 * x * y * y + 1], 1e-15)
    expectClose(try observed(flow, 2).values([x, y]), [2 * x * x * y], 1e-15)
    expectClose(try observed(flow, 3).values([x, y]), [x * x * y * y + x], 1e-15)
    // d/dt of 2 x y along x' = −(2 x y² + 1), y' = −2 x² y.
    let velocity = [-(2 * x * y * y + 1), -2 * x * x * y]
    let expected = 2 * (velocity[0] * y + x * velocity[1])
    expectClose(try observed(flow, 0).rates([x, y], velocity), [expected], 1e-15)
  }

  @Test("the loss is the mean over points, and so is its gradient in what every point has")
  func points() throws {
    let text = "param w; input x, y; model f = w*x; loss (f - y)^2/2; observe grad(f), grad(w), loss, f"
    let flow = try flow(text, points: DataPoints(count: 3, values: ["x": [1, 2, 3], "y": [0, 1, -1]]))
    let w = 0.4
    let residuals = [w, 2 * w - 1, 3 * w + 1]
    #expect(try observed(flow, 0).shape == [3] && observed(flow, 1).shape == [])
    expectClose(try observed(flow, 0).values([w]), residuals.map { $0 / 3 }, 1e-15)
    expectClose(
      try observed(flow, 1).values([w]), [(residuals[0] + 2 * residuals[1] + 3 * residuals[2]) / 3], 1e-15)
    expectClose(try observed(flow, 2).values([w]), [residuals.reduce(0) { $0 + $1 * $1 } / 6], 1e-15)
    expectClose(try observed(flow, 3).rates([w], [2]), [2, 4, 6], 1e-15)
  }

  @Test("A − B + C as three terms")
  func terms() throws {
    let flow = try flow("param a[2], b; observe a - (2*a - [b, 1]) - -a, -(a + a .* a), a")
    let state = [0.5, -2, 3]
    let first = try observed(flow)
    #expect(first.termCount == 4 && first.count == 2 && first.shape == [2])
    #expect(first.terms(state) == [0.5, -2, -1, 4, 3, 1, 0.5, -2])
    #expect(first.values(state) == [3, 1])
    #expect(first.rates(state, [1, 0, 10]) == [10, 0])
    #expect(try observed(flow, 1).terms(state) == [-0.5, 2, -0.25, -4])
    #expect(try observed(flow, 2).termCount == 1)
  }

  @Test("a number is compared with every entry")
  func comparisons() throws {
    let file = try checked("param a[2]; flow a' = a; claim invariant a >= 0; claim invariant 1 > a")
    let flow = try FlowProgram(file)
    for (claim, expected) in zip(file.claims, [[3.0, -2.0], [-2.0, 3.0]]) {
      guard case .invariant(let sides, _, _) = claim.form else { continue }
      #expect(try flow.evaluator(of: sides.left, minus: sides.right).values([3, -2]) == expected)
    }
  }

  @Test("any loss: its derivative in the model is given")
  func anyLoss() throws {
    // x' = −2 x g for dLoss/df = g.
    let flow = try flow("param x; model f = x^2; observe grad(x), der(f), grad(f), f")
    for (number, (value, rate)) in [(12.0, 10.0), (-72.0, -84.0), (2.0, 1.0)].enumerated() {
      let evaluator = try observed(flow, number)
      #expect(evaluator.cotangentCount == 1 && evaluator.values([3])[0].isNaN)
      evaluator.setCotangent([2])
      #expect(evaluator.values([3]) == [value] && evaluator.rates([3], [1])[0].isNaN)
      evaluator.setCotangent([2], rate: [1])
      // 2 x g, −4 x² g and g, along x' = 1, g' = 1.
      #expect(evaluator.rates([3], [1]) == [rate])
    }
    #expect(try observed(flow, 3).cotangentCount == 0)
  }

  @Test("any loss: its value is given")
  func lossValue() throws {
    let evaluator = try observed(try flow("param x; model f = x^2; observe x*loss^2"), 0)
    #expect(evaluator.takesLoss && evaluator.cotangentCount == 0 && evaluator.values([3])[0].isNaN)
    evaluator.setLoss(2)
    #expect(evaluator.values([3]) == [12] && evaluator.rates([3], [1])[0].isNaN)
    evaluator.setLoss(2, rate: 5)
    // loss² + 2 x loss loss'.
    #expect(evaluator.rates([3], [1]) == [64])
  }

  // MARK: Singular values and extreme entries

  @Test("functions of singular values and their rates")
  func singularValues() throws {
    // diag(3, 1) turned on both sides: the singular values stay 3 and 1.
    let (c, s) = (0.6, 0.8)
    let w = [3 * c, -s, 3 * s, c]
    let flow = try flow(
      "param W[2,2]; model X = W; observe singular(W,1), singular(W,2), nuclear(W), spectral(2*W), effrank(W), "
        + "log(nuclear(W))*singular(W,2)")
    let shares = [0.75, 0.25]
    let rank = (-shares.reduce(0) { $0 + $1 * $1.logarithm() }).exponential()
    let expected = [3, 1, 4, 6, rank, 4.0.logarithm()]
    var random = FormulaGenerator(1)
    let velocity = random.numbers(4)
    for (number, value) in expected.enumerated() {
      let evaluator = try observed(flow, number)
      #expect(!evaluator.isProgram && evaluator.hasRate)
      expectClose(evaluator.values(w), [value], 1e-14)
      let h = 1e-6
      func moved(_ step: Double) -> [Double] { w.indices.map { w[$0] + step * velocity[$0] } }
      let difference = evaluator.values(moved(h))[0] - evaluator.values(moved(-h))[0]
      expectClose(evaluator.rates(w, velocity), [difference / (2 * h)], 1e-8)
    }
  }

  @Test("der of singular values along the flow")
  func singularRates() throws {
    // X = diag(u), loss ½‖X − diag(4, 1)‖²: σ₁' = −(u₁ − 4).
    let flow = try flow(
      "param u[2]; model X = diag(u); loss norm2(X - [4, 0; 0, 1])/2; observe der(singular(X,1)), der(effrank(X)), "
        + "der(singular(X,1)^2*u[2]), effrank(X), max(X), der(max(u))")
    let u = [3.0, 0.5]
    expectClose(try observed(flow, 0).values(u), [1], 1e-13)
    expectClose(try observed(flow, 2).values(u), [2 * 3 * 1 * 0.5 + 9 * 0.5], 1e-13)
    let rank = try observed(flow, 3)
    expectClose(try observed(flow, 1).values(u), rank.rates(u, [1, 0.5]), 1e-13)
    #expect(try !observed(flow, 1).hasRate && observed(flow, 1).rates(u, [1, 1])[0].isNaN)
    #expect(try observed(flow, 4).values(u) == [3] && observed(flow, 5).values(u) == [1])
  }

  @Test("extreme entries, and what is not finite")
  func extremes() throws {
    let flow = try flow("param a[3]; observe max(a) - min(a), min(a), max(norm2(a), 1), spectral(a*a')")
    #expect(try observed(flow, 0).values([1, -2, 5]) == [7] && observed(flow, 1).rates([1, -2, 5], [1, 2, 3]) == [2])
    #expect(try observed(flow, 0).rates([1, -2, 5], [1, 2, 3]) == [1])
    #expect(try observed(flow, 2).values([1, 1, 2]) == [6] && observed(flow, 2).isProgram)
    #expect(
      try observed(flow, 0).values([1, .nan, 5])[0].isNaN && observed(flow, 3).values([1, .infinity, 5])[0].isNaN)
  }

  @Test("singular values at every data point")
  func batchedSingularValues() throws {
    let flow = try flow(
      "param W[2,2]; input x[2]; model f = W*x; observe spectral(diag(W*x))",
      points: DataPoints(count: 3, values: ["x": [1, 0, 0, 2, 1, -1]]))
    let evaluator = try observed(flow)
    expectClose(evaluator.values([1, 2, 3, -5]), [3, 10, 8], 1e-14)
    expectClose(evaluator.rates([1, 2, 3, -5], [0, 1, 1, 0]), [1, 0, 1], 1e-14)
  }

  @Test("a field and its derivative")
  func field() throws {
    let file = try checked("param x, y; flow y' = x*y - y, x' = x - x*y")
    let flow = try FlowProgram(file)
    #expect(flow.kind == .field && flow.loss == nil && flow.output == nil)
    var program = flow.program
    let field = try #require(flow.field)
    let (x, y) = (2.0, 3.0)
    #expect(try field.map { try values(program, $0, [x, y])[0] } == [x - x * y, x * y - y])
    let moved = try program.derivative(of: field, along: program.directionTangents())
    #expect(moved.count == 2)
    let evaluator = try ProgramEvaluator(flow.program, predictions: field[0])
    var slope = [0.0]
    evaluator.pushforward([x, y], direction: [1, 10], into: &slope)
    #expect(slope == [1 - y - 10 * x])
  }

  @Test("a field of several blocks as one array, and its Jacobian")
  func wholeField() throws {
    let file = try checked("param W[2,3], s, b[2]; flow b' = W*W'*b, W' = s*W - b*[1, 2, 3]', s' = tr(W*W') - s^3")
    let flow = try FlowProgram(file)
    let evaluator = try #require(try flow.fieldEvaluator())
    var random = FormulaGenerator(5)
    let (parameters, direction) = (random.numbers(9), random.numbers(9))
    func loops<S: Scalar>(_ parameters: [S]) throws -> [S] {
      guard case .field(let rates) = file.flow else { return [] }
      let reading = try LoopReading(file, parameters)
      return try ["W", "s", "b"].flatMap { name in
        try reading.value(#require(rates.first { $0.name.text == name }).value, [:], 0).values
      }
    }
    var (values, moved) = ([Double](repeating: 0, count: 9), [Double](repeating: 0, count: 9))
    evaluator.predict(parameters, into: &values)
    evaluator.pushforward(parameters, direction: direction, into: &moved)
    expectClose(values, try loops(parameters), 1e-14)
    let steps = zip(parameters, direction).map { Complex($0, $1 * Complex.step) }
    expectClose(moved, try loops(steps).map(\.derivative), 1e-14)
    #expect(try self.flow("param x; loss x^2").fieldEvaluator() == nil)
  }

  @Test("which blocks a value depends on")
  func blocks() throws {
    let flow = try flow(
      "param A[2,2], B[2,2], C[2,2]; loss norm2(A*B) + norm2(C); flow momentum(1)\n"
        + "observe norm2(A) - norm2(C), singular(A*B, 1), A*v_B', der(v_C), der(singular(B,1)), 3")
    #expect(
      try (0..<6).map { try observed(flow, $0).blocks } == [[0, 2], [0, 1], [0, 4], [2, 5], [1, 4], []])
    #expect(try observed(flow).stateLayout.blocks.map(\.name) == ["A", "B", "C", "v_A", "v_B", "v_C"])
  }

  @Test("momentum: velocities are part of the state")
  func momentum() throws {
    let flow = try flow(
      "param x; loss x^2/2; flow momentum(0.5); init x = 2, v_x = -1; observe der(v_x), der(x), v_x, der(der(x))")
    #expect(flow.kind == .momentum(0.5) && flow.start == [2] && flow.velocityStart == [-1])
    let state = [2.0, -1.0]
    #expect(try observed(flow, 0).values(state) == [-1.5] && observed(flow, 1).values(state) == [-1])
    #expect(try observed(flow, 2).rates(state, [-1, -1.5]) == [-1.5] && observed(flow, 3).values(state) == [-1.5])
  }
}
