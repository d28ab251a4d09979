import GSLBridge
import Models

/// The right-hand side of a flow whose trajectory is about the parameters θ of an objective.
///
/// The state is a leading part (θ itself for gradient flow, θ and velocities for a second-order flow, other coordinates
/// where those are better conditioned) followed by the integrals that it carries.
public protocol VectorField: ODESystemWithJacobian {
  /// f, whose parameters the trajectory is about.
  var objective: Objective { get }
  /// Length of the state before the integrals.
  var leadingCount: Int { get }
  /// Number of integrals at the end of the state.
  var quadratureCount: Int { get }
  /// The leading part of the state at t = 0 for a start θ(0).
  func initialState(_ start: [Double]) -> [Double]
  /// θ at a state; the pointer is valid until the next call.
  func parameters(at state: UnsafePointer<Double>) -> UnsafePointer<Double>
  /// Whether ∇f can be read off the field's value.
  var readsGradients: Bool { get }
  /// Reads ∇f(θ) off the field's value at θ; false where it cannot be.
  func readGradient(from derivative: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) -> Bool
  /// The size at which each carried integral's absolute error starts to matter, from the initial state; positive.
  func quadratureScales(_ state: UnsafePointer<Double>) -> [Double]
}

extension VectorField {
  public var dimension: Int { leadingCount + quadratureCount }
  public var readsGradients: Bool { false }
  public func readGradient(from derivative: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) -> Bool
  {
    false
  }
  public func initialState(_ start: [Double]) -> [Double] { start }
  public func parameters(at state: UnsafePointer<Double>) -> UnsafePointer<Double> { state }
}

/// The user asked to stop: what a right-hand side throws to end the integration at the last accepted state.
public struct Interrupted: Error, Sendable {
  /// Somebody interrupted.
  public init() {}
}
