import GSLBridge

/// Dense sensing on top of any model: ŷ = M W(θ), where row k of M is the sensing tensor A_k.
///
/// `entries` evaluates every entry of the end-to-end object, row-major.
final class DenselySensedEvaluator: Evaluator {
  let parameterCount: Int
  let measurementCount: Int
  private let entries: any Evaluator
  private let operators: [Double]
  private let object: Buffer<Double>
  private let objectWeights: Buffer<Double>
  private let objectTangents: Buffer<Double>
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>

  init(entries: any Evaluator, operators: [Double]) {
    let size = entries.measurementCount
    self.entries = entries
    self.operators = operators
    parameterCount = entries.parameterCount
    measurementCount = operators.count / size
    object = Buffer(count: size)
    objectWeights = Buffer(count: size)
    objectTangents = Buffer(count: size)
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
  }

  func useThreads(_ count: Int) { entries.useThreads(count) }

  /// M w.
  private func apply(_ object: UnsafePointer<Double>, _ results: UnsafeMutablePointer<Double>) {
    BLAS.multiplyVector(
      m: measurementCount, n: self.object.count, a: operators, lda: self.object.count, x: object, y: results)
  }

  /// Mᵀ r.
  private func applyTransposed(_ weights: UnsafePointer<Double>, _ results: UnsafeMutablePointer<Double>) {
    BLAS.multiplyVector(
      m: measurementCount, n: object.count, a: operators, lda: object.count, transposeA: true, x: weights,
      y: results)
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    entries.predict(parameters, into: object.pointer)
    apply(object.pointer, predictions)
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    entries.predictAndPullback(
      parameters,
      weigh: { object, objectWeights in
        apply(object, predictions.pointer)
        weigh(predictions.pointer, weights.pointer)
        applyTransposed(weights.pointer, objectWeights)
      }, into: gradient)
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    entries.pushforward(parameters, direction: direction, into: object.pointer)
    apply(object.pointer, derivatives)
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    applyTransposed(weights, objectWeights.pointer)
    applyTransposed(weightsTangent, objectTangents.pointer)
    entries.pullbackTangent(
      parameters, weights: objectWeights.pointer, direction: direction, weightsTangent: objectTangents.pointer,
      into: tangent)
  }
}
