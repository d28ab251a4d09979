/// Gradient descent, θ_{k+1} = θ_k − η ∇f(θ_k): Euler's method for gradient flow.
public struct PlainGradientDescent: Optimizer {
  /// Gradient descent, which has no constants.
  public init() {}
  public var identifier: String { "gd" }
  public var formula: String { "θ ← θ − ηg" }
  public var limit: LimitFlow { .gradientFlow }
  public var takesScalarSteps: Bool { true }
  public func makeUpdate(count: Int) -> any UpdateRule { EulerUpdate(count: count) }
}

/// θ ← θ − ηg.
final class EulerUpdate: UpdateRule {
  private let count: Int
  private(set) var isAtRest = false

  init(count: Int) { self.count = count }

  func update(
    _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, learningRate: Double
  ) -> Double {
    var changed: UInt64 = 0
    for i in 0..<count {
      let moved = parameters[i] - learningRate * gradient[i]
      changed |= moved.bitPattern ^ parameters[i].bitPattern
      parameters[i] = moved
    }
    isAtRest = changed == 0
    return learningRate
  }
}
