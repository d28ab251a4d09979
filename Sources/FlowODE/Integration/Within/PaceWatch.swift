import GSLBridge

/// Tells when steps have become so short that the horizon is out of reach: far shorter than they were on the way, and so short that the
/// steps allowed would not do by far. A flow that is merely stiff keeps its pace, and may come to rest long before its horizon; one that
/// has met something it cannot pass, such as a valley along a kink, does not.
struct PaceWatch {
  /// Steps before the first look; every further one comes after twice as many.
  private static let firstLook = 20_000
  /// The pace over the latter half of the steps counts as lost below this part of the pace over all of them.
  private static let lostPart = 0.01
  /// How many times the steps that are left must be too few.
  private static let excess = 100.0

  private var next = Self.firstLook / 2
  private var last: (time: Double, offset: Double) = (0, 0)

  /// How many steps away the horizon is at the present pace, if that is far more than is left; nil otherwise, and mostly.
  ///
  /// - Parameters:
  ///   - offset: what the clock was set back by, whose change says that time has another scale now.
  ///   - left: how many more steps are allowed.
  mutating func steps(taken: Int, time: Double, offset: Double, horizon: Double, left: Int) -> Double? {
    guard taken >= next else { return nil }
    next *= 2
    defer { last = (time, offset) }
    guard taken >= Self.firstLook, offset == last.offset else { return nil }
    let pace = (time - last.time) / Double(taken / 2)
    guard pace < Self.lostPart * time / Double(taken) else { return nil }
    let away = (horizon - time) / max(pace, .leastNormalMagnitude)
    return away > Self.excess * Double(max(1, left)) ? away : nil
  }
}

extension Outcome {
  /// The end of a run whose steps have become too short for its horizon.
  static func outOfReach(_ away: Double, steps: Int, allowed: Int, time: FlowTime) -> Outcome {
    .failed(
      sentence:
        "after \(steps) steps, at t = \(time.short), steps have become so short that the horizon is about 1e\(Int(exponent(of: away))) "
        + "of them away, and \(allowed) are allowed",
      remedy: "lower integration.until, or use a smaller start or another integration.method", time: time)
  }

  private static func exponent(of number: Double) -> Double {
    var (power, rest) = (0.0, number)
    while rest >= 10, power < 300 {
      rest /= 10
      power += 1
    }
    return power
  }
}
