extension RungeKuttaChebyshev: DenseStep {
  /// The cubic Hermite interpolant from both ends, k being F at the start, F at the end and the chord (y₁ − y₀)/h: of order 3, more than
  /// the method's. Its error is that of the step carried inside, whose estimate is the null rule.
  static let continuation = Continuation(
    coefficients: [[0, 1, -2, 1], [0, 0, -1, 1], [0, 0, 3, -2]], end: [0, 0, 1], null: [0.4, 0.4, -0.8])

  var continuation: Continuation { Self.continuation }

  func derivative(
    row: Int, first: UnsafePointer<Double>, last: UnsafePointer<Double>
  ) -> UnsafePointer<Double>? {
    switch row {
    case 0: first
    case 1: last
    default: shared.map { UnsafePointer($0.work) }
    }
  }

  func settle(step h: Double, from start: UnsafePointer<Double>, to end: UnsafePointer<Double>) {
    guard let shared else { return }
    let chord = shared.work
    for i in 0..<shared.dimension { chord[i] = (end[i] - start[i]) / h }
  }

  func shift(by amount: Double) {
    shared?.shift(by: amount)
    quadrature?.shift(by: amount)
  }

  /// The stages are points of no trajectory: rates are integrated by the accepted states.
  func makeQuadrature(_ integrals: RateIntegrals) -> any StepQuadrature { HistoryQuadrature(integrals, order: 2) }

  func integralErrorFactor(_ h: Double) -> Double { abs(h) * (shared?.radius.value ?? 0) > 10 ? 10 : 1 }
}
