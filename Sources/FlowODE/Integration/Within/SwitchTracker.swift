import GSLBridge
import Models

/// What became of a model's kinks, such as those of relu, on one trajectory.
public struct ModelKinks: Sendable, Equatable, Codable {
  /// How often the argument of one passed through 0.
  public internal(set) var passages = 0
  /// How often the flow began to slide along one that attracts it from both sides.
  public internal(set) var slides = 0
  /// When it first did.
  public internal(set) var firstSlide: FlowTime?
  /// For how long it slid along one or more in all.
  public internal(set) var slidingTime = 0.0
  /// How often it left one again.
  public internal(set) var departures = 0
}

/// Holds the kinks of a model while its gradient flow is integrated, and says where steps have to end.
///
/// A step is taken with all kinks held on their sides, so that it is one of a smooth flow. If an argument has changed its sign within it,
/// the step is taken again up to there; then the kink is passed, or, where the flow beyond it points back, it is held at 0 from there on:
/// θ̇ ∈ −∂f(θ), Clarke's subdifferential, has no other solution. It is left when the side that keeps its argument at 0 reaches ±1.
struct SwitchTracker {
  /// Takes note of an accepted step of this length.
  mutating func spend(_ length: Double) { if !evaluator.sliding.isEmpty { found.slidingTime += length } }

  /// What is done to kinks at the time where a step ends.
  enum Change: Equatable {
    case pass([Int])
    /// A kink that is slid along, and the side it is left to.
    case leave(Int, side: Double)
    /// A kink that is slid along has moved off 0: what holds it there does not.
    case giveUp
  }

  /// Points of a step at which signs are looked at.
  static let parts = 4
  /// Arguments that vanish within this part of a step vanish together.
  static let together = 1e-9
  /// As many kinks are slid along at once.
  static let mostSliding = 64
  /// How far a kink that is slid along may move off 0, beside its largest size and in tolerances.
  private static let drift = 1e4
  /// Changes one after the other at one time, beyond which more than a kink meets there.
  private static let mostAtOnce = 100

  let evaluator: SwitchedEvaluator
  let field: GradientFlow
  /// Where the next step has to end, on the run's clock, and why.
  private(set) var target: Double?
  private var change: Change?
  var found = ModelKinks()
  /// How far on the wrong side an argument is taken for 0: where it was when its kink was passed.
  var slack: [Double]
  /// The largest size of each argument so far, and the part of it that is as good as 0.
  var largest: [Double]
  let closeness: Double
  private var changesAtOnce = 0
  /// How often the step at hand was taken.
  private var tries = 0
  private var lastChange = -Double.infinity
  let now: Buffer<Double>
  let state: Buffer<Double>
  let velocity: Buffer<Double>
  var samples: [[Double]] = []
  /// The arguments' sizes where the last step began.
  var before: [Double] = []

  /// - Returns: nil where the field has no kinks to hold, or they cannot be held.
  init?(_ field: any VectorField, at start: UnsafePointer<Double>, relativeTolerance: Double) {
    guard let field = field as? GradientFlow, let evaluator = field.objective.evaluator as? SwitchedEvaluator,
      field.objective.loss.nonsmoothness == nil
    else { return nil }
    let rates = zip(field.layout.blocks, field.blockRates).flatMap { [Double](repeating: $1, count: $0.count) }
    guard evaluator.hold(at: start, rates: rates) else { return nil }
    self.evaluator = evaluator
    self.field = field
    slack = [Double](repeating: 0, count: evaluator.count)
    largest = slack
    closeness = 10 * relativeTolerance
    now = Buffer(count: evaluator.count)
    state = Buffer(count: field.dimension)
    velocity = Buffer(count: field.dimension)
  }

  /// Settles the kinks that the start lies on.
  mutating func begin(_ start: UnsafePointer<Double>) -> Outcome? {
    evaluator.values(start, into: now.pointer)
    samples = [Array(UnsafeBufferPointer(start: now.pointer, count: evaluator.count))]
    largest = samples[0].map { abs($0) }
    let clock = FlowTime(remainder: 0)
    let moves = motion(at: start, time: 0)
    let moving = (0..<evaluator.count).filter { samples[0][$0] == 0 && moves[$0] * evaluator.side($0) < 0 }
    if isCorner(moving, at: start) { return Self.corner(clock) }
    for k in moving where motion(at: start, time: 0)[k] * evaluator.side(k) < 0 {
      if let end = settle([k], at: start, clock, slides: true) { return end }
    }
    return nil
  }

