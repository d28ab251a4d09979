/// Numbers whose least values between two accepted states are to be seen, as something may come and go within one step.
///
/// A step is sampled once at its middle, and further only where the samples leave it open that a number falls noticeably below its
/// least so far. The states at which it does are then shown to the observer that watches, and to no other.
public protocol InteriorWatch: AnyObject {
  /// How many numbers there are.
  var count: Int { get }
  /// The flow times that matter; the states at both ends are shown as well.
  var times: ClosedRange<Double> { get }
  /// Whether a lower value could still tell something.
  var isOpen: Bool { get }
  /// Whether the numbers depend on θ̇, which is then that of the continuation.
  var takesVelocity: Bool { get }
  /// Writes the numbers at a state.
  func write(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>)
  /// The least value seen of a number.
  func least(_ k: Int) -> Double
  /// What a number is a difference of, in size.
  func size(_ k: Int) -> Double
}

/// What three equidistant samples say of a number between them.
enum Interior {
  /// Halvings of a step, after which the vertex of a parabola through three samples is as good as another; fewer where each is a step
  /// of its own.
  static func depth(_ span: StepSpan) -> Int { span.solution == nil ? 4 : 6 }
  /// The part of its least value that a number may fall by unseen.
  static let unseen = 0.1
  /// Second differences within this part of the size are rounding, and within this part of the tolerance the solver's error.
  static let rounding = 1e-13
  static let error = 0.1
  /// Samples beyond one a step: so many at once, and one more every few steps.
  static let allowance = 2000
  static let stepsPerSample = 4
  /// Halvings of a step that a cubic does not follow, whatever the samples say.
  static let forced = 3

  /// Whether the number may fall below a level between the samples: a parabola falls by an eighth of the second difference below the
  /// least of them, and turns where the first differences are below half of it; several times that is left open.
  ///
  /// - Parameter depth: halvings so far; three samples of a whole step say least.
  static func mayFall(
    _ a: Double, _ m: Double, _ b: Double, below level: Double, noise: Double, depth: Int
  ) -> Bool {
    let bend = abs(a - 2 * m + b)
    guard bend > noise, min(a, m, b) - (depth == 0 ? 1 : 0.5) * bend < level else { return false }
    let (first, second) = (m - a, b - m)
    return !(first * second > 0 && min(abs(first), abs(second)) >= (depth == 0 ? 3 : 0.75) * bend)
  }

  /// Where the parabola through three samples at −1, 0, 1 turns, between −1 and 1.
  static func vertex(_ a: Double, _ m: Double, _ b: Double) -> Double {
    min(0.999, max(-0.999, 0.5 * (a - b) / (a - 2 * m + b)))
  }
}
