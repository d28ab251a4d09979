import GSLBridge
import Models

/// One state of a trajectory as observers see it. Pointers are valid during the call only; loss and gradient are computed
/// at the first use and then kept for the other observers of the same state.
public final class TrajectoryPoint {
  /// Flow time.
  public var time: Double { clock.total }
  /// Flow time as it is kept.
  public fileprivate(set) var clock = FlowTime(remainder: 0)
  /// Number of accepted steps (or iterations) so far.
  public fileprivate(set) var steps = 0
  /// True at save times, at the start and at the last state.
  public fileprivate(set) var isSave = false
  /// True of accepted states, which what is conserved is judged at; false of states between two of them, where the method's
  /// continuation stands in.
  public fileprivate(set) var isStep = true
  /// True of accepted states on a kink of the model that the flow passes: rates there are those of either side.
  public fileprivate(set) var isKink = false
  /// The located event this state belongs to; nil for accepted steps.
  public fileprivate(set) var event: String?
  /// θ.
  public fileprivate(set) var parameters: UnsafePointer<Double>
  /// The whole state: θ itself for gradient flow and descent, other coordinates for other vector fields.
  public fileprivate(set) var state: UnsafePointer<Double>
  /// The integrals of the flow's quadratures, in its order.
  public var quadratures: UnsafePointer<Double> {
    integrals?.values ?? state + (field?.leadingCount ?? objective.parameterCount)
  }
  /// The sums of their error estimates; nil where nothing is known of them.
  public var quadratureErrors: UnsafePointer<Double>? {
    guard let integrals, !integrals.isCarried else { return nil }
    return integrals.errors
  }
  /// Euclidean norm of the last step's local error estimate, 0 where the method gives none.
  public fileprivate(set) var errorEstimate = 0.0

  /// f.
  public let objective: Objective
  private let field: (any VectorField)?
  private let integrals: RunIntegrals?
  private var cachedLoss: Double?
  private var cachedGradientNorm: Double?
  private var hasResiduals = false
  /// θ̇ as the integrator has it, where it has: at an accepted state, or of its continuation.
  private var slope = Slope.unknown
  private let gradientBuffer: UnsafeMutablePointer<Double>
  private let residualBuffer: UnsafeMutablePointer<Double>
  private var slopeBuffer: Buffer<Double>?
  private var velocityBuffer: Buffer<Double>?
  private var hasVelocity = false

  /// - Parameter field: what the state is a state of; nil for a descent, whose state is θ.
  init(
    objective: Objective, field: (any VectorField)?, state: UnsafePointer<Double>, integrals: RunIntegrals? = nil
  ) {
    self.integrals = integrals
    self.objective = objective
    self.field = field
    self.state = state
    parameters = state
    gradientBuffer = .allocate(capacity: objective.parameterCount)
    gradientBuffer.initialize(repeating: 0, count: objective.parameterCount)
    residualBuffer = .allocate(capacity: max(1, objective.measurementCount))
    residualBuffer.initialize(repeating: 0, count: max(1, objective.measurementCount))
  }

  deinit {
    gradientBuffer.deallocate()
    residualBuffer.deallocate()
  }

  /// Where θ̇ may be had without another evaluation.
  enum Slope {
    case unknown
    /// F at the state itself.
    case known(UnsafePointer<Double>)
    /// The derivative of a continuation.
    case within(StepSolution, theta: Double)
  }

  /// What a move says of the state besides where it is.
  struct Place {
    var steps = 0
    var isSave = false
    var isStep = true
    var isKink = false
    var errorEstimate = 0.0
    var event: String?
    var slope = Slope.unknown
  }

  func move(to state: UnsafePointer<Double>, clock: FlowTime, _ place: Place) {
    event = place.event
    self.state = state
    parameters = field?.parameters(at: state) ?? state
    self.clock = clock
    steps = place.steps
    isSave = place.isSave
    isStep = place.isStep
    isKink = place.isKink
    errorEstimate = place.errorEstimate
    slope = place.slope
    forget()
  }

  /// Moves to a trial state, which no observer sees.
  func look(at state: UnsafePointer<Double>, time: Double) {
    look(at: state, clock: FlowTime(remainder: time))
  }

  /// Moves to a trial state at a flow time.
  ///
  /// - Parameter slope: θ̇ there, where it is known.
  func look(at state: UnsafePointer<Double>, clock: FlowTime, slope: UnsafePointer<Double>? = nil) {
    move(to: state, clock: clock, Place(isStep: false, slope: slope.map { .known($0) } ?? .unknown))
  }

  private func forget() {
    cachedLoss = nil
    cachedGradientNorm = nil
    hasResiduals = false
    hasVelocity = false
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
    if !readSlope() { cachedLoss = objective.gradient(parameters, into: gradientBuffer) }
    let norm = BLAS.norm2(count: objective.parameterCount, gradientBuffer)
    cachedGradientNorm = norm
    return norm
  }

  /// Takes ∇f from θ̇ where both are at hand.
  private func readSlope() -> Bool {
    guard let field else { return false }
    switch slope {
    case .unknown: return false
    case .known(let derivative): return field.readGradient(from: derivative, into: gradientBuffer)
    case .within(let solution, let theta):
      guard field.readsGradients else { return false }
      if slopeBuffer == nil { slopeBuffer = Buffer(count: field.dimension) }
      guard let buffer = slopeBuffer?.pointer else { return false }
      solution.slope(theta, into: buffer)
      return field.readGradient(from: buffer, into: gradientBuffer)
    }
  }

  /// ∇f(θ); between accepted states that of the continuation, whose relative error is about the tolerance's.
  public var gradient: UnsafePointer<Double> {
    _ = gradientNorm
    return UnsafePointer(gradientBuffer)
  }

  /// θ̇ of the flow that is integrated, wrong rates of blocks included; nil for a descent, and where the state does not begin with θ.
  public var velocity: UnsafePointer<Double>? {
    guard let field, parameters == state else { return nil }
    if case .known(let derivative) = slope { return derivative }
    if velocityBuffer == nil { velocityBuffer = Buffer(count: field.dimension) }
    guard let buffer = velocityBuffer?.pointer else { return nil }
    if !hasVelocity {
      // Between two steps the continuation's derivative is less accurate than its state.
      guard (try? field.evaluate(time, state, buffer)) != nil else { return nil }
      hasVelocity = true
    }
    return UnsafePointer(buffer)
  }

  /// The residuals ŷ(θ) − y.
  public var residuals: UnsafeBufferPointer<Double> {
    if !hasResiduals { objective.residuals(parameters, into: residualBuffer) }
    hasResiduals = true
    return UnsafeBufferPointer(start: residualBuffer, count: objective.measurementCount)
  }
}
