/// The objective f(θ) = c · Σ ℓ(ŷ(θ), y): loss ∘ model ∘ measurements, with its gradient and Hessian-vector product.
///
/// The sum runs over measurements; what is said of predictions and targets is said output by output.
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
  /// Number of predictions m: of measurements, times the outputs of each.
  public let measurementCount: Int
  /// Outputs per measurement.
  public let outputs: Int
  /// max |y_k|, the size beside which residuals are small or not.
  public let largestTarget: Double

  private let targets: UnsafeMutablePointer<Double>
  /// The targets in the evaluator's own order, where it has one and measurements have one output each.
  private let orderedTargets: Buffer<Double>?
  private let predictions: UnsafeMutablePointer<Double>
  private let weights: UnsafeMutablePointer<Double>
  private let curvatures: UnsafeMutablePointer<Double>
  private let tangents: UnsafeMutablePointer<Double>
  private let point: PreparedPoint

  /// Compiles the model against the measurements.
  ///
  /// - Throws: ``Refusal`` if the model does not fit the measurements, or their values are no targets of the loss.
  public init(
    model: Model, measurements: Measurements, loss: any Loss, normalization: Normalization
  ) throws(Refusal) {
    try loss.check(targets: measurements.values, outputs: measurements.outputs)
    evaluator = try model.evaluator(for: measurements)
    self.loss = loss
    self.normalization = normalization
    constant = normalization.constant(for: measurements)
    parameterCount = evaluator.parameterCount
    measurementCount = measurements.count
    outputs = measurements.outputs
    largestTarget = measurements.values.reduce(0) { max($0, abs($1)) }
    targets = .allocate(capacity: measurementCount)
    predictions = .allocate(capacity: measurementCount)
    weights = .allocate(capacity: measurementCount)
    curvatures = .allocate(capacity: measurementCount)
    tangents = .allocate(capacity: measurementCount)
    point = PreparedPoint(measurementCount: measurementCount)
    for k in 0..<measurementCount { targets[k] = measurements.values[k] }
    orderedTargets =
      outputs == 1 ? evaluator.ownOrder.map { order in Buffer(order.map { measurements.values[Int($0)] }) } : nil
    predictions.initialize(repeating: 0, count: measurementCount)
    weights.initialize(repeating: 0, count: measurementCount)
    curvatures.initialize(repeating: 0, count: measurementCount)
    tangents.initialize(repeating: 0, count: measurementCount)
  }

  deinit {
    targets.deallocate()
    predictions.deallocate()
    weights.deallocate()
    curvatures.deallocate()
    tangents.deallocate()
  }

  private func fit(_ predictions: UnsafePointer<Double>) -> Fit {
    Fit(predictions: predictions, targets: targets, count: measurementCount, outputs: outputs)
  }

  /// f(θ).
  public func value(_ parameters: UnsafePointer<Double>) -> Double {
    evaluator.predict(parameters, into: predictions)
    return constant * loss.sum(fit(predictions))
  }

  /// A bound on the rounding error of ``value(_:)`` at θ: c Σₖ |∂ℓ/∂ŷₖ| · 16u(|ŷₖ| + |yₖ|) + 16u f, u = 2⁻⁵².
  ///
  /// It is large beside f itself where the residuals are small beside the data, for a difference of two close numbers keeps
  /// their absolute errors. Cancellation within a prediction is not accounted for.
  public func valueRounding(_ parameters: UnsafePointer<Double>) -> Double {
    let value = value(parameters)
    loss.derivatives(fit(predictions), scale: constant, into: weights)
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
    var sum = 0.0
    evaluator.predictAndPullback(
      parameters,
      weigh: { predictions, weights in
        let fit = fit(predictions)
        loss.derivatives(fit, scale: constant, into: weights)
        sum = loss.sum(fit)
      }, into: gradient)
    return constant * sum
  }

  /// Writes ∇f(θ), bit for bit that of ``gradient(_:into:)``, without summing the loss.
  public func gradientAlone(_ parameters: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
    pullBack(parameters, scale: constant, into: gradient)
  }

  /// Writes −∇f(θ), which is that of ``gradient(_:into:)`` with the signs of the weights changed, without summing the loss.
  public func negativeGradient(_ parameters: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    pullBack(parameters, scale: -constant, into: result)
  }

  /// Pulls ± c ∂ℓ/∂ŷₖ back. Every measurement's is its own, so that their order is the evaluator's to choose.
  private func pullBack(
    _ parameters: UnsafePointer<Double>, scale: Double, into result: UnsafeMutablePointer<Double>
  ) {
    guard let ordered = orderedTargets?.pointer else {
      return evaluator.predictAndPullback(
        parameters, weigh: { loss.derivatives(fit($0), scale: scale, into: $1) }, into: result)
    }
    evaluator.predictAndPullbackInOwnOrder(
      parameters,
      weigh: { predictions, weights in
        let fit = Fit(predictions: predictions, targets: ordered, count: measurementCount, outputs: 1)
        loss.derivatives(fit, scale: scale, into: weights)
      }, into: result)
  }

  /// Writes the gradient of c (m/b) Σ ℓ over the b measurements of a batch, and returns f(θ) over all m of them.
  ///
  /// It costs a full gradient: the plan of a batch would take longer to make than it saves.
  @discardableResult
  package func gradient(
    _ parameters: UnsafePointer<Double>, batch: UnsafeBufferPointer<Int>, into gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = 0.0
    evaluator.predictAndPullback(
      parameters,
      weigh: { predictions, weights in
        let fit = fit(predictions)
        let scale = constant * Double(measurementCount / outputs) / Double(max(1, batch.count))
        loss.derivatives(fit, scale: scale, into: curvatures)
        weights.update(repeating: 0, count: measurementCount)
        for sample in batch {
          for k in sample * outputs..<(sample + 1) * outputs { weights[k] = curvatures[k] }
        }
        sum = loss.sum(fit)
      }, into: gradient)
    return constant * sum
  }

  /// Writes c ∂ℓ/∂ŷₖ at given predictions, such as those of W = 0.
  package func weights(at predictions: [Double], into weights: UnsafeMutablePointer<Double>) {
    predictions.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { loss.derivatives(fit(base), scale: constant, into: weights) }
    }
  }

  /// Writes c ∂ℓ/∂ŷₖ and c ∂²ℓ/∂ŷₖ² of every prediction at θ: with them ∇²f = Jᵀ diag(c ℓ″) J + Σₖ c ℓ′ₖ ∇²ŷₖ, unless the loss
  /// couples outputs.
  package func curvatures(
    _ parameters: UnsafePointer<Double>, first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>
  ) {
    evaluator.predict(parameters, into: predictions)
    loss.derivatives(fit(predictions), scale: constant, into: first)
    loss.secondDerivatives(fit(predictions), scale: constant, into: second)
  }

  /// Writes c ℓ″ J v, the derivative of c ∂ℓ/∂ŷₖ along v.
  package func weightTangents(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>
  ) {
    evaluator.predict(parameters, into: predictions)
    evaluator.pushforward(parameters, direction: direction, into: tangents)
    loss.multiplySecondDerivatives(fit(predictions), scale: constant, by: tangents, into: result)
  }

  /// Writes ∇²f(θ) v = Jᵀ c ℓ″ J v + Σₖ c ℓ′ₖ ∇²ŷₖ v.
  ///
  /// Several products at one θ are cheaper by ``preparedHessian(at:)``.
  public func hessianVectorProduct(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>
  ) {
    prepare(point, at: parameters)
    self.product(at: point, direction: direction, into: product)
  }

  /// Takes ŷ(θ) and the weights c ℓ′ for products at θ, which is not copied.
  func prepare(_ point: PreparedPoint, at parameters: UnsafePointer<Double>) {
    evaluator.prepare(point, at: parameters) { predictions, weights in
      loss.derivatives(fit(predictions), scale: constant, into: weights)
    }
  }

  /// Writes ∇²f v at a prepared point, with the weights' tangent c ℓ″ J v.
  func product(
    at point: PreparedPoint, direction: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>
  ) {
    evaluator.tangentAgain(
      at: point, direction: direction,
      weigh: { derivatives, tangent in
        loss.multiplySecondDerivatives(fit(point.predictions), scale: constant, by: derivatives, into: tangent)
      }, into: product)
  }
}
