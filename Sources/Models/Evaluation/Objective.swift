/// The objective f(θ) = c · Σₖ ℓ(ŷₖ(θ) − yₖ): loss ∘ model ∘ measurements, with its gradient and Hessian-vector product.
///
/// Owns its buffers and allocates nothing after construction; use one objective per thread.
public final class Objective {
  /// Above this many parameters a dense Hessian is refused: GSL's implicit methods factorize it, or twice its dimension,
  /// at every Newton iteration.
  public static let denseHessianLimit = 2000

  /// The model, compiled against the measurements.
  public let evaluator: any Evaluator
  /// ℓ.
  public let loss: any Loss
  /// Which c.
  public let normalization: Normalization
  /// c, the constant in front of the sum.
  public let constant: Double
  /// Length of θ.
  public let parameterCount: Int
  /// Number of measurements m.
  public let measurementCount: Int
  /// max |y_k|, the size beside which residuals are small or not.
  public let largestTarget: Double

  private let targets: UnsafeMutablePointer<Double>
  private let predictions: UnsafeMutablePointer<Double>
  private let residuals: UnsafeMutablePointer<Double>
  private let weights: UnsafeMutablePointer<Double>
  private let curvatures: UnsafeMutablePointer<Double>

  /// Compiles the model against the measurements.
  ///
  /// - Throws: ``Refusal`` if the model does not fit the measurements.
  public init(
    model: some Model, measurements: Measurements, loss: any Loss, normalization: Normalization
  ) throws(Refusal) {
    evaluator = try model.evaluator(for: measurements)
    self.loss = loss
    self.normalization = normalization
    constant = normalization.constant(measurements: measurements.count)
    parameterCount = evaluator.parameterCount
    measurementCount = measurements.count
    largestTarget = measurements.values.reduce(0) { max($0, abs($1)) }
    targets = .allocate(capacity: measurementCount)
    predictions = .allocate(capacity: measurementCount)
    residuals = .allocate(capacity: measurementCount)
    weights = .allocate(capacity: measurementCount)
    curvatures = .allocate(capacity: measurementCount)
    for k in 0..<measurementCount { targets[k] = measurements.values[k] }
    predictions.initialize(repeating: 0, count: measurementCount)
    residuals.initialize(repeating: 0, count: measurementCount)
    weights.initialize(repeating: 0, count: measurementCount)
    curvatures.initialize(repeating: 0, count: measurementCount)
  }

  deinit {
    targets.deallocate()
    predictions.deallocate()
    residuals.deallocate()
    weights.deallocate()
    curvatures.deallocate()
  }

  private func updateResiduals(from predictions: UnsafePointer<Double>) {
    for k in 0..<measurementCount { residuals[k] = predictions[k] - targets[k] }
  }

  /// f(θ).
  public func value(_ parameters: UnsafePointer<Double>) -> Double {
    evaluator.predict(parameters, into: predictions)
    updateResiduals(from: predictions)
    return constant * loss.sum(residuals, count: measurementCount)
  }

  /// A bound on the rounding error of ``value(_:)`` at θ: c Σₖ |ℓ′(rₖ)| · 16u(|ŷₖ| + |yₖ|) + 16u f, u = 2⁻⁵².
  ///
  /// It is large beside f itself where the residuals are small beside the data, for a difference of two close numbers keeps
  /// their absolute errors. Cancellation within a prediction is not accounted for.
  public func valueRounding(_ parameters: UnsafePointer<Double>) -> Double {
    let value = value(parameters)
    loss.derivatives(residuals, count: measurementCount, scale: constant, into: weights)
    var total = value
    for k in 0..<measurementCount { total += abs(weights[k]) * (abs(predictions[k]) + abs(targets[k])) }
    return 16 * Double.ulpOfOne * total
  }

  /// Writes the residuals ŷ(θ) − y.
  public func residuals(_ parameters: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    evaluator.predict(parameters, into: predictions)
    for k in 0..<measurementCount { result[k] = predictions[k] - targets[k] }
  }

  /// Writes ∇f(θ) and returns f(θ).
  @discardableResult
  public func gradient(
    _ parameters: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    evaluator.predictAndPullback(
      parameters,
      weigh: { predictions, weights in
        updateResiduals(from: predictions)
        loss.derivatives(residuals, count: measurementCount, scale: constant, into: weights)
      }, into: gradient)
    return constant * loss.sum(residuals, count: measurementCount)
  }

  /// Writes the gradient of c (m/b) Σ ℓ(r_k) over the b observations of a batch, and returns f(θ) over all of them.
  ///
  /// It costs a full gradient: the plan of a batch would take longer to make than it saves.
  @discardableResult
  package func gradient(
    _ parameters: UnsafePointer<Double>, batch: UnsafeBufferPointer<Int>, into gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    evaluator.predictAndPullback(
      parameters,
      weigh: { predictions, weights in
        updateResiduals(from: predictions)
        let scale = constant * Double(measurementCount) / Double(max(1, batch.count))
        loss.derivatives(residuals, count: measurementCount, scale: scale, into: curvatures)
        weights.update(repeating: 0, count: measurementCount)
        for k in batch { weights[k] = curvatures[k] }
      }, into: gradient)
    return constant * loss.sum(residuals, count: measurementCount)
  }

  /// Writes c ℓ′ and c ℓ″ of every residual at θ: with them ∇²f = Jᵀ diag(c ℓ″) J + Σₖ c ℓ′ₖ ∇²ŷₖ.
  package func curvatures(
    _ parameters: UnsafePointer<Double>, first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>
  ) {
    evaluator.predict(parameters, into: predictions)
    updateResiduals(from: predictions)
    loss.derivatives(residuals, count: measurementCount, scale: constant, into: first)
    loss.secondDerivatives(residuals, count: measurementCount, scale: constant, into: second)
  }

  /// Writes ∇²f(θ) v = Jᵀ diag(c ℓ″) J v + Σₖ c ℓ′ₖ ∇²ŷₖ v.
  public func hessianVectorProduct(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>
  ) {
    evaluator.predict(parameters, into: predictions)
    updateResiduals(from: predictions)
    loss.derivatives(residuals, count: measurementCount, scale: constant, into: weights)
    loss.secondDerivatives(residuals, count: measurementCount, scale: constant, into: curvatures)
    evaluator.pushforward(parameters, direction: direction, into: predictions)
    for k in 0..<measurementCount { curvatures[k] *= predictions[k] }
    evaluator.pullbackTangent(
      parameters, weights: weights, direction: direction, weightsTangent: curvatures, into: product)
  }

  /// Writes the dense row-major Hessian ∇²f(θ), symmetric by construction.
  public func hessian(_ parameters: UnsafePointer<Double>, into hessian: UnsafeMutablePointer<Double>) {
    let n = parameterCount
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { direction in
      guard let direction = direction.baseAddress else { return }
      direction.initialize(repeating: 0, count: n)
      for i in 0..<n {
        direction[i] = 1
        hessianVectorProduct(parameters, direction: direction, into: hessian + i * n)
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
