internal import CGSL

/// Gauss–Legendre collocation with one stage (the implicit midpoint rule, order 2) or two (order 4), its Newton iteration driven
/// to roundoff: it conserves every quadratic invariant of the system exactly, so a drift seen with it is no solver's error.
///
/// GSL's rk2imp and rk4imp are the same methods but stop Newton early and do not conserve. A step is carried out as two half
/// steps, whose difference from one whole step estimates the error; the half steps are kept unextrapolated, as extrapolation would
/// spoil conservation. Source: E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration, 2nd ed., sections II.1.3, IV.2.1.
public final class GaussLegendre: CustomStepWithJacobian {
  /// 1 or 2.
  public let stages: Int
  /// `gauss1` or `gauss2`.
  public var name: String { "gauss\(stages)" }
  /// The order of the method, 2 or 4; the estimate shrinks like h^(order+1).
  public var order: Int { 2 * stages }

  var jacobian:
    (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
      throws(RightHandSideFailure) -> Void = { (_, _, _, _) throws(RightHandSideFailure) in throw .outsideDomain }
  let continuation: Continuation
  var quadrature: (any StepQuadrature)?
  private(set) var n = 0
  private(set) var work: UnsafeMutablePointer<Double>?
  private var permutation: UnsafeMutablePointer<gsl_permutation>?

  /// A method that asks for the system's Jacobian once for each of the three collocations of a step.
  init(stages: Int) {
    self.stages = max(1, min(2, stages))
    continuation = self.stages == 1 ? Self.continuation1 : Self.continuation2
  }

  deinit {
    work?.deallocate()
    if let permutation { gsl_permutation_free(permutation) }
  }

  /// Allocates the stage vectors and the matrix of Newton's method, (s n)² numbers and an n² Jacobian.
  public func prepare(dimension: Int) {
    work?.deallocate()
    if let permutation { gsl_permutation_free(permutation) }
    n = dimension
    let m = stages * n
    work = .allocate(capacity: 3 * n + 4 * m + n * n + m * m)
    permutation = gsl_permutation_alloc(m)
  }

  private var coefficients: (a: [Double], c: [Double]) {
    if stages == 1 { return ([0.5], [0.5]) }
    let r = 3.0.squareRoot() / 6
    return ([0.25, 0.25 - r, 0.25 + r, 0.25], [0.5 - r, 0.5 + r])
  }

  /// One step; see ``CustomStep/apply(time:step:state:error:derivativeIn:derivativeOut:evaluate:)``.
  public func apply(
    time: Double, step h: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
    derivativeIn: UnsafePointer<Double>, derivativeOut: UnsafeMutablePointer<Double>,
    evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard let work else { throw .outsideDomain }
    quadrature?.first(time, state)
    let whole = work
    whole.update(from: state, count: n)
    try collocate(time, h, whole, derivativeIn, evaluate)
    try collocate(time, h / 2, state, derivativeIn, row: 1, evaluate)
    stageDerivatives(half: 0, work).update(from: stageDerivatives(half: 1, work), count: stages * n)
    try evaluate(time + h / 2, state, derivativeOut)
    quadrature?.write(stages + 1, time + h / 2, state)
    try collocate(time + h / 2, h / 2, state, derivativeOut, row: stages + 2, evaluate)
    let scale = 1 / Double((1 << order) - 1)
    for i in 0..<n { error[i] = scale * (state[i] - whole[i]) }
    try evaluate(time + h, state, derivativeOut)
    quadrature?.write(2 * stages + 2, time + h, state)
  }

  /// Where k of either half step is after a trial; a collocation leaves it in the place of the second.
  func stageDerivatives(half: Int, _ work: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<Double> {
    work + 3 * n + (half == 0 ? 3 * stages * n : 0)
  }

  /// Solves k_i = F(t + c_i h, y + h Σ_j a_ij k_j) and adds h Σ b_i k_i with b = 1/s.
  ///
  /// - Parameter row: the first of the rows of rates to be written at the stages.
  private func collocate(
    _ time: Double, _ h: Double, _ y: UnsafeMutablePointer<Double>, _ slope: UnsafePointer<Double>,
    row: Int? = nil,
    _ evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard let work, let permutation else { throw .outsideDomain }
    let m = stages * n
    let (point, value) = (work + n, work + 2 * n)
    let (k, residual, correction) = (work + 3 * n, work + 3 * n + m, work + 3 * n + 2 * m)
    let (jacobian, matrix) = (work + 3 * n + 4 * m, work + 3 * n + 4 * m + n * n)
    let (a, c) = coefficients
    try self.jacobian(time + h / 2, y, jacobian, value)
    for i in 0..<stages {
      for j in 0..<stages {
        let factor = -h * a[i * stages + j]
        for p in 0..<n {
          let row = matrix + (i * n + p) * m + j * n
          for q in 0..<n { row[q] = factor * jacobian[p * n + q] + (i == j && p == q ? 1 : 0) }
        }
      }
    }
    var view = gsl_matrix_view_array(matrix, m, m)
    var sign: CInt = 0
    guard gsl_linalg_LU_decomp(&view.matrix, permutation, &sign) == GSL_SUCCESS else { throw .outsideDomain }
    for i in 0..<stages { for p in 0..<n { k[i * n + p] = slope[p] } }

    var previous = Double.infinity
    for iteration in 0..<50 {
      for i in 0..<stages {
        for p in 0..<n {
          var total = y[p]
          for j in 0..<stages { total += h * a[i * stages + j] * k[j * n + p] }
          point[p] = total
        }
        try evaluate(time + c[i] * h, point, value)
        if let row { quadrature?.write(row + i, time + c[i] * h, point) }
        for p in 0..<n { residual[i * n + p] = value[p] - k[i * n + p] }
      }
      var right = gsl_vector_view_array(residual, m)
      var solution = gsl_vector_view_array(correction, m)
      guard gsl_linalg_LU_solve(&view.matrix, permutation, &right.vector, &solution.vector) == GSL_SUCCESS else {
        throw .outsideDomain
      }
      var change = 0.0
      for i in 0..<m {
        k[i] += correction[i]
        change = max(change, abs(correction[i]))
      }
      // Roundoff is reached when corrections no longer shrink.
      if change == 0 || (iteration > 1 && !(change < 0.5 * previous)) {
        let size = (0..<m).reduce(0) { max($0, abs(k[$1])) }
        guard change <= 1e-12 * size || change == 0 else { throw .outsideDomain }
        break
      }
      previous = change
    }
    let weight = h / Double(stages)
    for p in 0..<n {
      var total = 0.0
      for i in 0..<stages { total += k[i * n + p] }
      y[p] += weight * total
    }
  }
}
