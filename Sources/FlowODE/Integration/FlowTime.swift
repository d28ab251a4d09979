import CMath

/// Flow time, kept so that it resolves what happens after a long wait: an offset, at which the clock was started anew, and the
/// remainder since then.
///
/// The flow is autonomous, so nothing but the remainder is ever stepped. Escapes from small starts come at times like α^{−(N−2)} and
/// last no longer than before, where sums of the two are all the same number.
public struct FlowTime: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The time at which the clock was started anew for the last time; 0 as long as it never was.
  public let offset: Double
  /// The time since then.
  public let remainder: Double

  /// A remainder since an offset.
  public init(offset: Double = 0, remainder: Double) {
    self.offset = offset
    self.remainder = remainder
  }

  /// offset + remainder, as well as one number can have it.
  public var total: Double { offset + remainder }

  /// Whether the clock was ever started anew.
  public var isRestarted: Bool { offset != 0 }

  /// Offset and remainder; nil as long as the clock was never started anew.
  public var parts: (offset: Double?, remainder: Double?) { isRestarted ? (offset, remainder) : (nil, nil) }

  /// `2.5`, or `2.0709e+14 + 9.3535e+9` once the clock was started anew.
  public var description: String { isRestarted ? "\(offset) + \(remainder)" : "\(remainder)" }
}

/// When the clock of a run starts anew: where the state changes on a scale of time so much shorter than the time passed that a save
/// time, an escape or a distance in time could no longer be told.
///
/// The event is one of the state, t‖θ̇‖ = 2²⁰‖θ‖, and so the same one at every tolerance: remainders of two runs may be compared where
/// their times may not. Where the loss is above that of the start nothing is started anew.
enum ClockRestart {
  /// log₂ of the ratio of the time passed to the time on which the state changes.
  static let octaves = 20.0
  /// A step longer than this part of the time passed cannot belong to a state that changes so fast.
  static let suspicion = 0x1p-12

  /// log₂ (t‖θ̇‖/‖θ‖) − 20: positive once the clock is to start anew.
  static func excess(time: Double, speed: Double, size: Double) -> Double {
    guard time > 0, speed > 0, size > 0 else { return -.infinity }
    return log2(time) + log2(speed) - log2(size) - octaves
  }
}
