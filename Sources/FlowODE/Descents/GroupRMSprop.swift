import CMath
import GSLBridge

/// RMSprop with one scalar for all parameters, the optimizer of the published factorization experiments:
/// v ← αv + (1 − α)‖g‖², h = η / (√(v/(1 − αᵏ)) + ε), θ ← θ − hg, with α = 0.99 and, unless another is given, ε = 1e-6.
///
/// A reparametrization of gradient descent's time: iteration k stands at t_k = Σ h_j. The published code keeps v in single
/// precision; here it is double.
public struct GroupRMSprop: Optimizer {
  static let decay = 0.99
  static let epsilon = 1e-6
  /// ε, which bounds h by η/ε where the gradient is small.
  public let epsilon: Double

  /// The optimizer with its published constants.
  public init() { epsilon = Self.epsilon }

  /// The optimizer with an ε of its own (Arora, Cohen, Hu and Luo 2019 ran it with 1e-4).
  ///
  /// - Precondition: ε > 0.
  init(epsilon: Double) { self.epsilon = epsilon }

  public var identifier: String { "group-rmsprop" }
  public var formula: String { "v ← 0.99v + 0.01‖g‖², h = η/(√(v/(1 − 0.99ᵏ)) + \(epsilon)), θ ← θ − hg; t = Σh" }
  public var limit: LimitFlow { .gradientFlow }
  public var takesScalarSteps: Bool { true }
  public func timeStep(learningRate: Double) -> Double? { nil }
  public var memory: Double { 1 / (1 - Self.decay) }
  public func makeUpdate(count: Int) -> any UpdateRule { GroupRMSpropUpdate(count: count, epsilon: epsilon) }
}

final class GroupRMSpropUpdate: UpdateRule {
  private let count: Int
  private let epsilon: Double
  private var meanSquare = 0.0
  private var iteration = 0.0

  init(count: Int, epsilon: Double) {
    self.count = count
    self.epsilon = epsilon
  }

  func update(
    _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, learningRate: Double
  ) -> Double {
    iteration += 1
    let squares = BLAS.dot(count: count, gradient, gradient)
    meanSquare = GroupRMSprop.decay * meanSquare + (1 - GroupRMSprop.decay) * squares
    let corrected = meanSquare / (1 - pow(GroupRMSprop.decay, iteration))
    let step = learningRate / (corrected.squareRoot() + epsilon)
    for i in 0..<count { parameters[i] -= step * gradient[i] }
    return step
  }
}
