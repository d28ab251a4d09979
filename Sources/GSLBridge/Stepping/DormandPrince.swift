/// The Runge-Kutta pair RK5(4)7M of Dormand and Prince: seven stages, the last of which is the first of the next step.
///
/// Source: J. R. Dormand, P. J. Prince, "A family of embedded Runge-Kutta formulae", Journal of Computational and
/// Applied Mathematics 6 (1980) 19–26, table 2. The fifth-order result is carried on.
public final class DormandPrince: CustomStep {
  /// `dopri5`.
  public let name = "dopri5"
  /// 5: the error estimate, the difference of orders 5 and 4, shrinks like h⁵.
  public let order = 5

  var quadrature: (any StepQuadrature)?
  private(set) var dimension = 0
  private(set) var work: UnsafeMutablePointer<Double>?

  /// A method that allocates its six work vectors when it is first used.
  public init() {}

  deinit { work?.deallocate() }

  /// Allocates the work vectors.
  public func prepare(dimension: Int) {
    work?.deallocate()
    self.dimension = dimension
    work = .allocate(capacity: 6 * dimension)
  }

  /// One step; see ``CustomStep/apply(time:step:state:error:derivativeIn:derivativeOut:evaluate:)``.
  public func apply(
    time: Double, step h: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
    derivativeIn k1: UnsafePointer<Double>, derivativeOut k7: UnsafeMutablePointer<Double>,
    evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard let work else { throw .outsideDomain }
    quadrature?.first(time, state)
    let n = dimension
    let (k2, k3, k4) = (work, work + n, work + 2 * n)
    let (k5, k6, stage) = (work + 3 * n, work + 4 * n, work + 5 * n)

    for i in 0..<n { stage[i] = state[i] + h * (1.0 / 5 * k1[i]) }
    try evaluate(time + h / 5, stage, k2)
    for i in 0..<n { stage[i] = state[i] + h * (3.0 / 40 * k1[i] + 9.0 / 40 * k2[i]) }
    try evaluate(time + 3 * h / 10, stage, k3)
    quadrature?.write(1, time + 3 * h / 10, stage)
    for i in 0..<n { stage[i] = state[i] + h * (44.0 / 45 * k1[i] - 56.0 / 15 * k2[i] + 32.0 / 9 * k3[i]) }
    try evaluate(time + 4 * h / 5, stage, k4)
    quadrature?.write(2, time + 4 * h / 5, stage)
    for i in 0..<n {
      let early = 19372.0 / 6561 * k1[i] - 25360.0 / 2187 * k2[i]
      stage[i] = state[i] + h * (early + 64448.0 / 6561 * k3[i] - 212.0 / 729 * k4[i])
    }
    try evaluate(time + 8 * h / 9, stage, k5)
    quadrature?.write(3, time + 8 * h / 9, stage)
    for i in 0..<n {
      let early = 9017.0 / 3168 * k1[i] - 355.0 / 33 * k2[i] + 46732.0 / 5247 * k3[i]
      stage[i] = state[i] + h * (early + 49.0 / 176 * k4[i] - 5103.0 / 18656 * k5[i])
    }
    try evaluate(time + h, stage, k6)
    quadrature?.write(4, time + h, stage)
    for i in 0..<n {
      let early = 35.0 / 384 * k1[i] + 500.0 / 1113 * k3[i] + 125.0 / 192 * k4[i]
      state[i] += h * (early - 2187.0 / 6784 * k5[i] + 11.0 / 84 * k6[i])
    }
    try evaluate(time + h, state, k7)
    quadrature?.write(5, time + h, state)
    for i in 0..<n {
      let early = 71.0 / 57600 * k1[i] - 71.0 / 16695 * k3[i] + 71.0 / 1920 * k4[i]
      error[i] = h * (early - 17253.0 / 339200 * k5[i] + 22.0 / 525 * k6[i] - 1.0 / 40 * k7[i])
    }
  }
}
