/// A convolutional arithmetic circuit at data points: predictions and derivatives by passes through its layers, which know nothing of
/// the tensor that it computes the products with.
final class CircuitEvaluator: Evaluator {
  let parameterCount: Int
  let measurementCount: Int
  private let pass: CircuitPass
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>

  /// - Throws: ``Refusal`` if the passes would need more than ``MemoryLimit`` allows.
  init(_ plan: CircuitPlan, input: CircuitInput, count: Int, parameterCount: Int) throws(Refusal) {
    try MemoryLimit.check(
      CircuitPass.memory(plan), what: "a circuit's channels", remedy: "use a smaller problem.width")
    self.parameterCount = parameterCount
    measurementCount = count
    pass = CircuitPass(plan, input: input)
    predictions = Buffer(count: count)
    weights = Buffer(count: count)
  }

  /// The first points of the blocks that the passes go over.
  private var blocks: StrideTo<Int> { stride(from: 0, to: measurementCount, by: CircuitPass.points) }

  private func forward(
    _ parameters: UnsafePointer<Double>, from first: Int, into predictions: UnsafeMutablePointer<Double>
  ) {
    pass.forward(
      parameters, from: first, points: min(CircuitPass.points, measurementCount - first), into: predictions + first)
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    for first in blocks { forward(parameters, from: first, into: predictions) }
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    predict(parameters, into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    gradient.update(repeating: 0, count: parameterCount)
    // One block's values are still there; others are formed again, as they need not fit into memory together.
    let isOneBlock = measurementCount <= CircuitPass.points
    for first in blocks {
      if !isOneBlock { forward(parameters, from: first, into: predictions.pointer) }
      pass.backward(parameters, weights: weights.pointer + first, into: gradient)
    }
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    for first in blocks {
      forward(parameters, from: first, into: predictions.pointer)
      pass.forwardTangent(parameters, direction: direction, into: derivatives + first)
    }
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    tangent.update(repeating: 0, count: parameterCount)
    for first in blocks {
      forward(parameters, from: first, into: predictions.pointer)
      pass.forwardTangent(parameters, direction: direction, into: self.weights.pointer + first)
      pass.backwardTangent(
        parameters, direction: direction, weights: weights + first, weightsTangent: weightsTangent + first,
        into: tangent)
    }
  }
}
