import GSLBridge

/// How an integration or a descent ended. Every case has a sentence; failures also have a remedy.
public enum Outcome: Sendable, Equatable {
  /// The horizon was reached.
  case reachedEnd
  /// A stop condition was met at the given time.
  case stopped(StopCondition, time: FlowTime)
  /// The step budget ran out.
  case stepLimit(steps: Int, time: FlowTime)
  /// The integrator could not go on: the sentence says why, the remedy what to try.
  case failed(sentence: String, remedy: String, time: FlowTime)
  /// The user interrupted the run.
  case interrupted(time: FlowTime)

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
    case .stepLimit: "raise integration.max-steps, loosen the tolerance or lower integration.until"
    case .failed(_, let remedy, _): remedy
    case .interrupted: "the same command starts it again"
    }
  }
}

extension Outcome {
  /// The end that trouble of the integration puts to a run.
  init(_ error: IntegrationError, time: FlowTime) {
    if case .stopped(let cause) = error, cause is Interrupted {
      self = .interrupted(time: time)
    } else {
      self = .failed(
        sentence: "\(error)", remedy: "loosen the tolerance, lower integration.until or try another integration.method",
        time: time)
    }
  }

  /// Why the trajectory is incomplete and what to try; nil if it is complete.
  public var incompleteness: String? { isComplete ? nil : "\(sentence); \(remedy)" }
}
