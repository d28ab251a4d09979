import GSLBridge
import Models

/// What the integrals that a stepper forms from its stages gain where a rate turns within a step: such steps are integrated anew along
/// the continuation, with ∇f read off its derivative, at nodes that lie closer the faster the rates turn.
///
/// A component whose block passes close to 0 turns its direction, and γ with it, on a time that no step of the flow has to resolve; the
/// estimate of the stages' rule tells.
final class StageRefinement {
  /// An estimate over one step above this many tolerances of the integral's size is not accepted.
  private static let trust = 10.0
  /// What the error along the continuation may be, in tolerances.
  private static let caution = 0.1
  private static let rounding = 64 * Double.ulpOfOne
  /// So many allowances of the error along the continuation are its own.
  private static let sameness = 10.0
  /// A continuation whose error is this part of the step's movement is relied on fully.
  private static let reliance = 100.0

  private let flow: any RateFlow
  private let rates: StageQuadratures
  private let tolerance: Double
  private let count: Int
  private var sizes: [Double] = []
  /// What is to be added to the stepper's integrals and errors at the last step's beginning and at its end.
  private var before: [Double]
  private var after: [Double]
  private var errorsBefore: [Double]
  private var errorsAfter: [Double]
  /// The stepper's errors at the last step's beginning and at its end.
  private var seenBefore: [Double]
  private var seen: [Double]
  private var isFlagged: [Bool]
  private let panels: AdaptivePanels
  private var isRefined = false
  private let state: Buffer<Double>
  private let slope: Buffer<Double>
  private let gradient: Buffer<Double>
  /// What the integrals grow by at the step's beginning and end.
  private let start: Buffer<Double>
  private let end: Buffer<Double>
  private let first: Buffer<Double>
  private let last: Buffer<Double>

  /// - Returns: nil where ∇f cannot be read off the flow.
  init?(_ flow: any RateFlow, _ rates: StageQuadratures, tolerance: Double) {
    guard flow.readsGradients else { return nil }
    self.flow = flow
    self.rates = rates
    self.tolerance = tolerance
    count = rates.integralCount
    before = [Double](repeating: 0, count: count)
    after = before
    errorsBefore = before
    errorsAfter = before
    seenBefore = before
    seen = before
    isFlagged = [Bool](repeating: false, count: count)
    panels = AdaptivePanels(count: count)
    state = Buffer(count: flow.dimension)
    slope = Buffer(count: flow.dimension)
    gradient = Buffer(count: flow.objective.parameterCount)
    start = Buffer(count: count)
    end = Buffer(count: count)
    first = Buffer(count: count)
    last = Buffer(count: count)
  }

  /// What is known at a state reached: what is added to the stepper's integrals and errors there, and the stepper's errors.
  private struct Place {
    var added: [Double]
    var errors: [Double]
    var seen: [Double]
  }

  private var landing = Landing<Place>()

  /// Goes back to the last step's beginning, from where a fresh stepper goes on.
  func beginLanding() {
    take(
      landing.begin(
        Place(
          added: before, errors: zip(errorsBefore, seenBefore).map { $0 + $1 },
          seen: [Double](repeating: 0, count: count)),
        Place(added: after, errors: errorsAfter, seen: seen)))
  }

  /// Goes to the last step's end after all.
  func endLanding() {
    if let place = landing.end() { take(place) }
  }

  private func take(_ place: Place) {
    (after, errorsAfter, seen) = (place.added, place.errors, place.seen)
    isRefined = false
  }

  /// Judges an accepted step of size h, and integrates it anew where its estimates ask for it.
  func arrive(_ stepper: borrowing Stepper, step: Double) {
    let solution = stepper.solution
    (before, errorsBefore, seenBefore) = (after, errorsAfter, seen)
    isRefined = false
    let errors = stepper.integralErrors
    guard errors.count == count else { return }
    if sizes.isEmpty { sizes = rates.sizes(at: point(0, solution, needsValue: true)) }
    solution.integrals(1, into: last.pointer)
    var isAny = false
    for r in 0..<count {
      let size = max(sizes[r], abs(last.pointer[r] + after[r]))
      isFlagged[r] = errors[r] - seen[r] > Self.trust * tolerance * size
      isAny = isAny || isFlagged[r]
      seen[r] = errors[r]
    }
    guard isAny else { return }
    flagGroups()
    refine(solution, step: step)
  }

