/// Why an integration cannot go on. The time in it is that of the last accepted state, which the caller still holds.
public enum IntegrationError: Error, CustomStringConvertible {
  /// No step that still moves the time meets the tolerance; `step` is the last size tried. A solution that blows up in
  /// finite time ends here or in ``nonFinite(time:)``.
  case stepUnderflow(time: Double, step: Double)
  /// However small the step, the right-hand side or the state became NaN or infinite.
  case nonFinite(time: Double)
  /// However small the step, the right-hand side said that its state is outside the domain.
  case outsideDomain(time: Double)
  /// The right-hand side, its Jacobian or a custom step asked to stop with this error.
  case stopped(any Error)
  /// GSL refused for another reason.
  case gsl(code: Int, message: String, time: Double)

  /// What happened, where, and what to try.
  public var description: String {
    switch self {
    case .stepUnderflow(let time, let step):
      "the step size fell to \(step) at t = \(time) without meeting the tolerance: the solution may blow up in finite "
        + "time there, be stiff (try an implicit method) or the tolerance may be below roundoff (loosen rtol)"
    case .nonFinite(let time):
      "the right-hand side or the state became NaN or infinite just after t = \(time), however small the step: the "
        + "solution may blow up there; end the integration earlier or start closer to the solution"
    case .outsideDomain(let time):
      "just after t = \(time) the solution leaves the domain of the right-hand side, however small the step: end the "
        + "integration earlier or look at the state there"
    case .stopped(let error): "the integration was stopped: \(error)"
    case .gsl(let code, let message, let time):
      "GSL error \(code) at t = \(time): \(message)"
    }
  }
}
