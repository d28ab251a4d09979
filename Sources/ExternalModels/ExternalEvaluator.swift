import Models

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program's function as an evaluator: one prediction, f(θ) itself.
///
/// The last value and gradient are kept, so that a loss and its gradient at the same θ are one call.
final class ExternalEvaluator: Evaluator {
  let parameterCount: Int
  let measurementCount = 1

  private let program: ExternalProgram
  /// θ of the last call, its gradient; a displaced θ and its gradient.
  private let memory: Buffer<Double>
  private let last: UnsafeMutablePointer<Double>
  private let gradient: UnsafeMutablePointer<Double>
  private let displaced: UnsafeMutablePointer<Double>
  private let further: UnsafeMutablePointer<Double>
  private var value = Double.nan
  private var isKnown = false

  init(_ program: ExternalProgram) {
    self.program = program
    parameterCount = program.parameterCount
    memory = Buffer(count: 4 * parameterCount)
    last = memory.pointer
    gradient = last + parameterCount
    displaced = gradient + parameterCount
    further = displaced + parameterCount
  }

  private func move(to parameters: UnsafePointer<Double>) {
    if isKnown, memcmp(parameters, last, parameterCount * MemoryLayout<Double>.stride) == 0 { return }
    last.update(from: parameters, count: parameterCount)
    value = program.gradient(last, into: gradient)
    isKnown = !value.isNaN
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    move(to: parameters)
    predictions[0] = value
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into result: UnsafeMutablePointer<Double>
  ) {
    move(to: parameters)
    var weight = 0.0
    withUnsafePointer(to: value) { value in withUnsafeMutablePointer(to: &weight) { weigh(value, $0) } }
    for k in 0..<parameterCount { result[k] = weight * gradient[k] }
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    move(to: parameters)
    var sum = 0.0
    for k in 0..<parameterCount { sum += gradient[k] * direction[k] }
    derivatives[0] = sum
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    move(to: parameters)
    multiplyHessian(by: direction, into: tangent)
    for k in 0..<parameterCount { tangent[k] = weights[0] * tangent[k] + weightsTangent[0] * gradient[k] }
  }

  /// ∇²f v at the last θ: the program's, or (∇f(θ + hv) − ∇f(θ − hv)) / 2h with a step of about a cube root of the rounding error, which is
  /// good to some ten digits.
  private func multiplyHessian(by direction: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    if program.offersProducts { return program.product(last, direction, into: result) }
    var (size, largest) = (0.0, 0.0)
    for k in 0..<parameterCount {
      size = max(size, abs(last[k]))
      largest = max(largest, abs(direction[k]))
    }
    guard largest > 0, largest.isFinite else { return result.update(repeating: largest * 0, count: parameterCount) }
    let step = 6e-6 * max(size, 0.1) / largest
    for k in 0..<parameterCount { displaced[k] = last[k] + step * direction[k] }
    _ = program.gradient(displaced, into: result)
    for k in 0..<parameterCount { displaced[k] = last[k] - step * direction[k] }
    _ = program.gradient(displaced, into: further)
    for k in 0..<parameterCount { result[k] = (result[k] - further[k]) / (2 * step) }
  }
}
