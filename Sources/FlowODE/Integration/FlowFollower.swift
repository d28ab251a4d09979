import GSLBridge
import Models

/// A flow that is moved to given times one after the other, alongside something else: a second reference, for instance.
public final class FlowFollower {
  private let field: any VectorField
  private let state: UnsafeMutablePointer<Double>
  private var stepper: Stepper
  /// The time reached.
  public private(set) var time = 0.0

  /// Starts at θ(0) = `start`.
  ///
  /// - Throws: ``Refusal`` or ``GSLError`` if the method cannot be used.
  public init(model: Model, field: any VectorField, plan: IntegrationPlan, start: [Double]) throws {
    try plan.method.check(dimension: field.dimension)
    self.field = field
    let state = UnsafeMutablePointer<Double>.allocate(capacity: field.dimension)
    let integrator = Integrator(model: model, field: field, plan: plan)
    do {
      let tolerance = integrator.prepare(start, state)
      stepper = try plan.method.makeStepper(
        field, tolerance: tolerance, initialStep: integrator.firstStep(state), horizon: integrator.horizon)
    } catch {
      state.deallocate()
      throw error
    }
    self.state = state
  }

  deinit { state.deallocate() }

  /// θ at ``time``.
  public var parameters: UnsafePointer<Double> { field.parameters(at: state) }
  /// What the integration cost so far.
  public var counts: StepCounts { stepper.counts }

  /// Integrates exactly to `target`.
  ///
  /// - Throws: ``IntegrationError``; the state is then the last accepted one.
  public func advance(to target: Double) throws(IntegrationError) {
    try stepper.advance(time: &time, state: state, to: target)
  }
}
