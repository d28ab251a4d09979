import GSLBridge
import Testing

/// Gauss collocation conserves quadratic invariants to rounding whatever the tolerance, where GSL's rk4imp drifts.
@Suite struct GaussLegendreTests {
  /// a' = −b (ab − 1), b' = −a (ab − 1), with the invariant a² − b².
  private final class Scalar: ODESystemWithJacobian {
    let dimension = 2
    func evaluate(_ time: Double, _ y: UnsafePointer<Double>, _ f: UnsafeMutablePointer<Double>) {
      let residual = y[0] * y[1] - 1
      f[0] = -y[1] * residual
      f[1] = -y[0] * residual
    }
    func jacobian(
      _ time: Double, _ y: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
      _ dfdt: UnsafeMutablePointer<Double>
    ) {
      dfdy[0] = -y[1] * y[1]
      dfdy[1] = 1 - 2 * y[0] * y[1]
      dfdy[2] = dfdy[1]
      dfdy[3] = -y[0] * y[0]
      dfdt[0] = 0
      dfdt[1] = 0
    }
  }

  private func drift(_ method: ImplicitMethod, rtol: Double) throws -> (drift: Double, product: Double) {
    var state = [1.7, 0.1]
    let invariant = 1.7 * 1.7 - 0.01
    let product = try state.withUnsafeMutableBufferPointer { buffer -> Double in
      let base = try #require(buffer.baseAddress)
      var stepper = try Stepper(
        method, system: Scalar(), tolerance: Tolerance(relative: rtol, absolute: rtol * 1e-2), initialStep: 1e-2)
      var time = 0.0
      try stepper.advance(time: &time, state: base, to: 6)
      return base[0] * base[1]
    }
    return (abs(state[0] * state[0] - state[1] * state[1] - invariant), product)
  }

  @Test(arguments: [ImplicitMethod.gauss1, .gauss2], [1e-3, 1e-5, 1e-7])
  func quadraticInvariantsAreKept(method: ImplicitMethod, rtol: Double) throws {
    let (drift, product) = try drift(method, rtol: rtol)
    #expect(drift <= 1e-13)
    #expect(abs(product - 1) <= 1e2 * rtol)
  }

  @Test func gslsOwnGaussMethodsDrift() throws {
    #expect(try drift(.rk4imp, rtol: 1e-4).drift > 1e-9)
  }
}
