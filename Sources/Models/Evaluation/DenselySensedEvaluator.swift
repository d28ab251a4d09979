import GSLBridge

/// A dense linear map on top of any model: ŷ = M W(θ), where row k of M is the sensing tensor A_k, or W(θ) at input vectors.
///
/// `entries` evaluates every entry of the end-to-end object, row-major.
final class DenselySensedEvaluator: Evaluator {
  let parameterCount: Int
  let measurementCount: Int
  private let entries: any Evaluator
  private let map: Map
  private let object: Buffer<Double>
  private let objectWeights: Buffer<Double>
  private let objectTangents: Buffer<Double>
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>

  private enum Map {
    case operators([Double])
    case inputs(InputMap)
  }

  convenience init(entries: any Evaluator, operators: [Double]) {
    self.init(entries, .operators(operators), count: operators.count / entries.measurementCount)
  }

  convenience init(entries: any Evaluator, inputs: InputMap) {
    self.init(entries, .inputs(inputs), count: inputs.count)
  }

  private init(_ entries: any Evaluator, _ map: Map, count: Int) {
    let size = entries.measurementCount
    self.entries = entries
    self.map = map
    parameterCount = entries.parameterCount
    measurementCount = count
    object = Buffer(count: size)
    objectWeights = Buffer(count: size)
    objectTangents = Buffer(count: size)
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
  }

  func useThreads(_ count: Int) { entries.useThreads(count) }

  /// M w.
  private func apply(_ object: UnsafePointer<Double>, _ results: UnsafeMutablePointer<Double>) {
    switch map {
    case .operators(let operators):
      BLAS.multiplyVector(
        m: measurementCount, n: self.object.count, a: operators, lda: self.object.count, x: object, y: results)
    case .inputs(let inputs): inputs.apply(object, into: results)
    }
  }

  /// Mᵀ r.
  private func applyTransposed(_ weights: UnsafePointer<Double>, _ results: UnsafeMutablePointer<Double>) {
    switch map {
    case .operators(let operators):
      BLAS.multiplyVector(
        m: measurementCount, n: object.count, a: operators, lda: object.count, transposeA: true, x: weights,
        y: results)
    case .inputs(let inputs): inputs.applyTransposed(weights, into: results)
    }
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
