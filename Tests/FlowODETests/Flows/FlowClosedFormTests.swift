import CMath
import Checkers
import FlowODE
import Models
import Testing

@Suite("Gradient flow against closed forms")
struct FlowClosedFormTests {
  /// The error falls with the tolerance, and its size relative to the tolerance stays within the method's accumulation.
  private func expectFalling(_ errors: [Double], _ method: IntegrationMethod, _ label: Comment) {
    for (error, tolerance) in zip(errors, method.fairTolerances) {
      #expect(error <= method.accumulation * tolerance + 1e-13, label)
    }
    // An error that the loosest tolerance already makes as small as the tightest asks for need not fall.
    let isSmall = errors[0] <= method.accumulation * (method.fairTolerances.last ?? 0)
    #expect(isSmall || errors[errors.count - 1] <= errors[0] / 5, label)
  }

  @Test("one balanced component of depth 2 is logistic", arguments: IntegrationMethod.all)
  func logistic(_ method: IntegrationMethod) throws {
    let (start, target, until) = (0.02, 1.5, 1.7)
    let probe = try Scalar.matrix(depth: 2, target: target)
    let exact = Scalar.logistic(until, from: start, target: target)
    let errors = try method.fairTolerances.map { rtol in
      let end = try probe.flow(
        from: [start.squareRoot(), start.squareRoot()], until: until, saves: 4, method: method, rtol: rtol)
      #expect(end.outcome == .reachedEnd && end.time == until)
      return abs(end.parameters[0] * end.parameters[1] - exact) / exact
    }
    expectFalling(errors, method, "\(method.name): \(errors)")
  }

  @Test(
    "one balanced component of depth or order 3 and 4, by quadrature",
    arguments: IntegrationMethod.all, [3, 4])
  func higherOrder(_ method: IntegrationMethod, order: Int) throws {
    let (start, target, until) = (0.05, 1.2, 2.4)
    let root = pow(start, 1 / Double(order))
    for probe in [try Scalar.matrix(depth: order, target: target), try Scalar.cp(order: order, target: target)] {
      let errors = try method.fairTolerances.map { rtol in
        let end = try probe.flow(
          from: Array(repeating: root, count: order), until: until, method: method, rtol: rtol)
        let u = end.parameters.reduce(1, *)
        // The error is one in time: u itself is ill conditioned while it grows.
        return abs(Scalar.time(u, from: start, target: target, order: order) - until) / until
      }
      expectFalling(errors, method, "\(method.name), \(probe.model.summary): \(errors)")
    }
  }

