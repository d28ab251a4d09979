internal import CGSL

/// A one-step method written in Swift, driven by GSL's evolution and step-size control like GSL's own methods.
///
/// A conforming class owns its work memory, and serves one ``Stepper`` at a time.
public protocol CustomStep: AnyObject {
  /// The method's name, for messages.
  var name: String { get }
  /// The order q that the step-size law uses: the error estimate of a step shrinks like hᑫ, at least.
  var order: Int { get }

  /// Allocates work memory for n components; called once before the first step.
  func prepare(dimension: Int)

  /// Advances the state by one step of size h.
  ///
  /// On success `state` holds y(t + h), `error` an estimate of its error component by component, and `derivativeOut`
  /// F(t + h, y(t + h)). When throwing, `state` may hold anything: it is restored.
  ///
  /// - Parameters:
  ///   - time: The time t at the start of the step.
  ///   - step: The step size h, negative when integrating backwards.
  ///   - derivativeIn: F(t, y(t)) at the start.
  ///   - evaluate: The right-hand side F; it throws `.outsideDomain` also for results that are not finite.
  /// - Throws: What `evaluate` throws, or its own wish for a smaller step or to stop.
  func apply(
    time: Double, step: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
    derivativeIn: UnsafePointer<Double>, derivativeOut: UnsafeMutablePointer<Double>,
    evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure)

  /// The largest step size worth trying next, without sign; infinite unless the method knows better, for example from
  /// its interval of stability.
  var largestStep: Double { get }

  /// Forgets what was carried over from earlier steps.
  func reset()
}

/// A custom step that needs the system's Jacobian; it asks through `jacobian`, so that every evaluation is counted and checked.
protocol CustomStepWithJacobian: CustomStep {
  /// Writes ∂F/∂y (row-major) and ∂F/∂t; set before the first step.
  var jacobian:
    (
      _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
      _ dfdt: UnsafeMutablePointer<Double>
    ) throws(RightHandSideFailure) -> Void
  { get set }
}

extension CustomStep {
  /// Does nothing: most one-step methods carry nothing over.
  public func reset() {}

  /// No limit.
  public var largestStep: Double { .infinity }
}

/// The state of the one `gsl_odeiv2_step_type` behind which every ``CustomStep`` runs.
///
/// GSL allocates it knowing the dimension only, so the method is plugged in afterwards.
final class CustomStepBox {
  private var step: (any CustomStep)?
  private unowned(unsafe) var context: EvaluationContext?

  func configure(_ step: any CustomStep, context: EvaluationContext) {
    step.prepare(dimension: context.dimension)
    if let step = step as? any CustomStepWithJacobian {
      step.jacobian = { [unowned context] (time, state, dfdy, dfdt) throws(RightHandSideFailure) in
        try context.evaluateJacobianOrThrow(time, state, dfdy, dfdt)
      }
    }
    self.step = step
    self.context = context
  }

  private func apply(
    _ time: Double, _ h: Double, _ y: UnsafeMutablePointer<Double>, _ error: UnsafeMutablePointer<Double>,
    _ derivativeIn: UnsafePointer<Double>, _ derivativeOut: UnsafeMutablePointer<Double>
  ) -> CInt {
    guard let step, let context else { return CInt(GSL_EFAULT) }
    var evaluationFailed = false
    do throws(RightHandSideFailure) {
      try step.apply(
        time: time, step: h, state: y, error: error, derivativeIn: derivativeIn, derivativeOut: derivativeOut
      ) { (time, state, derivative) throws(RightHandSideFailure) in
        evaluationFailed = true
        try context.evaluateOrThrow(time, state, derivative)
        evaluationFailed = false
      }
    } catch {
      // A failed evaluation has put its reason on record, which may be NaN; the step only passes it on.
      if case .outsideDomain = error, evaluationFailed { return CInt(GSL_EDOM) }
      return context.status(of: error)
    }
    return CInt(GSL_SUCCESS)
  }

  private static let name: StaticString = "custom"

  /// The type that GSL allocates steps from; never changed and never freed.
  nonisolated(unsafe) static let type: UnsafePointer<gsl_odeiv2_step_type> = {
    let type = UnsafeMutablePointer<gsl_odeiv2_step_type>.allocate(capacity: 1)
    type.initialize(
      to: gsl_odeiv2_step_type(
        name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
        can_use_dydt_in: 1, gives_exact_dydt_out: 1,
        alloc: { _ in Unmanaged.passRetained(CustomStepBox()).toOpaque() },
        apply: { state, _, time, h, y, error, derivativeIn, derivativeOut, _ in
          guard let state, let y, let error, let derivativeIn, let derivativeOut else { return CInt(GSL_EFAULT) }
          return Unmanaged<CustomStepBox>.fromOpaque(state)._withUnsafeGuaranteedRef {
            $0.apply(time, h, y, error, derivativeIn, derivativeOut)
          }
        },
        set_driver: { _, _ in CInt(GSL_SUCCESS) },
        reset: { state, _ in
          if let state {
            Unmanaged<CustomStepBox>.fromOpaque(state)._withUnsafeGuaranteedRef { $0.step?.reset() }
          }
          return CInt(GSL_SUCCESS)
        },
        order: { state in
          guard let state else { return 1 }
          return Unmanaged<CustomStepBox>.fromOpaque(state)._withUnsafeGuaranteedRef {
            CUnsignedInt(clamping: max(1, $0.step?.order ?? 1))
          }
        },
        free: { state in
          if let state { Unmanaged<CustomStepBox>.fromOpaque(state).release() }
        }))
    return UnsafePointer(type)
  }()
}
