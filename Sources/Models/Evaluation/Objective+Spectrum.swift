import GSLBridge

extension Objective {
  /// The extreme eigenvalues of ∇²f(θ), from Hessian-vector products alone.
  ///
  /// - Parameters:
  ///   - tolerance: residual at which Lanczos' iteration stops, relative to the spectral radius.
  ///   - neighbour: the spectrum at a point close by, which saves products.
  /// - Throws: ``GSLError`` if a product is not finite.
  public func extremeEigenvalues(
    _ parameters: UnsafePointer<Double>, tolerance: Double = 1e-5, near neighbour: Lanczos? = nil
  ) throws(GSLError) -> Lanczos {
    let hessian = preparedHessian(at: parameters)
    return try Lanczos(dimension: parameterCount, tolerance: tolerance, from: neighbour?.ends) {
      hessian.multiply($0, into: $1)
    }
  }
}
