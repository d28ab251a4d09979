import GSLBridge
import Models

/// Integrates a flow: shows every accepted state and the state at every save time to the observers and ends at the
/// horizon, at a located stop condition, or with an outcome that says why not.
public struct Integrator {
  /// The model that stop conditions ask about its components.
  public let model: Model
  /// The flow.
  public let field: any VectorField
  /// How it is integrated.
  public let plan: IntegrationPlan

  /// An integration of `field` by `plan`.
  public init(model: Model, field: any VectorField, plan: IntegrationPlan) {
    self.model = model
    self.field = field
    self.plan = plan
  }

  /// The first accepted step's end, from which a logarithmic save grid starts.
  ///
  /// - Throws: ``Refusal`` if not even one step succeeds.
  public func firstAcceptedTime(from start: [Double], until: Double) throws(Refusal) -> Double {
    let state = UnsafeMutablePointer<Double>.allocate(capacity: field.dimension)
    defer { state.deallocate() }
    let tolerance = prepare(start, state)
    var time = 0.0
    do {
      try plan.method.check(dimension: field.dimension)
      var stepper = try plan.method.makeStepper(
        field, tolerance: tolerance, initialStep: firstStep(state), horizon: horizon)
      try stepper.step(time: &time, state: state, limit: until)
    } catch let error as Refusal {
      throw error
    } catch {
      throw Refusal("the first step failed: \(error)", remedy: "use a smaller start or another integration.method")
    }
    return time
  }

  /// The last save time.
  var horizon: Double { plan.grid.times[plan.grid.times.count - 1] }

  /// Writes the initial state and returns the tolerances that follow from it.
  func prepare(_ start: [Double], _ state: UnsafeMutablePointer<Double>) -> Tolerance {
    state.initialize(repeating: 0, count: field.dimension)
    let leading = field.initialState(start)
    for i in leading.indices { state[i] = leading[i] }
    let isInParameters = leading.count == start.count && leading == start
    return Tolerance(
      relative: plan.relativeTolerance,
      absolute: plan.absoluteTolerance.value(relative: plan.relativeTolerance, start: leading),
      tail: field.quadratureScales(state).map { plan.relativeTolerance * 1e-2 * $0 },
      parts: isInParameters
        ? plan.absoluteTolerance.parts(
          relative: plan.relativeTolerance, start: leading, blocks: model.layout.blocks.map(\.range))
        : [])
  }

  /// A first step on which the state changes by about 1 % of its size; the control adapts it at once.
  func firstStep(_ state: UnsafePointer<Double>) -> Double {
    let n = field.leadingCount
    let derivative = UnsafeMutablePointer<Double>.allocate(capacity: field.dimension)
    defer { derivative.deallocate() }
    guard (try? field.evaluate(0, state, derivative)) != nil else { return max(.leastNormalMagnitude, horizon * 1e-6) }
    let speed = BLAS.norm2(count: n, derivative)
    let size = BLAS.norm2(count: n, state)
    guard speed > 0, speed.isFinite else { return max(.leastNormalMagnitude, horizon * 1e-6) }
    // A state of 0, as logarithms of ratios have it, is changed by 0.01 at most: a far horizon is no measure of it.
    guard size > 0 else { return max(.leastNormalMagnitude, min(horizon * 1e-6, 0.01 / speed)) }
    // Of a state that is hardly a number any more the quotient may be none.
    return max(.leastNormalMagnitude, min(horizon, 0.01 * size / speed))
  }
}
