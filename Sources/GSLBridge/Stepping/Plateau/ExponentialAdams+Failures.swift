internal import CGSL

extension ExponentialAdams {
  /// After an evaluation that failed: ends the integration or tries half the step.
  func retreat(_ time: Double, _ h: Double) throws(IntegrationError) -> Bool {
    if let error = context.pending {
      reset()
      throw .stopped(error)
    }
    size = 0.5 * abs(h)
    return false
  }

  func failure(_ time: Double) -> IntegrationError {
    if let error = context.pending { return .stopped(error) }
    return underflow(time)
  }

  func underflow(_ time: Double) -> IntegrationError {
    let step = size
    let obstacle = context.obstacle ?? context.latestObstacle
    reset()
    return switch obstacle {
    case .nonFinite: .nonFinite(time: time)
    case .outsideDomain: .outsideDomain(time: time)
    case .error, nil: .stepUnderflow(time: time, step: step)
    }
  }

  func fixedStep(
    time: inout Double, state: UnsafeMutablePointer<Double>, size h: Double
  ) throws(IntegrationError) {
    throw .gsl(code: GSL_EINVAL, message: "exponential Adams methods choose their own steps", time: time)
  }
}
