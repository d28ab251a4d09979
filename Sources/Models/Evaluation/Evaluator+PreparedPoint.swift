extension Evaluator {
  public func prepare(
    _ point: PreparedPoint, at parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void
  ) {
    point.move(to: parameters)
    predict(parameters, into: point.predictions)
    weigh(point.predictions, point.weights)
  }

  public func tangentAgain(
    at point: PreparedPoint, direction: UnsafePointer<Double>,
    weigh: (_ derivatives: UnsafePointer<Double>, _ weightsTangent: UnsafeMutablePointer<Double>) -> Void,
    into tangent: UnsafeMutablePointer<Double>
  ) {
    guard let parameters = point.parameters else { return }
    pushforward(parameters, direction: direction, into: point.derivatives)
    weigh(point.derivatives, point.weightsTangent)
    pullbackTangent(
      parameters, weights: point.weights, direction: direction, weightsTangent: point.weightsTangent, into: tangent)
  }
}
