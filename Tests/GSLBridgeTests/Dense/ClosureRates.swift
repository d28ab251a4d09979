import CMath
import GSLBridge
import Testing

/// Rates given by a closure, for tests.
final class ClosureRates: StageRates {
  let count: Int
  let kinks: [RateKink]
  private(set) var writes = 0
  private let body: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void

  init(
    _ count: Int, kinks: [RateKink] = [],
    _ body: @escaping (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    (self.count, self.kinks, self.body) = (count, kinks, body)
  }

  func write(_ time: Double, _ state: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>) {
    writes += 1
    body(time, state, rates)
  }
}

/// The methods that know what happens within their steps.
enum DenseMethod: String, CaseIterable, CustomTestStringConvertible {
  case dopri5
  case dop853
  case rkc2
  case gauss1
  case gauss2
  case plateau
  case auto

  var testDescription: String { rawValue }

  func stepper(_ system: StiffClosure, _ rtol: Double, initialStep: Double = 1e-3, horizon: Double = 100) throws
    -> Stepper
  {
    let tolerance = Tolerance(relative: rtol, absolute: rtol)
    switch self {
    case .dopri5, .dop853, .rkc2:
      let method = ExplicitMethod(rawValue: rawValue) ?? .dop853
      return try Stepper(method, system: system, tolerance: tolerance, initialStep: initialStep)
    case .gauss1, .gauss2:
      let method = ImplicitMethod(rawValue: rawValue) ?? .gauss2
      return try Stepper(
        method, system: DenseJacobian(system), tolerance: tolerance, initialStep: initialStep)
    case .plateau:
      return try Stepper(
        plateau: system, part: system, tolerance: tolerance, initialStep: initialStep)
    case .auto:
      return try Stepper(
        choosing: system, part: system, tolerance: tolerance, initialStep: initialStep, horizon: horizon)
    }
  }
}

/// A system whose Jacobian is minus the block of another.
final class DenseJacobian: ODESystemWithJacobian {
  let system: StiffClosure
  var dimension: Int { system.dimension }

  init(_ system: StiffClosure) { self.system = system }

  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) { try system.field(time, state, out) }

  func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    system.curvature?(state, dfdy)
    for i in 0..<(dimension * dimension) { dfdy[i] = -dfdy[i] }
    for i in 0..<dimension { dfdt[i] = 0 }
  }
}

/// One mode of depth 2, σ̇ = 2σ(s − σ): σ(t) = s/(1 + (s/σ₀ − 1)e^{−2st}), and ∫ 2(s − σ) = ln σ/σ₀.
enum DepthTwoMode {
  static let (start, target) = (0.05, 1.0)

  static func value(_ t: Double) -> Double { target / (1 + (target / start - 1) * exp(-2 * target * t)) }

  static func integral(_ t: Double) -> Double { log(value(t) / start) }

  static func system() -> StiffClosure {
    StiffClosure(
      1, { _, x, dx in dx[0] = 2 * x[0] * (target - x[0]) }, curvature: { x, a in a[0] = 4 * x[0] - 2 * target })
  }

  static func rates() -> ClosureRates { ClosureRates(1) { _, x, q in q[0] = 2 * (target - x[0]) } }
}
