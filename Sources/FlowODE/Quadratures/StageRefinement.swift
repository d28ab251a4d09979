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
  private var sizes: Buffer<Double>?
  /// What is to be added to the stepper's integrals and errors at the last step's beginning and at its end.
  private let before: Buffer<Double>
  private let after: Buffer<Double>
  private let errorsBefore: Buffer<Double>
  private let errorsAfter: Buffer<Double>
  /// The stepper's errors at the last step's beginning and at its end.
  private let seenBefore: Buffer<Double>
  private let seen: Buffer<Double>
  /// Which integrals of the last step are in question, as numbers for whole loops, and then which of them were integrated anew.
  private let marks: Buffer<UInt8>
  private let panels = AdaptivePanels(count: 1)
  /// The integrals that ``panels`` are of; empty for a step that was not integrated anew.
  private var refined: [Int] = []
  private let state: Buffer<Double>
  /// Whether the state is θ itself, so that places in one are those in the other.
  private let isParameters: Bool
  private let slope: Buffer<Double>
  private let gradient: Buffer<Double>
  /// The stepper's integrals at the last step's beginning and end.
  private let first: Buffer<Double>
  private let last: Buffer<Double>

  /// - Returns: nil where ∇f cannot be read off the flow.
  init?(_ flow: any RateFlow, _ rates: StageQuadratures, tolerance: Double) {
    guard flow.readsGradients else { return nil }
    self.flow = flow
    self.rates = rates
    self.tolerance = tolerance
    count = rates.integralCount
    (before, after) = (Buffer(count: count), Buffer(count: count))
    (errorsBefore, errorsAfter) = (Buffer(count: count), Buffer(count: count))
    (seenBefore, seen) = (Buffer(count: count), Buffer(count: count))
    (first, last) = (Buffer(count: count), Buffer(count: count))
    marks = Buffer(count: count)
    let state = Buffer<Double>(count: flow.dimension)
    self.state = state
    isParameters = flow.parameters(at: state.pointer) == UnsafePointer(state.pointer)
    slope = Buffer(count: flow.dimension)
    gradient = Buffer(count: flow.objective.parameterCount)
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
    func copy(_ buffer: Buffer<Double>) -> [Double] { (0..<count).map { buffer.pointer[$0] } }
    take(
      landing.begin(
        Place(
          added: copy(before), errors: zip(copy(errorsBefore), copy(seenBefore)).map { $0 + $1 },
          seen: [Double](repeating: 0, count: count)),
        Place(added: copy(after), errors: copy(errorsAfter), seen: copy(seen))))
  }

  /// Goes to the last step's end after all.
  func endLanding() {
    if let place = landing.end() { take(place) }
  }

  private func take(_ place: Place) {
    for (buffer, values) in [(after, place.added), (errorsAfter, place.errors), (seen, place.seen)] {
      for r in 0..<count { buffer.pointer[r] = values[r] }
    }
    refined = []
  }

  /// Judges an accepted step of size h, and integrates it anew where its estimates ask for it.
  func arrive(_ stepper: borrowing Stepper, step: Double) {
    let solution = stepper.solution
    before.pointer.update(from: after.pointer, count: count)
    errorsBefore.pointer.update(from: errorsAfter.pointer, count: count)
    seenBefore.pointer.update(from: seen.pointer, count: count)
    refined = []
    let estimates = stepper.integralErrors
    guard estimates.count == count, let errors = estimates.baseAddress else { return }
    let known = sizes ?? Buffer(rates.sizes(at: point(0, solution, needsValue: true)))
    sizes = known
    let (sizes, last, after, seen, marks) = (
      known.pointer, last.pointer, after.pointer, seen.pointer, marks.pointer
    )
    solution.integrals(1, into: last)
    let trusted = Self.trust * tolerance
    var isAny: UInt8 = 0
    for r in 0..<count {
      let size = max(sizes[r], abs(last[r] + after[r]))
      marks[r] = errors[r] - seen[r] > trusted * size ? 1 : 0
      isAny |= marks[r]
      seen[r] = errors[r]
    }
    if isAny != 0 { refine(solution, step: step, sizes: sizes) }
  }

  private func refine(_ solution: StepSolution, step: Double, sizes: UnsafePointer<Double>) {
    // Branches and switch of one kink are accurate together: where one is integrated anew, all are.
    let marks = marks.pointer
    rates.completeGroups(marks)
    let chosen = (0..<count).filter { marks[$0] != 0 }
    let part = rates.part(of: chosen)
    let (before, after, first, last) = (before.pointer, after.pointer, first.pointer, last.pointer)
    solution.integrals(0, into: first)
    let allowances = chosen.map { r in
      max(Self.caution * tolerance, Self.rounding) * max(sizes[r], abs(last[r] + before[r]))
    }
    panels.resize(chosen.count)
    let ends = Buffer<Double>(count: 2 * chosen.count)
    write(part, 0, solution, into: ends.pointer)
    write(part, 1, solution, into: ends.pointer + chosen.count)
    panels.integrate(
      step: step, first: ends.pointer, last: ends.pointer + chosen.count, allowances: allowances
    ) { times, rows in
      for (k, theta) in times.enumerated() { write(part, theta, solution, into: rows + k * part.count) }
    }
    var found = [Double](repeating: 0, count: chosen.count)
    var errors = found
    panels.add(to: &found)
    panels.addErrors(to: &errors)
    // Where the two agree to what the continuation is good for, the stages, which share the step's error, are the better.
    for (k, r) in chosen.enumerated() {
      found[k] -= last[r] - first[r]
      marks[r] = abs(found[k]) > Self.sameness * allowances[k] ? 1 : 0
    }
    rates.completeGroups(marks)
    // Where the continuation is not known far better than the state moved, it is no better than the stages.
    let doubt = min(1, Self.reliance * solution.error / movement(solution))
    for (k, r) in chosen.enumerated() where marks[r] != 0 {
      after[r] += found[k]
      errorsAfter.pointer[r] += errors[k] + doubt * abs(found[k])
    }
    refined = chosen
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
    let isWithin = !refined.isEmpty && theta < 1
    let (before, first, marks) = (before.pointer, first.pointer, marks.pointer)
    let added = isWithin ? before : after.pointer
    for r in 0..<count { integrals[r] += added[r] }
    guard isWithin else { return }
    var found = [Double](repeating: 0, count: refined.count)
    panels.add(upTo: theta, to: &found)
    for (k, r) in refined.enumerated() where marks[r] != 0 { integrals[r] = base[r] + first[r] + found[k] + before[r] }
  }

  /// Adds to the stepper's errors up to the end of the last step.
  func correctErrors(_ errors: UnsafeMutablePointer<Double>) {
    let added = errorsAfter.pointer
    for r in 0..<count { errors[r] += added[r] }
  }

  private func write(
    _ part: StagePart, _ theta: Double, _ solution: StepSolution, into row: UnsafeMutablePointer<Double>
  ) {
    part.write(at: point(theta, solution, needsValue: part.usesValue, entries: part.entries), into: row)
  }

  /// The continuation at t + θh as rates see it.
  ///
  /// - Parameters:
  ///   - needsValue: whether f is formed.
  ///   - entries: the places in θ and ∇f that are looked at; nil for all.
  private func point(
    _ theta: Double, _ solution: StepSolution, needsValue: Bool, entries: [Int]? = nil
  ) -> FlowPoint {
    if let entries, !needsValue, isParameters {
      solution.interpolate(theta, at: entries, into: state.pointer, slope: slope.pointer)
    } else {
      solution.interpolate(theta, into: state.pointer, slope: slope.pointer)
    }
    let parameters = flow.parameters(at: state.pointer)
    _ = flow.readGradient(from: slope.pointer, into: gradient.pointer)
    return FlowPoint(
      time: 0, objective: flow.objective, parameters: parameters,
      value: needsValue ? flow.objective.value(parameters) : .nan,
      gradient: UnsafePointer(gradient.pointer))
  }
}
