import GSLBridge
import Models

/// One state of a trajectory as observers see it. Pointers are valid during the call only; loss and gradient are computed
/// at the first use and then kept for the other observers of the same state.
public final class TrajectoryPoint {
  /// Flow time.
  public fileprivate(set) var time = 0.0
  /// Number of accepted steps (or iterations) so far.
  public fileprivate(set) var steps = 0
  /// True at save times, at the start and at the last state.
  public fileprivate(set) var isSave = false
  /// The located event this state belongs to; nil for accepted steps.
  public fileprivate(set) var event: String?
  /// θ.
  public fileprivate(set) var parameters: UnsafePointer<Double>
  /// The whole state: θ itself for gradient flow and descent, other coordinates for other vector fields.
  public fileprivate(set) var state: UnsafePointer<Double>
  /// The quadrature states, in the flow's order.
  public fileprivate(set) var quadratures: UnsafePointer<Double>
  /// Euclidean norm of the last step's local error estimate, 0 where the method gives none.
  public fileprivate(set) var errorEstimate = 0.0

  /// f.
  public let objective: Objective
  private let field: (any VectorField)?
  private var cachedLoss: Double?
  private var cachedGradientNorm: Double?
  private var hasResiduals = false
  private let gradientBuffer: UnsafeMutablePointer<Double>
  private let residualBuffer: UnsafeMutablePointer<Double>

  /// - Parameter field: what the state is a state of; nil for a descent, whose state is θ.
  init(objective: Objective, field: (any VectorField)?, state: UnsafePointer<Double>) {
    self.objective = objective
    self.field = field
    self.state = state
    parameters = state
    quadratures = state
    gradientBuffer = .allocate(capacity: objective.parameterCount)
    gradientBuffer.initialize(repeating: 0, count: objective.parameterCount)
    residualBuffer = .allocate(capacity: max(1, objective.measurementCount))
    residualBuffer.initialize(repeating: 0, count: max(1, objective.measurementCount))
  }

  deinit {
    gradientBuffer.deallocate()
    residualBuffer.deallocate()
  }

  func move(
    to state: UnsafePointer<Double>, time: Double, steps: Int, isSave: Bool, errorEstimate: Double, event: String? = nil
  ) {
    self.event = event
    self.state = state
    parameters = field?.parameters(at: state) ?? state
    quadratures = state + (field?.leadingCount ?? objective.parameterCount)
    self.time = time
    self.steps = steps
    self.isSave = isSave
    self.errorEstimate = errorEstimate
    cachedLoss = nil
    cachedGradientNorm = nil
    hasResiduals = false
  }

  /// Declares the present state one that is kept, without forgetting what was computed at it.
  func markAsSave() { isSave = true }

  /// f(θ).
  public var loss: Double {
    if let cachedLoss { return cachedLoss }
    let value = objective.value(parameters)
    cachedLoss = value
    return value
  }

  /// ‖∇f(θ)‖₂.
  public var gradientNorm: Double {
    if let cachedGradientNorm { return cachedGradientNorm }
    cachedLoss = objective.gradient(parameters, into: gradientBuffer)
    let norm = BLAS.norm2(count: objective.parameterCount, gradientBuffer)
    cachedGradientNorm = norm
    return norm
  }

  /// ∇f(θ).
  public var gradient: UnsafePointer<Double> {
    _ = gradientNorm
    return UnsafePointer(gradientBuffer)
  }

  /// The residuals ŷ(θ) − y.
  public var residuals: UnsafeBufferPointer<Double> {
    if !hasResiduals { objective.residuals(parameters, into: residualBuffer) }
    hasResiduals = true
    return UnsafeBufferPointer(start: residualBuffer, count: objective.measurementCount)
  }
}
