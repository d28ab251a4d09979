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
  /// ∇f(θ), whatever the rates at which the flow moves its blocks.
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

  /// The point at θ, whose gradient is formed in `gradient`.
  init(
    time: Double, evaluating objective: Objective, at parameters: UnsafePointer<Double>,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    let value = objective.gradient(parameters, into: gradient)
    self.init(
      time: time, objective: objective, parameters: parameters, value: value, gradient: UnsafePointer(gradient))
  }
}
