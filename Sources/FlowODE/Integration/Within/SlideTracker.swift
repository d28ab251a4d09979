import GSLBridge
import Models

/// A flow that has met a kink of its loss which attracts it from both sides: it can only slide along it, which is no step of a
/// method for differential equations.
struct Sliding {
  /// When the kink was met, on the clock of the run.
  let time: Double
  /// The number of the measurement whose residual is 0 there.
  let measurement: Int

  func outcome(offset: Double) -> Outcome {
    let clock = FlowTime(offset: offset, remainder: time)
    return .failed(
      sentence:
        "the residual of measurement \(measurement) reached a kink of the loss at t = \(clock.short) that attracts it "
        + "from both sides: the flow slides along kinks",
      remedy: "use a smooth loss such as huber with a small loss.huber-delta, or lower integration.until", time: clock)
  }
}

/// Looks for the first residual of a loss that is not differentiable at 0 that is held there: one that has just changed its sign and
/// that the flow, past the kink, drives back.
///
/// Stages of a step lie on both sides of a kink, and where they cancel, steps end on one side of it for ever: a residual that the velocity
/// at a step's start takes past 0 within the step, and that has its old sign at the step's end, is followed in small steps as well.
struct SlideTracker {
  /// Small steps in place of one.
  private static let parts = 64
  /// The most steps that one step is taken in again while a kink is located.
  private static let most = 64
  private var residuals: [Double]

  /// Starts at the first state.
  init(at point: TrajectoryPoint) { residuals = Array(point.residuals) }

  /// The kink along which the flow slides from within the step that ended at `point` on; nil if there is none.
  ///
  /// - Parameter scratch: room for a state.
  mutating func follow(
    _ point: TrajectoryPoint, _ span: StepSpan, scratch: UnsafeMutablePointer<Double>, counts: inout StepCounts
  ) throws -> Sliding? {
    point.look(at: point.state, time: span.end)
    let former = residuals
    for (k, residual) in point.residuals.enumerated() { residuals[k] = residual }
    let crossed = residuals.indices.filter { (residuals[$0] > 0) != (former[$0] > 0) }
    let end = Buffer<Double>(count: span.field.dimension)
    end.pointer.update(from: point.state, count: span.field.dimension)
    var first: Sliding?
    for k in crossed {
      let rises = residuals[k] > 0
      let met = try span.locate(inSteps: Self.most, scratch: scratch, point: point, counts: &counts) {
        rises ? -$0.residuals[k] : $0.residuals[k]
      }
      guard let met, met < first?.time ?? .infinity else { continue }
      if try isDrivenBack(k, rises: rises, from: end.pointer, span, scratch, point, &counts) {
        first = Sliding(time: met, measurement: k)
      }
    }
    if first == nil, crossed.count < residuals.count {
      first = try held(former, beside: crossed, span, scratch, point, &counts)
    }
    point.look(at: end.pointer, time: span.end)
    return first
  }

  /// The kink of a residual that kept its sign over a step only because the step's stages on both sides of it cancelled.
  private func held(
    _ former: [Double], beside crossed: [Int], _ span: StepSpan, _ scratch: UnsafeMutablePointer<Double>,
    _ point: TrajectoryPoint, _ counts: inout StepCounts
  ) throws -> Sliding? {
    func passes(_ k: Int) -> Bool { former[k] != 0 && (point.residuals[k] > 0) != (former[k] > 0) }
    let state = Buffer<Double>(count: span.field.dimension)
    state.pointer.update(from: span.before, count: span.field.dimension)
    guard move(state.pointer, by: span.end - span.start, from: span.start, span, scratch, &counts) else { return nil }
    point.look(at: state.pointer, time: span.end)
    let suspects = residuals.indices.filter { !crossed.contains($0) && passes($0) }
    guard !suspects.isEmpty else { return nil }
    state.pointer.update(from: span.before, count: span.field.dimension)
    let part = (span.end - span.start) / Double(Self.parts)
    var seen = former
    for number in 0..<Self.parts {
      let now = span.start + Double(number) * part
      // By Euler's rule: anything that looks ahead may cancel across the kink as the step did.
      guard move(state.pointer, by: part, from: now, span, scratch, &counts) else { return nil }
      point.look(at: state.pointer, time: now + part)
      for k in suspects where passes(k) {
        let rises = former[k] < 0
        if try isDrivenBack(k, rises: rises, from: state.pointer, span, scratch, point, &counts) {
          point.look(at: state.pointer, time: now + part)
          let share = seen[k] / (seen[k] - point.residuals[k])
          return Sliding(time: now + part * min(1, max(0, share)), measurement: k)
        }
        point.look(at: state.pointer, time: now + part)
      }
      for k in suspects { seen[k] = point.residuals[k] }
    }
    return nil
  }

  /// Moves a state by a time times its velocity; false where it has none.
  private func move(
    _ state: UnsafeMutablePointer<Double>, by step: Double, from time: Double,
    _ span: StepSpan, _ scratch: UnsafeMutablePointer<Double>, _ counts: inout StepCounts
  ) -> Bool {
    counts.evaluations += 1
    guard (try? span.field.evaluate(time, UnsafePointer(state), scratch)) != nil else { return false }
    for i in 0..<span.field.leadingCount { state[i] += step * scratch[i] }
    return true
  }

  /// Whether the flow from a state where residual k has its new sign takes it back: the change of the residual over a small Euler step.
  private func isDrivenBack(
    _ k: Int, rises: Bool, from state: UnsafePointer<Double>, _ span: StepSpan, _ scratch: UnsafeMutablePointer<Double>,
    _ point: TrajectoryPoint, _ counts: inout StepCounts
  ) throws -> Bool {
    let n = span.field.leadingCount
    counts.evaluations += 1
    guard (try? span.field.evaluate(span.end, state, scratch)) != nil else { return false }
    let (speed, size) = (BLAS.norm2(count: n, scratch), BLAS.norm2(count: n, state))
    guard speed > 0, size > 0 else { return false }
    let step = 1e-6 * size / speed
    for i in 0..<n { scratch[i] = state[i] + step * scratch[i] }
    for i in n..<span.field.dimension { scratch[i] = state[i] }
    point.look(at: state, time: span.end)
    let now = point.residuals[k]
    point.look(at: scratch, time: span.end)
    let next = point.residuals[k]
    return rises ? next < now : next > now
  }
}
