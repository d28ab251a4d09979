/// The flow that a discrete method's polygon tends to as its learning rate goes to zero.
public enum LimitFlow: Sendable, Equatable {
  /// θ̇ = −∇f(θ).
  case gradientFlow
  /// θ̈ + τ θ̇ = −∇f(θ), with θ̇(0) = 0.
  case heavyBallFlow(friction: Double)
  /// No flow of this package, and why.
  case none(reason: String)
}

/// A discrete method: how one iteration follows from the gradient, and what flow time it stands for.
///
/// To add a method, write one file with a conforming type and one row in ``OptimizerCatalog``.
public protocol Optimizer: Sendable {
  /// The method's name on the command line.
  var identifier: String { get }
  /// The iteration as a formula, with its constants filled in.
  var formula: String { get }
  /// The flow approached as η → 0.
  var limit: LimitFlow { get }
  /// Whether θ_{k+1} = θ_k − h_k g_k with one scalar h_k for all parameters and g_k a gradient at θ_k, which is what the
  /// exact one-step formula of balancedness needs.
  var takesScalarSteps: Bool { get }
  /// Observations per gradient; nil for all of them.
  var batch: Batch? { get }
  /// Flow time of one iteration at learning rate η; nil if it changes along the way.
  func timeStep(learningRate: Double) -> Double?
  /// The curvature λ up to which the iteration is stable on the quadratic λθ²/2, for a step h (``UpdateRule`` returns it);
  /// nil where the method has no such number.
  func stableCurvature(step: Double) -> Double?
  /// The curvature λ up to which iterates on the quadratic λθ²/2 follow their flow without swinging about it, for a step h, so that their
  /// gap to the flow has an expansion in h; nil where the method has no such number.
  func regularCurvature(step: Double) -> Double?
  /// How many iterations the method remembers: what the start does to it fades like e^{−k/memory}.
  var memory: Double { get }
  /// A fresh state for n parameters.
  func makeUpdate(count: Int) -> any UpdateRule
}

extension Optimizer {
  public var takesScalarSteps: Bool { false }
  public var batch: Batch? { nil }
  public func timeStep(learningRate: Double) -> Double? { learningRate }
  public func stableCurvature(step: Double) -> Double? { 2 / step }
  /// Half the stability limit: of gradient descent, where 1 − ηλ is still positive.
  public func regularCurvature(step: Double) -> Double? { stableCurvature(step: step).map { 0.5 * $0 } }
  public var memory: Double { 1 }
}

/// The memory of a discrete method, and its iteration. Nothing is allocated after it is made.
public protocol UpdateRule: AnyObject {
  /// Where the next gradient is wanted: θ itself unless the method looks ahead. Valid until the next call.
  func gradientPoint(_ parameters: UnsafePointer<Double>) -> UnsafePointer<Double>
  /// Moves θ_k to θ_{k+1}, given the gradient at ``gradientPoint(_:)``, and returns the scalar h of θ_{k+1} = θ_k − h g
  /// where the method has one, otherwise the learning rate.
  func update(
    _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, learningRate: Double
  ) -> Double
  /// Whether the last update left θ, and all that the rule remembers, bit for bit as they were: with the same gradient and
  /// learning rate the next ones will too. False, which is always safe, unless a rule says otherwise.
  var isAtRest: Bool { get }
}

extension UpdateRule {
  public var isAtRest: Bool { false }
  public func gradientPoint(_ parameters: UnsafePointer<Double>) -> UnsafePointer<Double> { parameters }
}
