extension Engine {
  var isDense: Bool { interior != nil }

  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>) {
    interior?.interpolate(theta, into: state)
  }

  func interpolate(_ thetas: [Double], into states: [UnsafeMutablePointer<Double>]) {
    interior?.interpolate(thetas, into: states)
  }

  func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>) {
    interior?.slope(theta, into: derivative)
  }

  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>) {
    interior?.interpolate(theta, into: state, slope: slope)
  }

  func interpolate(
    _ theta: Double, at entries: UnsafeBufferPointer<Int>, into state: UnsafeMutablePointer<Double>,
    slope: UnsafeMutablePointer<Double>
  ) { interior?.interpolate(theta, at: entries, into: state, slope: slope) }

  var interpolationError: Double { interior?.error ?? 0 }

  var derivative: UnsafePointer<Double>? { interior?.derivative }

  func integrate(_ rates: any StageRates) { integrate(RateIntegrals(rates)) }

  /// Goes on with integrals.
  func integrate(_ integrals: RateIntegrals) { interior?.integrate(integrals) }

  func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>) {
    interior?.integrals(theta, into: values)
  }

  var integralErrors: UnsafeBufferPointer<Double> {
    interior?.step.quadrature?.integrals.estimates ?? UnsafeBufferPointer(start: nil, count: 0)
  }
}
