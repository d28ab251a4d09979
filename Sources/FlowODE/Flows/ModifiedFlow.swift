import GSLBridge
import Models

/// The second-order modified flow of gradient descent at learning rate η, which is gradient flow of
/// f + κη‖∇f‖²: θ̇ = −g − 2κη ∇²f g.
///
/// With κ = 1/4 gradient descent follows it with an error O(η²) instead of O(η) (Barrett and Dherin 2021, 2009.11162,
/// Theorem 3.1; backward error analysis of Euler's method). Any other κ leaves the order at 1, which is the negative control.
public final class ModifiedFlow: VectorField {
  public let objective: Objective
  /// η.
  public let learningRate: Double
  /// κ.
  public let factor: Double
  public var leadingCount: Int { objective.parameterCount }
  public var quadratureCount: Int { 0 }

  private let isCancelled: @Sendable () -> Bool
  private let gradient: Buffer<Double>
  private let product: Buffer<Double>

  /// - Parameter factor: κ.
  public init(
    objective: Objective, learningRate: Double, factor: Double = 0.25,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.objective = objective
    self.learningRate = learningRate
    self.factor = factor
    self.isCancelled = isCancelled
    gradient = Buffer(count: objective.parameterCount)
    product = Buffer(count: objective.parameterCount)
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    let (gradient, product) = (gradient.pointer, product.pointer)
    objective.gradient(state, into: gradient)
    objective.hessianVectorProduct(state, direction: gradient, into: product)
    let weight = 2 * factor * learningRate
    for i in 0..<leadingCount { derivative[i] = -gradient[i] - weight * product[i] }
  }

  /// By central differences of the right-hand side: the exact Jacobian needs third derivatives of f, and implicit methods
  /// use it only to solve for their stages.
  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    let n = leadingCount
    dfdt.update(repeating: 0, count: n)
    var point = Array(UnsafeBufferPointer(start: state, count: n))
    var upper = [Double](repeating: 0, count: n)
    var lower = upper
    let size = max(BLAS.norm2(count: n, state) / Double(n).squareRoot(), 1e-3)
    for j in 0..<n {
      let center = point[j]
      let width = 1e-5 * max(size, abs(center))
      point[j] = center + width
      try differentiate(time, point, &upper)
      point[j] = center - width
      try differentiate(time, point, &lower)
      point[j] = center
      for i in 0..<n { dfdy[i * n + j] = (upper[i] - lower[i]) / (2 * width) }
    }
  }

  private func differentiate(
    _ time: Double, _ point: [Double], _ derivative: inout [Double]
  ) throws(RightHandSideFailure) {
    let work = UnsafeMutablePointer<Double>.allocate(capacity: 2 * point.count)
    defer { work.deallocate() }
    for i in point.indices { work[i] = point[i] }
    try evaluate(time, work, work + point.count)
    for i in point.indices { derivative[i] = work[point.count + i] }
  }

  public func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] { [] }
}
