import GSLBridge
import Models

/// How an integration or a descent ended. Every case has a sentence; failures also have a remedy.
public enum Outcome: Sendable, Equatable {
  /// The horizon was reached.
  case reachedEnd
  /// A stop condition was met at the given time.
  case stopped(StopCondition, time: Double)
  /// The step budget ran out.
  case stepLimit(steps: Int, time: Double)
  /// The integrator could not go on: the sentence says why, the remedy what to try.
  case failed(sentence: String, remedy: String, time: Double)
  /// The user interrupted the run.
  case interrupted(time: Double)

  /// True if the trajectory covers what was asked: the horizon or a stop condition was reached.
  public var isComplete: Bool {
    switch self {
    case .reachedEnd, .stopped: true
    case .stepLimit, .failed, .interrupted: false
    }
  }

  /// What happened, as one sentence without a full stop.
  public var sentence: String {
    switch self {
    case .reachedEnd: "the horizon was reached"
    case .stopped(let condition, let time): "stopped at t = \(time) because the \(condition.phrase)"
    case .stepLimit(let steps, let time): "\(steps) steps were used up at t = \(time)"
    case .failed(let sentence, _, _): sentence
    case .interrupted(let time): "interrupted at t = \(time)"
    }
  }

  /// What to try, or an empty string.
  public var remedy: String {
    switch self {
    case .reachedEnd, .stopped: ""
    case .stepLimit: "raise --max-steps, loosen the tolerance or lower --until"
    case .failed(_, let remedy, _): remedy
    case .interrupted: "the same command starts it again"
    }
  }
}

/// One state of a trajectory as observers see it. Pointers are valid during the call only; loss and gradient are computed
/// at the first use and then kept for the other observers of the same state.
public final class TrajectoryPoint {
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

/// Something that folds over the states of a trajectory as they are reached, keeping scalars rather than states.
public protocol TrajectoryObserver: AnyObject {
  /// Called at the start, after every accepted step or iteration, and at the last state.
  ///
  /// Throwing ``EndOfRun`` ends the run at this state as an incomplete trajectory; any other error is passed on.
  func observe(_ point: TrajectoryPoint) throws
}

/// What an observer throws when nothing it is after can come any more: the trajectory ends there, incomplete.
public struct EndOfRun: Error, Sendable {
  /// Why, as one sentence without a full stop.
  public let sentence: String
  /// What to try.
  public let remedy: String

  public init(_ sentence: String, remedy: String) {
    self.sentence = sentence
    self.remedy = remedy
  }
}

/// What an integration or a descent leaves behind besides what its observers kept.
public struct Trajectory: Sendable, Equatable {
  public let outcome: Outcome
  /// Time of the last state: flow time, or Σ η for a descent.
  public let time: Double
  public let counts: StepCounts
  /// θ at the last accepted state, also when the outcome is a failure.
  public let parameters: [Double]
  /// The quadrature states there.
  public let quadratures: [Double]
  /// Loss there.
  public let loss: Double
  /// The located events, in the order of time.
  public var events: [EventHit] = []
  /// The residuals' passages through the levels that were looked for; nil where none were.
  public var kinks: KinkCrossings? = nil
  /// What a method that chooses among others has chosen, in words; nil for the others.
  public var choice: String? = nil
}