  /// Branches and switch of one kink are accurate together: where one is integrated anew, all are.
  private func flagGroups() {
    rates.forEachGroup { places in
      if places.contains(where: { isFlagged[$0] }) { for place in places { isFlagged[place] = true } }
    }
  }

  private func refine(_ solution: StepSolution, step: Double) {
    solution.integrals(0, into: first.pointer)
    var allowances = [Double](repeating: .infinity, count: count)
    for r in 0..<count where isFlagged[r] {
      let size = max(sizes[r], abs(last.pointer[r] + after[r]))
      allowances[r] = max(Self.caution * tolerance, Self.rounding) * size
    }
    write(0, solution, into: start.pointer)
    write(1, solution, into: end.pointer)
    panels.integrate(
      step: step, first: start.pointer, last: end.pointer, allowances: allowances,
      of: isFlagged.indices.filter { isFlagged[$0] }
    ) {
      write($0, solution, into: $1)
    }
    var found = [Double](repeating: 0, count: count)
    var errors = found
    panels.add(to: &found)
    panels.addErrors(to: &errors)
    // Where the two agree to what the continuation is good for, the stages, which share the step's error, are the better.
    for r in 0..<count where isFlagged[r] {
      let gain = found[r] - (last.pointer[r] - first.pointer[r])
      isFlagged[r] = abs(gain) > Self.sameness * allowances[r]
    }
    flagGroups()
    // Where the continuation is not known far better than the state moved, it is no better than the stages.
    let doubt = min(1, Self.reliance * solution.error / movement(solution))
    for r in 0..<count where isFlagged[r] {
      let gain = found[r] - (last.pointer[r] - first.pointer[r])
      after[r] += gain
      errorsAfter[r] += errors[r] + doubt * abs(gain)
    }
    isRefined = true
  }

  /// ‖u(t + h) − u(t)‖ of the last step.
  private func movement(_ solution: StepSolution) -> Double {
    let n = flow.leadingCount
    let (start, end) = (slope.pointer, state.pointer)
    solution.interpolate(0, into: start)
    solution.interpolate(1, into: end)
    for i in 0..<n { start[i] = end[i] - start[i] }
    return max(BLAS.norm2(count: n, start), .leastNormalMagnitude)
  }

  /// Adds to the stepper's integrals at t + θh, which count from `base`.
  func correct(
    _ theta: Double, _ integrals: UnsafeMutablePointer<Double>, base: UnsafePointer<Double>
  ) {
    guard isRefined, theta < 1 else {
      for r in 0..<count { integrals[r] += after[r] }
      return
    }
    var found = [Double](repeating: 0, count: count)
    panels.add(upTo: theta, to: &found)
    for r in 0..<count {
      integrals[r] = (isFlagged[r] ? base[r] + first.pointer[r] + found[r] : integrals[r]) + before[r]
    }
  }

  /// Adds to the stepper's errors up to the end of the last step.
  func correctErrors(_ errors: UnsafeMutablePointer<Double>) {
    for r in 0..<count { errors[r] += errorsAfter[r] }
  }

  private func write(_ theta: Double, _ solution: StepSolution, into row: UnsafeMutablePointer<Double>) {
    rates.writeGrowth(at: point(theta, solution), into: row)
  }

  /// The continuation at t + θh as rates see it.
  ///
  /// - Parameter needsValue: whether f is formed whoever asks.
  private func point(_ theta: Double, _ solution: StepSolution, needsValue: Bool = false) -> FlowPoint {
    let needsValue = needsValue || rates.usesValue
    solution.interpolate(theta, into: state.pointer)
    solution.slope(theta, into: slope.pointer)
    _ = flow.readGradient(from: slope.pointer, into: gradient.pointer)
    let parameters = flow.parameters(at: state.pointer)
    return FlowPoint(
      time: 0, objective: flow.objective, parameters: parameters,
      value: needsValue ? flow.objective.value(parameters) : .nan,
      gradient: UnsafePointer(gradient.pointer))
  }
}