  /// The first change within the last step, and when; nil for a step that is good as it is.
  mutating func look(_ span: StepSpan) -> Double? {
    guard let solution = span.solution else { return nil }
    tries += 1
    guard tries <= Self.mostAtOnce else {
      (target, change) = (span.start, .giveUp)
      return span.start
    }
    let pending: Set<Int> = if case .pass(let entries) = change, target == span.end { Set(entries) } else { [] }
    let ignored = pending.union(evaluator.sliding.flatMap(\.entries))
    let entries = (0..<evaluator.count).filter { !ignored.contains($0) }
    var first: (time: Double, change: Change)?
    if !entries.isEmpty, let passage = passage(of: entries, span, solution) { first = passage }
    for number in evaluator.sliding.indices {
      guard let departure = departure(of: number, span, solution), departure.time < first?.time ?? .infinity else {
        continue
      }
      if case .leave(number, _) = change, target == span.end { continue }
      first = departure
    }
    guard let first else {
      if hasDrifted(solution) {
        (target, change) = (span.start, .giveUp)
        return span.start
      }
      settleSlack(entries)
      tries = 0
      return nil
    }
    (target, change) = (first.time, first.change)
    return first.time
  }

  /// Whether an argument that is held at 0 is not there at the end of a step.
  private func hasDrifted(_ solution: StepSolution) -> Bool {
    guard !evaluator.sliding.isEmpty else { return false }
    solution.interpolate(1, into: state.pointer)
    evaluator.values(state.pointer, into: now.pointer)
    return evaluator.sliding.contains { kink in
      kink.entries.contains { !(abs(now.pointer[$0]) <= Self.drift * 0.1 * closeness * largest[$0]) }
    }
  }

  /// An argument that has left 0 on its right side is taken for 0 there no more.
  private mutating func settleSlack(_ entries: [Int]) {
    guard let last = samples.last, last.count == slack.count else { return }
    for k in entries where slack[k] > 0 && last[k] > 3 * slack[k] { slack[k] = 0 }
  }

  /// Whether a step has ended where a change is due.
  func isDue(_ time: Double) -> Bool { target == time }

  /// The run's clock is set back.
  mutating func shift(by amount: Double) {
    target = target.map { $0 - amount }
    lastChange -= amount
  }

  /// Makes the change that is due.
  ///
  /// - Parameter slides: whether the method can go on where the flow slides.
  /// - Returns: how the run ends, if it does.
  mutating func apply(_ point: UnsafePointer<Double>, _ clock: FlowTime, slides: Bool) -> Outcome? {
    guard let change else { return nil }
    changesAtOnce = clock.remainder == lastChange ? changesAtOnce + 1 : 0
    lastChange = clock.remainder
    (target, self.change) = (nil, nil)
    guard changesAtOnce <= Self.mostAtOnce else {
      return .failed(
        sentence:
          "more than one kink of the model meets the flow at t = \(clock.short), and none of their sides leads on",
        remedy: "use a smooth function, another start, or lower integration.until", time: clock)
    }
    switch change {
    case .leave(let number, let side):
      found.departures += 1
      let entries = evaluator.sliding[number].entries
      evaluator.leave(number, to: side)
      setSlack(entries, point)
      return nil
    case .giveUp: return Self.unknown(clock)
    case .pass(let entries):
      guard !isCorner(entries, at: point) else {
        return Self.corner(clock)
      }
      return settle(entries, at: point, clock, slides: slides)
    }
  }

  mutating func setSlack(_ entries: [Int], _ point: UnsafePointer<Double>) {
    evaluator.values(point, into: now.pointer)
    for k in entries {
      let value = evaluator.side(k) * now.pointer[k]
      slack[k] = value < 0 ? -2 * value : 0
    }
  }

}
