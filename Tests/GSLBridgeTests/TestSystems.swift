import GSLBridge
import Testing

/// A system given by closures, for tests.
final class ClosureSystem: ODESystemWithJacobian {
  typealias Field =
    (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  typealias Jacobian =
    (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
    throws(RightHandSideFailure) -> Void

  let dimension: Int
  var field: Field
  var derivative: Jacobian

  init(_ dimension: Int, _ field: @escaping Field, jacobian: @escaping Jacobian = { _, _, _, _ in }) {
    self.dimension = dimension
    self.field = field
    derivative = jacobian
  }

  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) { try field(time, state, out) }

  func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) { try derivative(time, state, dfdy, dfdt) }

  /// A scalar autonomous equation ẋ = f(x), with f′.
  static func scalar(_ f: @escaping (Double) -> Double, _ slope: @escaping (Double) -> Double) -> ClosureSystem {
    ClosureSystem(
      1, { _, x, dx in dx[0] = f(x[0]) },
      jacobian: { _, x, dfdy, dfdt in
        dfdy[0] = slope(x[0])
        dfdt[0] = 0
      })
  }

  /// ẋ = x², which from x(0) = 1 blows up at t = 1.
  static var blowUp: ClosureSystem { scalar({ $0 * $0 }, { 2 * $0 }) }

  /// ẋ = x(1 − x), whose solution is x(t) = 1 / (1 + (1/x₀ − 1) e^{−t}).
  static var logistic: ClosureSystem { scalar({ $0 * (1 - $0) }, { 1 - 2 * $0 }) }
}

/// Every method under one roof, so that tests can run over all of them.
enum AnyMethod: CaseIterable, CustomTestStringConvertible {
  case explicit(ExplicitMethod)
  case implicit(ImplicitMethod)

  static var allCases: [AnyMethod] {
    ExplicitMethod.allCases.map { .explicit($0) } + ImplicitMethod.allCases.map { .implicit($0) }
  }

  var testDescription: String {
    switch self {
    case .explicit(let method): method.rawValue
    case .implicit(let method): method.rawValue
    }
  }

  var measuredOrder: Int? {
    switch self {
    case .explicit(let method): method.measuredOrder
    case .implicit(let method): method.measuredOrder
    }
  }

  /// A tolerance that the method can meet in a moderate number of steps.
  var fairTolerance: Double {
    switch self {
    case .explicit(.rk2), .explicit(.rkc2), .implicit(.rk1imp): 1e-5
    default: 1e-8
    }
  }

  func stepper(
    _ system: ClosureSystem, _ tolerance: Tolerance, control: StepControl = .nanSafe, initialStep: Double = 1e-3
  ) throws -> Stepper {
    switch self {
    case .explicit(let method):
      try Stepper(method, system: system, tolerance: tolerance, control: control, initialStep: initialStep)
    case .implicit(let method):
      try Stepper(method, system: system, tolerance: tolerance, control: control, initialStep: initialStep)
    }
  }
}

/// The error that test systems throw.
struct Interruption: Error, Equatable { let number: Int }
