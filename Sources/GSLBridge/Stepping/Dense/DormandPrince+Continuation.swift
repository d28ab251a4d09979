extension DormandPrince: DenseStep {
  /// The published continuation of order 4 from the stages 1 and 3 to 7 of the step.
  ///
  /// With Δ = h Σ bᵢkᵢ it is u(θ) = y + θ(Δ + (1 − θ)(hk₁ − Δ + θ(2Δ − hk₁ − hk₇ + (1 − θ)h Σ dᵢkᵢ))): the cubic Hermite interpolant
  /// and a quartic beside it. Source: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
  /// Springer 1993, section II.6, and its code DOPRI5; L. F. Shampine, "Some practical Runge-Kutta formulas", Mathematics of
  /// Computation 46 (1986) 135–150. The null rule is the difference to the embedded result of order 4.
  package static let continuation = continuation(quartic: [
    -12_715_105_075 / 11_282_082_432, 87_487_479_700 / 32_700_410_799, -10_690_763_975 / 1_880_347_072,
    701_980_252_875 / 199_316_789_632, -1_453_857_185 / 822_651_844, 69_997_945 / 29_380_423,
  ])

  /// The continuation with other dᵢ, for tests.
  package static func continuation(quartic: [Double]) -> Continuation {
    let end = [35.0 / 384, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0]
    let coefficients = zip(end, quartic).enumerated().map { row, weights in
      let (b, d) = weights
      let (first, last) = (row == 0 ? 1.0 : 0, row == 5 ? 1.0 : 0)
      return [0, first, 3 * b - 2 * first - last + d, first + last - 2 * b - 2 * d, d]
    }
    return Continuation(
      coefficients: coefficients, end: end,
      null: [71.0 / 57600, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40])
  }

  var continuation: Continuation { Self.continuation }

  func derivative(
    row: Int, first: UnsafePointer<Double>, last: UnsafePointer<Double>
  ) -> UnsafePointer<Double>? {
    switch row {
    case 0: first
    case 5: last
    default: work.map { UnsafePointer($0 + row * dimension) }
    }
  }
}
