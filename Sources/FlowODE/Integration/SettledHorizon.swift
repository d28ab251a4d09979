import CMath

/// A horizon that was found rather than given: what a run is for has happened by then.
///
/// It has two significant digits, so that whoever types it gets the same run.
public struct SettledHorizon: Sendable, Equatable {
  /// The horizon.
  public let time: Double
  /// What happened and when, and what would have ended the search.
  public let reason: String

  /// - Parameters:
  ///   - event: when it happened; 0 where nothing moves.
  ///   - reason: what that was.
  ///   - isLimit: whether the run must not go beyond the event.
  public init(event: Double, reason: String, isLimit: Bool = false) {
    time = Self.rounded(event, up: !isLimit)
    self.reason = reason
  }

  /// One sentence for reports.
  public var sentence: String { "until auto: ended at t = \(FlowTime(remainder: time).short) because \(reason)" }

  /// The next number with two significant digits.
  private static func rounded(_ time: Double, up: Bool) -> Double {
    guard time > 0 else { return 1 }
    let exponent = Int(floor(log10(time))) - 1
    let mantissa = time / pow(10, Double(exponent))
    // A time that has two digits already keeps them.
    let digits = up ? ceil(mantissa * (1 - 1e-12)) : max(1, floor(mantissa * (1 + 1e-12)))
    return Double("\(Int(digits))e\(exponent)") ?? time
  }
}
