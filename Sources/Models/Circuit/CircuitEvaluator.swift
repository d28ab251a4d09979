/// A convolutional arithmetic circuit at data points: predictions and derivatives by passes through its layers, which know nothing of
/// the tensor that it computes the products with.
final class CircuitEvaluator: Evaluator {
  let parameterCount: Int
  let measurementCount: Int
  private let plain: CircuitPass<PlainLanes>
  private let dual: CircuitPass<DualLanes>
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>

  /// - Throws: ``Refusal`` if the passes would need more than ``MemoryLimit`` allows.
  init(_ plan: CircuitPlan, input: CircuitInput, count: Int, parameterCount: Int) throws(Refusal) {
    try MemoryLimit.check([plan.size, 48], what: "a circuit's channels", remedy: "use a smaller problem.width")
    self.parameterCount = parameterCount
    measurementCount = count
    plain = CircuitPass(plan, input: input, count: count)
    dual = CircuitPass(plan, input: input, count: count)
    predictions = Buffer(count: count)
    weights = Buffer(count: count)
  }

  /// The first points of the eights.
  private var eights: StrideTo<Int> { stride(from: 0, to: measurementCount, by: 8) }

  private func store(_ lanes: SIMD8<Double>, from first: Int, into numbers: UnsafeMutablePointer<Double>) {
    for lane in 0..<min(8, measurementCount - first) { numbers[first + lane] = lanes[lane] }
  }

  /// Numbers of the points; 0 beyond the last.
  private func load(_ numbers: UnsafePointer<Double>, from first: Int) -> SIMD8<Double> {
    var lanes = SIMD8<Double>(repeating: 0)
    for lane in 0..<min(8, measurementCount - first) { lanes[lane] = numbers[first + lane] }
    return lanes
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    plain.use(parameters, parameters)
    for first in eights { store(plain.forward(from: first).result, from: first, into: predictions) }
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    predict(parameters, into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    gradient.update(repeating: 0, count: parameterCount)
    for first in eights {
      _ = plain.forward(from: first)
      let lanes = load(weights.pointer, from: first)
      plain.backward(PlainLanes(lanes, lanes), from: first, into: gradient)
    }
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    dual.use(parameters, direction)
    for first in eights { store(dual.forward(from: first).result, from: first, into: derivatives) }
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    dual.use(parameters, direction)
    tangent.update(repeating: 0, count: parameterCount)
    for first in eights {
      _ = dual.forward(from: first)
      dual.backward(
        DualLanes(load(weights, from: first), load(weightsTangent, from: first)), from: first, into: tangent)
    }
  }
}
