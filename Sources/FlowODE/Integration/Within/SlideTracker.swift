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
struct SlideTracker {
  private var isPositive: [Bool]

  /// Starts at the first state.
  init(at point: TrajectoryPoint) { isPositive = point.residuals.map { $0 > 0 } }

  /// The kink along which the flow slides from within the step that ended at `point` on; nil if there is none.
  ///
  /// - Parameter scratch: room for a state.
  mutating func follow(
    _ point: TrajectoryPoint, _ span: StepSpan, scratch: UnsafeMutablePointer<Double>, counts: inout StepCounts
  ) throws -> Sliding? {
    point.look(at: point.state, time: span.end)
    var crossed: [Int] = []
    for (k, residual) in point.residuals.enumerated() where (residual > 0) != isPositive[k] {
      isPositive[k].toggle()
      crossed.append(k)
    }
    guard !crossed.isEmpty else { return nil }
    let end = Buffer<Double>(count: span.field.dimension)
    end.pointer.update(from: point.state, count: span.field.dimension)
    var first: Sliding?
    for k in crossed {
      let rises = isPositive[k]
      let met = try span.locate(scratch: scratch, point: point, counts: &counts) {
        rises ? -$0.residuals[k] : $0.residuals[k]
      }
      guard let met, met < first?.time ?? .infinity else { continue }
      if try isDrivenBack(k, rises: rises, from: end.pointer, span, scratch, point, &counts) {
        first = Sliding(time: met, measurement: k)
      }
    }
    point.look(at: end.pointer, time: span.end)
    return first
  }

  /// Whether the flow from the step's end, where residual k has its new sign, takes it back: the change of the residual over a
  /// small Euler step.
  private func isDrivenBack(
    _ k: Int, rises: Bool, from end: UnsafePointer<Double>, _ span: StepSpan, _ scratch: UnsafeMutablePointer<Double>,
    _ point: TrajectoryPoint, _ counts: inout StepCounts
  ) throws -> Bool {
    let n = span.field.leadingCount
    counts.evaluations += 1
    guard (try? span.field.evaluate(span.end, end, scratch)) != nil else { return false }
    let (speed, size) = (BLAS.norm2(count: n, scratch), BLAS.norm2(count: n, end))
    guard speed > 0, size > 0 else { return false }
    let step = 1e-6 * size / speed
    for i in 0..<n { scratch[i] = end[i] + step * scratch[i] }
    for i in n..<span.field.dimension { scratch[i] = end[i] }
    point.look(at: end, time: span.end)
    let now = point.residuals[k]
    point.look(at: scratch, time: span.end)
    let next = point.residuals[k]
    return rises ? next < now : next > now
  }
}
