/// ∇²f at one θ for products with many directions, where what they share is computed once; see
/// ``Objective/preparedHessian(at:)``.
///
/// Of use on one thread only, like its objective, which may do anything else in between.
public final class PreparedHessian {
  /// n, the length of θ.
  public var dimension: Int { objective.parameterCount }

  private let objective: Objective
  private let parameters: Buffer<Double>
  private let point: PreparedPoint

  init(_ objective: Objective, at parameters: UnsafePointer<Double>) {
    self.objective = objective
    self.parameters = Buffer(count: objective.parameterCount)
    point = PreparedPoint(measurementCount: objective.measurementCount)
    self.parameters.pointer.update(from: parameters, count: objective.parameterCount)
    objective.prepare(point, at: self.parameters.pointer)
  }

  /// Writes ∇²f(θ) v; allocates nothing.
  public func multiply(_ direction: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>) {
    objective.product(at: point, direction: direction, into: product)
  }
}

extension Objective {
  /// ∇²f(θ) for products with many directions: those of ``hessianVectorProduct(_:direction:into:)``, at less cost. θ is copied.
  public func preparedHessian(at parameters: UnsafePointer<Double>) -> PreparedHessian {
    PreparedHessian(self, at: parameters)
  }

  /// Writes the dense row-major Hessian ∇²f(θ), symmetric by construction.
  public func hessian(_ parameters: UnsafePointer<Double>, into hessian: UnsafeMutablePointer<Double>) {
    let n = parameterCount
    let prepared = preparedHessian(at: parameters)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { direction in
      guard let direction = direction.baseAddress else { return }
      direction.initialize(repeating: 0, count: n)
      for i in 0..<n {
        direction[i] = 1
        prepared.multiply(direction, into: hessian + i * n)
        direction[i] = 0
      }
    }
    for i in 0..<n {
      for j in 0..<i {
        let mean = 0.5 * (hessian[i * n + j] + hessian[j * n + i])
        hessian[i * n + j] = mean
        hessian[j * n + i] = mean
      }
    }
  }
}
