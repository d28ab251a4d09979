extension ModalBlock {
  /// Adds what the exponential formula gives beyond the plain one within the step that was last corrected: with p the polynomial
  /// through the values of g, the corrector's own, z(θ) = z₀ + h ∫₀^θ e^{−hλ(θ−s)} p(s) ds.
  ///
  /// - Parameters:
  ///   - order: number of nodes the step used.
  ///   - derivative: whether ż = p − λ(z − z₀) is wanted instead of z.
  func addInterior(
    _ theta: Double, derivative: Bool, _ polynomials: StepPolynomials, order k: Int, step h: Double,
    to target: UnsafeMutablePointer<Double>
  ) {
    guard modes > 0, let vectors, let scratch, let gathered else { return }
    let p = modes
    func row(_ index: Int) -> UnsafeMutablePointer<Double> { scratch + index * p }
    let (found, predicted, lift) = (row(Self.rowF), row(Self.rowPredicted), row(Self.rowLift))
    let (dividedF, dividedG) = (row(Self.rowDividedF), row(Self.rowDividedG))
    let count = StepPolynomials.momentCount
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * count) { work in
      guard let plain = work.baseAddress else { return }
      let (values, moments) = (plain + count, plain + 2 * count)
      StepPolynomials.moments(0, upTo: theta, last: k, into: moments)
      for q in 0...k {
        plain[q] = polynomials.integral(q, moments)
        values[q] = polynomials.value(q, theta)
      }
      for i in 0..<p {
        let lambda = self.values[i]
        StepPolynomials.moments(h * lambda, upTo: theta, last: k, into: moments)
        var restF = found[i]
        var restG = found[i] + lambda * predicted[i]
        var (exact, ordinary, valueG, valueF) = (0.0, 0.0, 0.0, 0.0)
        for q in 0..<k {
          let (f, g) = (dividedF[q * p + i], dividedG[q * p + i])
          restF -= polynomials.atOne[q] * f
          restG -= polynomials.atOne[q] * g
          exact += polynomials.integral(q, moments) * g
          ordinary += plain[q] * f
          valueG += values[q] * g
          valueF += values[q] * f
        }
        restF /= polynomials.atOne[k]
        restG /= polynomials.atOne[k]
        exact += polynomials.integral(k, moments) * restG
        ordinary += plain[k] * restF
        lift[i] =
          derivative
          ? valueG + values[k] * restG - lambda * h * exact - valueF - values[k] * restF : h * (exact - ordinary)
      }
    }
    BLAS.multiplyVector(m: p, n: self.count, a: vectors, lda: self.count, transposeA: true, x: lift, y: gathered)
    coordinates?.scatter(gathered, adding: target)
  }
}
