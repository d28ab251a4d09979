import FlowODE
import GSLBridge
import Models
import Testing

@Suite struct ComponentRegistryTests {
  private static func problem(shape: [Int], components: Int) throws -> (Problem, [Double]) {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: shape, components: components),
      source: .generated(rank: 2, norm: 1), observed: .fraction(0.7), dataSeed: 3)
    return (problem, try Initialization.gaussian.parameters(for: problem.model, scale: 0.4, seed: 5))
  }

  /// γσ from the parameter gradient against the definition ⟨−∇L(W), C⟩ with ∇L formed entry by entry over the observed
  /// entries and C from the component switched on alone; in units of 1e-14 of the pairing's terms.
  @Test(arguments: [[4, 5], [3, 4, 2], [3, 2, 2, 3]]) func pairingIsTheEndTensorsInnerProduct(shape: [Int]) throws {
    let (problem, start) = try Self.problem(shape: shape, components: 4)
    let registry = try #require(problem.model.components)
    let objective = try Objective(
      model: problem.model, measurements: problem.measurements, loss: SquaredLoss(), normalization: .mean)
    var gradient = [Double](repeating: 0, count: start.count)
    let terms = ComponentTerms(registry)
    gradient.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      objective.gradient(start, into: base)
      terms.update(start, gradient: base)
    }
    guard case .entries(let indices) = problem.measurements.operators else { return }
    let end = problem.model.endToEnd(start)
    for r in 0..<4 {
      let alone = problem.model.endToEnd(registry.isolating(r, in: start))
      var expected = 0.0
      var size = 0.0
      for (k, value) in problem.measurements.values.enumerated() {
        var position = 0
        for n in shape.indices { position = position * shape[n] + Int(indices[k * shape.count + n]) }
        let slope = 2 * (end[position] - value) / Double(problem.measurements.count)
        expected -= slope * alone[position]
        size += abs(slope * alone[position])
      }
      let state = terms.component(r)
      #expect(abs(state.pairing - expected) <= 1e-14 * size)
      let norm = alone.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(state.norm - norm) <= 1e-14 * norm)
      #expect(abs(state.gamma - expected / norm) <= 1e-13 * size / norm)
    }
  }

  /// e_k of (1, 2, 3, 4) by hand, and the exponent 4 e_{m−2} e_m / e_{m−1}² = 2 − 2/m when all are equal.
  @Test func symmetricPolynomials() {
    [1.0, 2, 3, 4].withUnsafeBufferPointer { squares in
      let state = ComponentState(pairing: 2, squaredNorms: squares)
      #expect((0...4).map { state.symmetric($0) } == [1, 10, 35, 50, 24])
      #expect(abs(state.rate - 2 / 24.0.squareRoot() * 50) < 1e-14)
      #expect(state.unbalancedness == 3)
    }
  }

  /// The rate's derivatives against central differences of the rate along random directions, step 1e-5: 1e-7 relative.
  @Test func quadratureDerivatives() throws {
    let (problem, start) = try Self.problem(shape: [3, 4, 2], components: 3)
    let registry = try #require(problem.model.components)
    let objective = try Objective(
      model: problem.model, measurements: problem.measurements, loss: SquaredLoss(), normalization: .mean)
    let quadrature = ComponentQuadrature(registry, rates: [ComponentRate("rate") { _, state in state.rate }])
    func rates(_ parameters: [Double]) -> [Double] {
      var gradient = [Double](repeating: 0, count: parameters.count)
      var result = [Double](repeating: 0, count: 3)
      gradient.withUnsafeMutableBufferPointer { gradient in
        result.withUnsafeMutableBufferPointer { result in
          guard let gradient = gradient.baseAddress, let result = result.baseAddress else { return }
          let value = objective.gradient(parameters, into: gradient)
          parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return }
            quadrature.rates(
              at: FlowPoint(
                time: 0, objective: objective, parameters: parameters, value: value, gradient: gradient), into: result)
          }
        }
      }
      return result
    }
    var derivatives = [Double](repeating: 0, count: 3 * start.count)
    var gradient = [Double](repeating: 0, count: start.count)
    gradient.withUnsafeMutableBufferPointer { gradient in
      derivatives.withUnsafeMutableBufferPointer { derivatives in
        start.withUnsafeBufferPointer { start in
          guard let gradient = gradient.baseAddress, let derivatives = derivatives.baseAddress,
            let start = start.baseAddress
          else { return }
          let value = objective.gradient(start, into: gradient)
          quadrature.derivatives(
            at: FlowPoint(time: 0, objective: objective, parameters: start, value: value, gradient: gradient),
            into: derivatives)
        }
      }
    }
    for trial in 0..<5 {
      var stream = RandomStream(seed: 9, name: "direction \(trial)")
      let direction = start.map { _ in stream.gaussian() }
      let step = 1e-5
      let plus = rates(zip(start, direction).map { $0 + step * $1 })
      let minus = rates(zip(start, direction).map { $0 - step * $1 })
      for r in 0..<3 {
        let expected = (plus[r] - minus[r]) / (2 * step)
        let got = start.indices.reduce(0) { $0 + derivatives[r * start.count + $1] * direction[$1] }
        #expect(abs(got - expected) <= 1e-7 * (1e-3 + abs(expected)))
      }
    }
  }
}
