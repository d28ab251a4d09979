internal import CGSL

/// A definite integral with its error estimate, by GSL's adaptive Gauss–Kronrod quadrature with extrapolation (QAGS).
public struct Integral: Sendable, Equatable {
  /// The integral.
  public let value: Double
  /// GSL's estimate of the absolute error.
  public let errorEstimate: Double

  private final class Box {
    let function: (Double) -> Double
    init(_ function: @escaping (Double) -> Double) { self.function = function }
  }

  /// ∫ f(x) dx from `lower` to `upper`, to the given relative accuracy. Integrable singularities at the ends are allowed.
  ///
  /// - Throws: ``GSLError`` if a limit is not finite, the function is not finite somewhere, or the accuracy is not reached.
  public static func adaptive(
    from lower: Double, to upper: Double, relativeTolerance: Double = 1e-12, function: (Double) -> Double
  ) throws(GSLError) -> Integral {
    GSLRuntime.ready
    guard lower.isFinite, upper.isFinite, relativeTolerance >= 1e-14, relativeTolerance < 1 else {
      throw .invalid("cannot integrate from \(lower) to \(upper) with relative tolerance \(relativeTolerance)")
    }
    if lower == upper { return Integral(value: 0, errorEstimate: 0) }
    let limit = 2000
    guard let workspace = gsl_integration_workspace_alloc(limit) else {
      throw .memory("no memory for the workspace of an integral")
    }
    defer { gsl_integration_workspace_free(workspace) }
    var value = 0.0
    var error = 0.0
    let status = withoutActuallyEscaping(function) { function in
      let box = Box(function)
      return withExtendedLifetime(box) { () -> CInt in
        var integrand = gsl_function(
          function: { point, parameters in
            guard let parameters else { return .nan }
            return Unmanaged<Box>.fromOpaque(parameters).takeUnretainedValue().function(point)
          }, params: Unmanaged.passUnretained(box).toOpaque())
        return gsl_integration_qags(
          &integrand, lower, upper, 0, relativeTolerance, limit, workspace, &value, &error)
      }
    }
    try GSLError.check(status, "the integral from \(lower) to \(upper) could not be computed")
    guard value.isFinite else { throw .invalid("the integral from \(lower) to \(upper) is \(value)") }
    return Integral(value: value, errorEstimate: error)
  }
}
