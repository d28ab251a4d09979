import Models

/// One instant of a flow as a quadrature sees it: θ, f(θ) and ∇f(θ). The pointers are valid during the call only.
public struct FlowPoint {
  /// Flow time.
  public let time: Double
  /// f.
  public let objective: Objective
  /// θ.
  public let parameters: UnsafePointer<Double>
  /// f(θ).
  public let value: Double
  /// ∇f(θ).
  public let gradient: UnsafePointer<Double>

  /// The pointers need to be valid for the call that the point is made for.
  public init(
    time: Double, objective: Objective, parameters: UnsafePointer<Double>, value: Double,
    gradient: UnsafePointer<Double>
  ) {
    self.time = time
    self.objective = objective
    self.parameters = parameters
    self.value = value
    self.gradient = gradient
  }
}

/// Rates q̇ = φ(θ) appended to the ODE state, so that their integrals obey the same error control as θ.
///
/// A claim in integral form compares such an integral with the change it should equal; evaluating both sides of the rate
/// at one state would only test algebra.
public protocol Quadrature: Sendable {
  /// One name per rate.
  var names: [String] { get }
  /// Writes the rates φ(θ).
  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>)
  /// Writes the row-major `names.count` × n derivative of the rates with respect to θ, for implicit methods.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>)
  /// The size at which each integral's absolute error starts to matter, from the start of the flow; positive.
  func scales(at start: FlowPoint) -> [Double]
}

extension [any Quadrature] {
  /// How many rates there are, all quadratures together.
  var rateCount: Int { reduce(0) { $0 + $1.names.count } }

  /// Writes the rates of one quadrature behind those of the other.
  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    var offset = 0
    for quadrature in self {
      quadrature.rates(at: point, into: rates + offset)
      offset += quadrature.names.count
    }
  }

  /// Writes their derivatives with respect to θ, ``rateCount`` × n.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    var offset = 0
    for quadrature in self {
      quadrature.derivatives(at: point, into: derivatives + offset * point.objective.parameterCount)
      offset += quadrature.names.count
    }
  }

  /// The sizes at which the integrals' absolute errors start to matter.
  func scales(at start: FlowPoint) -> [Double] { flatMap { $0.scales(at: start) } }
}
