import CMath
import GSLBridge

/// How an integration or a descent ended. Every case has a sentence; failures also have a remedy.
public enum Outcome: Sendable, Equatable, Codable {
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
    case .stopped(let condition, let time): "stopped at t = \(time.short) because the \(condition.phrase)"
    case .stepLimit(let steps, let time):
      "\(steps) \(steps == 1 ? "step was" : "steps were") used up at t = \(time.short)"
    case .failed(let sentence, _, _): sentence
    case .interrupted(let time): "interrupted at t = \(time.short)"
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
  /// The end that trouble of the integration puts to a run, in words that name only what was seen.
  package init(_ error: IntegrationError, time: FlowTime) {
    let (sentence, remedy): (String, String)
    switch error {
    case .stopped(let cause) where cause is Interrupted:
      self = .interrupted(time: time)
      return
    case .stepUnderflow(_, let step):
      // The last size tried may be half of one that still moved the clock.
      if abs(step) <= 4 * time.remainder.ulp {
        sentence =
          "the solution changes faster at t = \(time.short) than the clock resolves, whose numbers are "
          + "\(digits(time.remainder.ulp, 2)) apart there: it may blow up in finite time"
        remedy = "lower integration.until"
      } else {
        sentence =
          "the step size fell to \(digits(step, 2)) at t = \(time.short) without meeting the tolerance, though the clock resolves "
          + "such steps: the tolerance may be below what rounding leaves of the error estimate"
        remedy = "loosen the tolerance or try another integration.method"
      }
    case .nonFinite:
      sentence =
        "the gradient or the state became NaN or infinite just after t = \(time.short), however small the step: it overflows, "
        + "or the solution may blow up there"
      remedy = "lower integration.until, use a smaller start or rescale the data"
    case .outsideDomain:
      sentence = "just after t = \(time.short) the flow leaves the domain it is defined on, however small the step"
      remedy = "lower integration.until or look at the state there"
    case .stopped, .gsl:
      sentence = "\(error)"
      remedy = "lower integration.until or try another integration.method"
    }
    self = .failed(sentence: sentence, remedy: remedy, time: time)
  }

  /// Why the trajectory is incomplete and what to try; nil if it is complete.
  public var incompleteness: String? { isComplete ? nil : "\(sentence); \(remedy)" }
}

extension FlowTime {
  /// The time with as many digits as a sentence needs; reports have it in full beside.
  var short: String {
    isRestarted ? "\(digits(offset, 6)) + \(digits(remainder, 6))" : digits(remainder, 6)
  }
}

/// C's `%.{count}g`.
func digits(_ value: Double, _ count: Int) -> String {
  var buffer = [CChar](repeating: 0, count: 64)
  let length = withVaList([Int32(count), value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
  return String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
