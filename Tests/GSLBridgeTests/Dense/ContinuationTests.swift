import CMath
import GSLBridge
import Testing

/// The tables of what goes on within a step, against order conditions.
@Suite struct ContinuationTests {
  /// A Runge-Kutta method with the derivative at the end as its last stage, and the stages that its table has rows for.
  struct Method: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tableau: [[Double]]
    let stages: [Int]
    let table: Continuation
    /// That of the continuation, and the least at which the null rule does not vanish.
    let order: Int
    let nullOrder: Int

    static let dop853: Method = {
      var tableau = [[Double]](repeating: [Double](repeating: 0, count: 13), count: 13)
      for (i, row) in DormandPrince853.stages.enumerated() { for (j, a) in row { tableau[i + 1][j] = a } }
      for (j, b, _, _) in DormandPrince853.result { tableau[12][j] = b }
      return Method(
        testDescription: "dop853", tableau: tableau, stages: [0, 5, 6, 7, 8, 9, 10, 11, 12],
        table: DormandPrince853.continuation, order: 6, nullOrder: 7)
    }()

    static let dopri5 = Method(
      testDescription: "dopri5",
      tableau: [
        [0, 0, 0, 0, 0, 0, 0], [1.0 / 5, 0, 0, 0, 0, 0, 0], [3.0 / 40, 9.0 / 40, 0, 0, 0, 0, 0],
        [44.0 / 45, -56.0 / 15, 32.0 / 9, 0, 0, 0, 0],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729, 0, 0, 0],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656, 0, 0],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0],
      ], stages: [0, 2, 3, 4, 5, 6], table: DormandPrince.continuation, order: 4, nullOrder: 5)

    /// The largest |Σ bᵢ(θ)Φᵢ(t) − θ^ρ/γ(t)| over all trees of some orders; for the null rule without the second term.
    func residual(_ orders: ClosedRange<Int>, theta: Double, table: Continuation? = nil, null: Bool = false) -> Double {
      let table = table ?? self.table
      let weights = null ? table.null : table.weights(at: theta)
      var worst = 0.0
      for rho in orders {
        for tree in RootedTree.all(ofOrder: rho) {
          let phi = tree.weights(tableau)
          let sum = zip(stages, weights).reduce(0) { $0 + $1.1 * phi[$1.0] }
          worst = max(worst, abs(sum - (null ? 0 : pow(theta, Double(rho)) / tree.density)))
        }
      }
      return worst
    }
  }

  @Test func treesAreAsManyAsTheyShould() {
    #expect((1...7).map { RootedTree.all(ofOrder: $0).count } == [1, 1, 2, 4, 9, 20, 48])
  }

  @Test(arguments: [Method.dop853, .dopri5]) func orderConditionsHoldForEveryTheta(_ method: Method) {
    for theta in [0.3, 0.7, 1] {
      let residual = method.residual(1...method.order, theta: theta)
      #expect(residual < 1e-12, "\(residual)")
    }
    // No more than that.
    #expect(method.residual((method.order + 1)...(method.order + 1), theta: 0.3) > 1e-6)
    #expect(method.residual(1...(method.nullOrder - 1), theta: 1, null: true) < 1e-14)
    #expect(method.residual(method.nullOrder...method.nullOrder, theta: 1, null: true) > 1e-8)
  }

  /// Every digit counts: a part in ten million of any coefficient is seen.
  @Test(arguments: [Method.dop853, .dopri5]) func anAlteredDigitIsSeen(_ method: Method) {
    for place in method.table.coefficients.indices where method.table.coefficients[place] != 0 {
      let altered = method.table.altered(place, by: 1e-7)
      let residual = max(
        method.residual(1...2, theta: 0.3, table: altered), method.residual(1...2, theta: 0.7, table: altered))
      #expect(residual > 1e-11, "coefficient \(place): \(residual)")
    }
  }

  /// b(0) = 0, b(1) = b, b′(0) is the first row alone and b′(1) the last.
  @Test(arguments: [Method.dop853, .dopri5]) func endsAreMet(_ method: Method) {
    let rows = method.table.rows
    #expect(method.table.weights(at: 0) == [Double](repeating: 0, count: rows))
    for (b, exact) in zip(method.table.weights(at: 1), method.table.end) { #expect(abs(b - exact) < 1e-12) }
    let (first, last) = (method.table.weights(at: 0, derivative: 1), method.table.weights(at: 1, derivative: 1))
    for i in 0..<rows {
      #expect(first[i] == (i == 0 ? 1 : 0))
      #expect(abs(last[i] - (i == rows - 1 ? 1 : 0)) < 1e-11)
    }
  }

  /// The derivatives of the weights are those of the polynomials, against central differences.
  @Test(arguments: [Method.dop853, .dopri5]) func derivativesAreThoseOfTheWeights(_ method: Method) {
    for derivative in 1...2 {
      for theta in [0.2, 0.9] {
        let exact = method.table.weights(at: theta, derivative: derivative)
        let (after, before) = (
          method.table.weights(at: theta + 1e-5, derivative: derivative - 1),
          method.table.weights(at: theta - 1e-5, derivative: derivative - 1)
        )
        for i in exact.indices { #expect(abs((after[i] - before[i]) / 2e-5 - exact[i]) < 2e-4) }
      }
    }
  }
}

extension Continuation {
  /// bᵢ(θ) or a derivative.
  func weights(at theta: Double, derivative: Int = 0) -> [Double] {
    var weights = [Double](repeating: .nan, count: rows)
    self.weights(theta, derivative: derivative, into: &weights)
    return weights
  }

  /// The table with one of its coefficients changed by a part of itself.
  func altered(_ place: Int, by part: Double) -> Continuation {
    var changed = coefficients
    changed[place] *= 1 + part
    let width = degree + 1
    return Continuation(
      pieces: pieces,
      coefficients: (0..<(pieces * rows)).map { Array(changed[($0 * width)..<(($0 + 1) * width)]) }, end: end,
      null: null)
  }
}
