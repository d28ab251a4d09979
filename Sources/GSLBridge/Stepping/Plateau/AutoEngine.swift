import CMath

/// Starts with dop853 and goes over to exponential Adams where stability, not accuracy, holds the step and would do so for
/// long.
///
/// While everything is small nothing is stiff, and the high order carries the first, most sensitive escape from the saddle;
/// once components have grown, the explicit step is pinned to the spectral radius however slowly the flow moves.
final class AutoEngine: StepEngine {
  /// Consecutive steps with h times the spectral radius above ``stiff`` after which the change is considered.
  static let patience = 5
  /// Above this hρ the plain Adams formula is of no use, and an exact block makes the difference.
  private static let stiff = 0.5
  private static let evaluationsPerStep = 12.0
  /// Where the new method starts, relative to the step of the old: its first steps are of order one.
  private static let restart = 0.02

  private static let tightening = 0.03
  /// Relative tolerances are not tightened below this, where rounding errors would reject steps.
  private static let tightest = 3e-13

  private let system: any ODESystem
  /// What single steps are held to.
  private let tolerance: Tolerance
  private var horizon: Double
  private let part: (any StiffPart)?
  /// The first method and its engine, until another takes over: their work vectors are not kept longer.
  private var first: (engine: Engine, method: DormandPrince853)?
  /// What the first engine has done, once it is gone.
  private var spent = StepCounts()
  private var active: any StepEngine
  /// The engine that took the last step and knows what lies within it, kept until the next step.
  private var latest: any StepEngine
  private var plateau: ExponentialAdams?
  private var integrals: RateIntegrals?
  private let name: String
  /// By the clock that ``elapsed`` has been taken off.
  private var switchTime = 0.0
  /// What the clock was set back by in all.
  private var elapsed = 0.0
  private var pinned = 0

  /// - Parameters:
  ///   - part: the stiff part; nil keeps the explicit method throughout.
  ///   - horizon: the end of the integration, or as far as it may go.
  init(
    system: any ODESystem, part: (any StiffPart)?, tolerance: Tolerance, initialStep: Double, horizon: Double
  ) throws(GSLError) {
    self.system = system
    self.part = part
    let tolerance = tolerance.proportional
    self.tolerance = tolerance
    self.horizon = horizon
    let method = DormandPrince853()
    let engine = try Engine.make(
      type: CustomStepBox.type, custom: method, name: method.name, system: system, jacobianSystem: nil,
      tolerance: tolerance, control: .nanSafe, initialStep: initialStep)
    first = (engine, method)
    active = engine
    latest = engine
    name = method.name
  }

  var counts: StepCounts {
    var counts = active.counts
    counts.accepted += spent.accepted
    counts.rejected += spent.rejected
    counts.evaluations += spent.evaluations
    return counts
  }

  var size: Double { active.size }

  var choice: String? {
    plateau == nil ? name : "\(name), plateau from t = \(AutoEngine.short(switchTime)) on"
  }

  var isPlateau: Bool { plateau != nil }

  /// Three significant digits, for messages.
  private static func short(_ time: Double) -> String {
    guard time > 0, time.isFinite else { return "\(time)" }
    var exponent = 0
    var mantissa = time
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    let digits = (mantissa * 100).rounded() / 100
    return (-3...4).contains(exponent) ? "\((time * 1000).rounded() / 1000)" : "\(digits)e\(exponent)"
  }

  func errorEstimate(first count: Int) -> Double { active.errorEstimate(first: count) }

  func reset(initialStep: Double) {
    latest.reset(initialStep: 0)
    active.reset(initialStep: initialStep)
  }

  func undo() { latest.undo() }

  func step(
    time: inout Double, state: UnsafeMutablePointer<Double>, limit: Double
  ) throws(IntegrationError) {
    latest = active
    try active.step(time: &time, state: state, limit: limit)
    if let first { considerSwitch(from: first.engine, first.method, at: time) }
  }

  /// The tolerance of exponential Adams. A step pinned by stability errs far less than the tolerance allows, and so do the
  /// escapes from saddles that follow it; the method that takes over is held to a part of the tolerance to keep up.
  private var tightened: Tolerance {
    let relative = max(tolerance.relative * AutoEngine.tightening, min(tolerance.relative, AutoEngine.tightest))
    return tolerance.relative > 0
      ? tolerance.scaled(to: relative)
      : tolerance.scaled(by: AutoEngine.tightening, relative: 0)
  }

  private func considerSwitch(from explicit: Engine, _ method: DormandPrince853, at time: Double) {
    let h = explicit.size
    guard let part, h * method.spectralRadius > AutoEngine.stiff else {
      pinned = 0
      return
    }
    pinned += 1
    guard pinned >= AutoEngine.patience else { return }
    pinned = 0
    let remaining = AutoEngine.evaluationsPerStep * abs(horizon - time) / h
    // Exponential Adams has order 8: its work grows like rtol^(−1/9).
    let worth = part.worthwhileEvaluations * max(1, pow(1e-6 / max(tolerance.relative, 1e-16), 1.0 / 9))
    guard remaining > worth else { return }
    // Invalid settings would have been refused when the explicit engine was made.
    guard
      let next = try? ExponentialAdams(
        system: system, part: part, tolerance: tightened, initialStep: AutoEngine.restart * method.largestStep)
    else { return }
    if let integrals { next.integrate(integrals) }
    spent = explicit.counts
    (plateau, active, first) = (next, next, nil)
    switchTime = time + elapsed
  }

  func fixedStep(
    time: inout Double, state: UnsafeMutablePointer<Double>, size: Double
  ) throws(IntegrationError) {
    latest = active
    try active.fixedStep(time: &time, state: state, size: size)
  }

  var isDense: Bool { true }

  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>) {
    latest.interpolate(theta, into: state)
  }

  func interpolate(_ thetas: [Double], into states: [UnsafeMutablePointer<Double>]) {
    latest.interpolate(thetas, into: states)
  }

  func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>) {
    latest.slope(theta, into: derivative)
  }

  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>, slope: UnsafeMutablePointer<Double>) {
    latest.interpolate(theta, into: state, slope: slope)
  }

  func interpolate(
    _ theta: Double, at entries: UnsafeBufferPointer<Int>, into state: UnsafeMutablePointer<Double>,
    slope: UnsafeMutablePointer<Double>
  ) { latest.interpolate(theta, at: entries, into: state, slope: slope) }

  var interpolationError: Double { latest.interpolationError }

  func integrate(_ rates: any StageRates) {
    let integrals = RateIntegrals(rates)
    self.integrals = integrals
    first?.engine.integrate(integrals)
  }

  func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>) {
    latest.integrals(theta, into: values)
  }

  var integralErrors: UnsafeBufferPointer<Double> {
    integrals?.estimates ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  var derivative: UnsafePointer<Double>? { latest.derivative }

  func shift(by amount: Double) {
    active.shift(by: amount)
    horizon -= amount
    elapsed += amount
  }
}