  @Test("the quadrature formula agrees with the closed form of depth 2 and of depth 4")
  func formulas() {
    #expect(
      abs(
        Scalar.time(1.1, from: 0.01, target: 1.5, order: 2) - Scalar.logisticTime(1.1, from: 0.01, target: 1.5))
        <= 1e-13)
    func antiderivative(_ x: Double, _ s: Double) -> Double {
      let (q, r) = (s.squareRoot(), x.squareRoot())
      return 0.25 * (-2 / (s * r) + pow(s, -1.5) * log((q + r) / (q - r)))
    }
    let exact = antiderivative(1.1, 1.5) - antiderivative(0.01, 1.5)
    #expect(abs(Scalar.time(1.1, from: 0.01, target: 1.5, order: 4) - exact) <= 1e-13 * exact)
  }

  @Test("unbalanced depth 2: the Riccati closed form")
  func unbalanced() throws {
    let (a, b, s, until) = (0.9, 0.2, 1.3, 2.0)
    let c = a * a - b * b
    let q = (4 * s * s + c * c).squareRoot()
    let (plus, minus) = ((2 * s + q) / c, (2 * s - q) / c)
    let ratio = (a + b) / (a - b)
    let k = (ratio - plus) / (ratio - minus) * exp(-q * until)
    let y = (plus - k * minus) / (1 - k)
    let exact = c / 4 * (y - 1 / y)
    let end = try Scalar.matrix(depth: 2, target: s).flow(from: [a, b], until: until, rtol: 1e-12)
    #expect(abs(end.parameters[0] * end.parameters[1] - exact) <= 1e-11)
  }

  @Test("modes of a fully observed matrix decouple into logistic ones")
  func modes() throws {
    func rotation(_ angle: Double) -> [Double] { [cos(angle), -sin(angle), sin(angle), cos(angle)] }
    func product(_ a: [Double], _ b: [Double]) -> [Double] {
      [
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
      ]
    }
    let (left, right) = (rotation(0.7), rotation(-1.9))
    func object(_ first: Double, _ second: Double) -> [Double] { product(product(left, [first, 0, 0, second]), right) }
    let (start, until) = (0.01, 1.4)
    let measurements = try Measurements(
      shape: [2, 2], operators: .entries(indices: [0, 0, 0, 1, 1, 0, 1, 1]), values: object(2, 0.8))
    let probe = try Probe(Model(MatrixFactorization(shape: [2, 2], hiddenWidths: [2])), measurements)
    let root = start.squareRoot()
    let end = try probe.flow(
      from: (right + left).map { $0 * root }, until: until, rtol: 1e-12)
    let exact = object(
      Scalar.logistic(until, from: start, target: 2), Scalar.logistic(until, from: start, target: 0.8))
    #expect(agree(probe.model.endToEnd(end.parameters), exact, within: 1e-10))
  }

  /// eᴬ of a row-major k × k matrix by scaling and squaring of its Taylor series.
  private func exponential(_ a: [Double], _ k: Int) -> [Double] {
    func times(_ a: [Double], _ b: [Double]) -> [Double] {
      (0..<k * k).map { e in (0..<k).reduce(0) { $0 + a[e / k * k + $1] * b[$1 * k + e % k] } }
    }
    let scaled = a.map { $0 * 0x1p-10 }
    var term = (0..<k * k).map { $0 % (k + 1) == 0 ? 1.0 : 0.0 }
    var sum = term
    for j in 1...20 {
      term = times(term, scaled).map { $0 / Double(j) }
      sum = zip(sum, term).map { $0 + $1 }
    }
    for _ in 0..<10 { sum = times(sum, sum) }
    return sum
  }

  @Test("depth 1 is a linear flow: the matrix exponential", arguments: IntegrationMethod.all)
  func linear(_ method: IntegrationMethod) throws {
    var random = TestRandom(31)
    let measurements = try measure(.dense, shape: [3, 2], random: &random)
    guard case .dense(let tensors) = measurements.operators else { return }
    let probe = try Probe(
      Model(MatrixFactorization(shape: [3, 2], hiddenWidths: [])), measurements, normalization: .mean)
    let (start, until) = (random.numbers(6), 2.0)
    // θ̇ = −(2/m) Aᵀ(Aθ − y), as the linear flow of (θ, 1).
    var generator = [Double](repeating: 0, count: 49)
    let factor = 2 * until / Double(measurements.count)
    for k in 0..<measurements.count {
      for i in 0..<6 {
        for j in 0..<6 { generator[i * 7 + j] -= factor * tensors[k * 6 + i] * tensors[k * 6 + j] }
        generator[i * 7 + 6] += factor * tensors[k * 6 + i] * measurements.values[k]
      }
    }
    let map = exponential(generator, 7)
    let exact = (0..<6).map { i in dot(Array(map[i * 7..<i * 7 + 7]), start + [1]) }
    let errors = try method.fairTolerances.map { rtol in
      distance(try probe.flow(from: start, until: until, method: method, rtol: rtol).parameters, exact)
    }
    expectFalling(errors, method, "\(method.name): \(errors)")
  }

  @Test("quadrature states: the integral of f and of its squared gradient", arguments: IntegrationMethod.all)
  func quadratures(_ method: IntegrationMethod) throws {
    let (start, target, until) = (0.02, 1.5, 1.7)
    let probe = try Scalar.matrix(depth: 2, target: target)
    // ∫(u − s)²/2 dt with u̇ = 2u(s − u) is ¼ ∫ (s − u)/u du = ¼ (s ln(u/u₀) − (u − u₀)).
    let u = Scalar.logistic(until, from: start, target: target)
    let area = 0.25 * (target * log(u / start) - (u - start))
    let drop = 0.5 * ((start - target) * (start - target) - (u - target) * (u - target))
    for rtol in method.fairTolerances {
      let end = try probe.flow(
        from: [start.squareRoot(), start.squareRoot()], until: until, method: method, rtol: rtol,
        quadratures: [TwoRates()])
      #expect(abs(end.quadratures[0] - area) <= method.accumulation * rtol * area, "\(method.name) at \(rtol)")
      #expect(abs(end.quadratures[1] - drop) <= method.accumulation * rtol * drop, "\(method.name) at \(rtol)")
    }
  }
}
