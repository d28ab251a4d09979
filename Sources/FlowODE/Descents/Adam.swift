import CMath
import Models

/// Adam (Kingma and Ba 2015, Algorithm 1) with β₁ = 0.9, β₂ = 0.999 and, unless another is given, ε = 1e-8.
///
/// As η → 0 it follows a sign flow, not gradient flow, and its time kη is not gradient flow's time; the per-coordinate
/// steps destroy balancedness.
public struct Adam: Optimizer {
  static let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)

  /// ε, added to the root.
  public let epsilon: Double

  /// Adam with its published constants.
  public init() { epsilon = Self.epsilon }

  /// Adam with an ε of its own.
  ///
  /// - Precondition: ε > 0.
  init(epsilon: Double) { self.epsilon = epsilon }

  public var identifier: String { "adam" }
  public var formula: String { "m ← 0.9m + 0.1g, v ← 0.999v + 0.001g², θ ← θ − η m̂/(√v̂ + \(epsilon))" }
  public var limit: LimitFlow { .none(reason: "Adam's steps tend to a sign flow as the learning rate goes to zero") }
  public func stableCurvature(step: Double) -> Double? { nil }
  public func makeUpdate(count: Int) -> any UpdateRule { AdamUpdate(count: count, epsilon: epsilon) }
}

final class AdamUpdate: UpdateRule {
  private let count: Int
  private let epsilon: Double
  private let mean: Buffer<Double>
  private let square: Buffer<Double>
  private var iteration = 0.0

  init(count: Int, epsilon: Double) {
    self.count = count
    self.epsilon = epsilon
    mean = Buffer(count: count)
    square = Buffer(count: count)
  }

  func update(
    _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, learningRate: Double
  ) -> Double {
    iteration += 1
    let step = learningRate / (1 - pow(Adam.beta1, iteration))
    let correction = 1 / (1 - pow(Adam.beta2, iteration))
    let (mean, square) = (mean.pointer, square.pointer)
    for i in 0..<count {
      let g = gradient[i]
      mean[i] = Adam.beta1 * mean[i] + (1 - Adam.beta1) * g
      square[i] = Adam.beta2 * square[i] + (1 - Adam.beta2) * g * g
      parameters[i] -= step * mean[i] / ((correction * square[i]).squareRoot() + epsilon)
    }
    return learningRate
  }
}
