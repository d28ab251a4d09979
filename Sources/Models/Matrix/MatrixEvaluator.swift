/// Measurements of W = W_L ⋯ W_1 and their derivatives: the dense product, a linear map of it, and back.
final class MatrixEvaluator: FactorChainEvaluator {
  let parameterCount: Int
  let measurementCount: Int
  let factorDimensions: [Int]
  let density = 1.0
  private let chain: ChainProduct
  private let map: EndMatrixMap
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>
  private let cotangent: Buffer<Double>
  private let cotangentTangent: Buffer<Double>

  /// - Parameter dimensions: d_0, …, d_L.
  /// - Throws: ``Refusal`` if the partial products would exceed ``MemoryLimit``.
  init(dimensions: [Int], measurements: Measurements) throws(Refusal) {
    factorDimensions = dimensions
    chain = try ChainProduct(dimensions: dimensions)
    map = EndMatrixMap(measurements)
    parameterCount = chain.parameterCount
    measurementCount = measurements.count
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
    cotangent = Buffer(count: measurements.shape[0] * measurements.shape[1])
    cotangentTangent = Buffer(count: measurements.shape[0] * measurements.shape[1])
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    map.apply(chain.form(parameters), into: predictions)
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    map.apply(chain.form(parameters), into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    map.applyTransposed(weights.pointer, into: cotangent.pointer)
    chain.pullBack(parameters, cotangent: cotangent.pointer, into: gradient)
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    _ = chain.form(parameters)
    map.apply(chain.formTangent(parameters, direction: direction), into: derivatives)
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    _ = chain.form(parameters)
    _ = chain.formTangent(parameters, direction: direction)
    map.applyTransposed(weights, into: cotangent.pointer)
    map.applyTransposed(weightsTangent, into: cotangentTangent.pointer)
    chain.pullBackTangent(
      parameters, direction: direction, cotangent: cotangent.pointer, cotangentTangent: cotangentTangent.pointer,
      into: tangent)
  }
}
