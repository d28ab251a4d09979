import GSLBridge
import Models

/// The heavy-ball flow θ̈ + τθ̇ = −∇f(θ) as a first-order system in (θ, v): θ̇ = v, v̇ = −τv − ∇f(θ), from v(0) = 0.
///
/// It does not conserve the balancedness of gradient flow; for a bilinear bond (U, V) the angular momentum
/// J = UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV decays as J(t) = e^{−τt} J(0).
public final class HeavyBallFlow: VectorField {
  public let objective: Objective
  /// τ ≥ 0.
  public let friction: Double
  private let initialVelocity: [Double]?
  private let isCancelled: @Sendable () -> Bool

  /// - Parameter initialVelocity: v(0); nil means 0.
  public init(
    objective: Objective, friction: Double, initialVelocity: [Double]? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    precondition(initialVelocity.map { $0.count == objective.parameterCount } ?? true, "one velocity per parameter")
    self.objective = objective
    self.friction = friction
    self.initialVelocity = initialVelocity
    self.isCancelled = isCancelled
  }

  /// 2n: θ, then v.
  public var leadingCount: Int { 2 * objective.parameterCount }
  public var quadratureCount: Int { 0 }

  public func initialState(_ start: [Double]) -> [Double] {
    start + (initialVelocity ?? [Double](repeating: 0, count: start.count))
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    let n = objective.parameterCount
    objective.gradient(state, into: derivative + n)
    for i in 0..<n {
      let velocity = state[n + i]
      derivative[i] = velocity
      derivative[n + i] = -friction * velocity - derivative[n + i]
    }
  }

  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    let n = objective.parameterCount
    let dimension = 2 * n
    dfdy.update(repeating: 0, count: dimension * dimension)
    dfdt.update(repeating: 0, count: dimension)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n * n) { hessian in
      guard let hessian = hessian.baseAddress else { return }
      objective.hessian(state, into: hessian)
      for i in 0..<n {
        dfdy[i * dimension + n + i] = 1
        dfdy[(n + i) * dimension + n + i] = -friction
        for j in 0..<n { dfdy[(n + i) * dimension + j] = -hessian[i * n + j] }
      }
    }
  }

  public func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] { [] }
}
