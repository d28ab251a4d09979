import Models

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
  /// A fresh state for n parameters.
  func makeUpdate(count: Int) -> any UpdateRule
}

extension Optimizer {
  public var takesScalarSteps: Bool { false }
  public var batch: Batch? { nil }
  public func timeStep(learningRate: Double) -> Double? { learningRate }
  public func stableCurvature(step: Double) -> Double? { 2 / step }
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
}

extension UpdateRule {
  public func gradientPoint(_ parameters: UnsafePointer<Double>) -> UnsafePointer<Double> { parameters }
}

/// Constants that methods may take; each refuses what is not its own.
public struct OptimizerSettings: Sendable, Equatable {
  /// μ of momentum and nesterov.
  public var momentum: Double?
  /// τ of heavy-ball.
  public var friction: Double?
  /// Observations per gradient of sgd.
  public var batch: Int?
  /// Seed of sgd's batches.
  public var seed: UInt64

  public init(momentum: Double? = nil, friction: Double? = nil, batch: Int? = nil, seed: UInt64 = 1) {
    self.momentum = momentum
    self.friction = friction
    self.batch = batch
    self.seed = seed
  }
}

/// The registry of discrete methods: one row each.
public enum OptimizerCatalog {
  /// A method as the command line knows it.
  public struct Row: Sendable {
    public let identifier: String
    public let summary: String
    /// Which constants it takes.
    let takes: Set<String>
    let make: @Sendable (OptimizerSettings) throws(ExperimentError) -> any Optimizer
  }

  public static let rows: [Row] = [
    Row(identifier: "gd", summary: "gradient descent, θ ← θ − ηg", takes: []) { _ in PlainGradientDescent() },
    Row(
      identifier: "momentum", summary: "heavy-ball momentum at fixed μ (--momentum); flow time η/(1 − μ) an iteration",
      takes: ["momentum"]
    ) { (settings) throws(ExperimentError) in try Momentum(settings.momentum ?? 0.9, looksAhead: false) },
    Row(
      identifier: "nesterov", summary: "Nesterov's momentum at fixed μ (--momentum); flow time η/(1 − μ) an iteration",
      takes: ["momentum"]
    ) { (settings) throws(ExperimentError) in try Momentum(settings.momentum ?? 0.9, looksAhead: true) },
    Row(
      identifier: "heavy-ball",
      summary: "semi-implicit Euler steps η of the heavy-ball flow with friction τ (--friction)",
      takes: ["friction"]
    ) { (settings) throws(ExperimentError) in try HeavyBall(friction: settings.friction ?? 1) },
    Row(
      identifier: "group-rmsprop", summary: "one adaptive scalar step for all parameters; its flow time is their sum",
      takes: []
    ) { _ in GroupRMSprop() },
    Row(identifier: "adam", summary: "Adam, adaptive per coordinate: has no gradient flow as its limit", takes: []) {
      _ in
      Adam()
    },
    Row(
      identifier: "sgd", summary: "gradient descent on random batches of observations (--batch, --batch-seed)",
      takes: ["batch"]
    ) { (settings) throws(ExperimentError) in try StochasticGradientDescent(settings) },
  ]

  /// Looks a method up by name.
  ///
  /// - Throws: ``ExperimentError`` for an unknown name, or a constant that does not belong to it or is out of range.
  public static func optimizer(
    _ identifier: String, _ settings: OptimizerSettings
  ) throws(ExperimentError) -> any Optimizer {
    guard let row = rows.first(where: { $0.identifier == identifier }) else {
      throw ExperimentError(
        "unknown optimizer '\(identifier)'", remedy: "choose one of \(rows.map(\.identifier).joined(separator: ", "))")
    }
    let given: [(String, Bool)] = [
      ("momentum", settings.momentum != nil), ("friction", settings.friction != nil), ("batch", settings.batch != nil),
    ]
    for (name, isGiven) in given where isGiven && !row.takes.contains(name) {
      let takers = rows.filter { $0.takes.contains(name) }.map(\.identifier).joined(separator: " or ")
      throw ExperimentError(
        "--\(name) does not go with the optimizer \(identifier)", remedy: "drop it or use --optimizer \(takers)")
    }
    return try row.make(settings)
  }
}
