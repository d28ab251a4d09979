import GSLBridge
import Models

/// Gradient flow of a label tensor on all its images at once, θ̇ = −∇(1/m) Σ_i (f(x_i) − y_i)², as a system for a stepper.
final class LabelFlow: ODESystem {
  let dimension: Int
  let tensor: LabelTensor
  private let count: Int
  private let targets: Buffer<Double>
  private let values: Buffer<Double>

  /// - Throws: ``Refusal`` if there is not enough memory for all images in one batch.
  init(_ images: LabelledImages, positive: UInt8, rank: Int) throws(Refusal) {
    count = images.count
    tensor = try LabelTensor(order: images.order, levels: images.levels, rank: rank, capacity: images.count)
    dimension = tensor.parameterCount
    targets = Buffer(images.labels.map { $0 == positive ? 2 : 0 })
    values = Buffer(count: count)
    Array(0..<count).withUnsafeBufferPointer { tensor.load(images, $0) }
  }

  /// The mean of the squared errors.
  func error(_ state: UnsafePointer<Double>) -> Double {
    tensor.predict(state, into: values.pointer)
    var sum = 0.0
    for i in 0..<count {
      let residual = values.pointer[i] - targets.pointer[i]
      sum += residual * residual
    }
    return sum / Double(count)
  }

  func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    tensor.predict(state, into: values.pointer)
    let factor = -2 / Double(count)
    for i in 0..<count { values.pointer[i] = factor * (values.pointer[i] - targets.pointer[i]) }
    tensor.pullback(state, values.pointer, into: derivative)
  }
}
