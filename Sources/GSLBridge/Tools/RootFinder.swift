internal import CGSL

/// Why no root was found; `Failure` is the error of the function itself.
public enum RootError<Failure: Error>: Error, CustomStringConvertible {
  /// The function has the same sign at both ends, or an end is not finite.
  case notBracketed(lower: Double, upper: Double)
  /// The function returned NaN or an infinity.
  case nonFinite(at: Double)
  /// The bracket is still wider than asked for after all iterations.
  case noConvergence(lower: Double, upper: Double, iterations: Int)
  /// GSL refused.
  case gsl(GSLError)
  /// The function threw.
  case function(Failure)

  /// What happened, where, and what to try.
  public var description: String {
    switch self {
    case .notBracketed(let lower, let upper):
      "the function does not change sign between \(lower) and \(upper): choose ends on both sides of a root"
    case .nonFinite(let point):
      "the function is NaN or infinite at \(point): shrink the interval to where it is defined"
    case .noConvergence(let lower, let upper, let iterations):
      "after \(iterations) iterations the root is only known to lie in [\(lower), \(upper)]: allow more or a wider one"
    case .gsl(let error): error.description
    case .function(let error): "the function failed: \(error)"
    }
  }
}

/// Roots of scalar functions.
public enum RootFinder {
  /// An interval at whose ends the function differs in sign, and the end or interior point that is the best estimate.
  public struct Bracket: Sendable, Equatable {
    /// Lower end, ≤ root.
    public let lower: Double
    /// Upper end, ≥ root.
    public let upper: Double
    /// Best estimate of the root.
    public let root: Double
  }

  /// Carries the function through C; errors cannot cross, so they wait in the caller.
  private final class Box {
    let function: (Double) -> Double
    init(_ function: @escaping (Double) -> Double) { self.function = function }
  }

  /// Narrows a bracket of a root by GSL's Brent–Dekker method, until
  /// upper − lower ≤ `absoluteTolerance` + `relativeTolerance` · min(|lower|, |upper|).
  ///
  /// Order of the ends does not matter. An end at which the function is exactly 0 is a root. With a relative tolerance
  /// of at least 1e-15 or so, or a suitable absolute one, convergence is certain for a continuous function.
  ///
  /// - Throws: ``RootError``; what the function throws comes back at once, unchanged, in ``RootError/function(_:)``.
  public static func bracketed<E: Error>(
    _ lower: Double, _ upper: Double, relativeTolerance: Double = 1e-14, absoluteTolerance: Double = 0,
    maxIterations: Int = 200, function: (Double) throws(E) -> Double
  ) throws(RootError<E>) -> Bracket {
    GSLRuntime.ready
    guard lower.isFinite && upper.isFinite else { throw .notBracketed(lower: lower, upper: upper) }
    let (low, high) = (min(lower, upper), max(lower, upper))
    var failure: RootError<E>?
    let outcome = withoutActuallyEscaping(function) { function in
      let box = Box { point in
        // After a failure GSL stops at the first NaN; the function is not asked again.
        if failure != nil { return .nan }
        do throws(E) {
          let value = try function(point)
          if !value.isFinite { failure = .nonFinite(at: point) }
          return value
        } catch {
          failure = .function(error)
          return .nan
        }
      }
      return withExtendedLifetime(box) {
        narrow(box, low, high, relativeTolerance, absoluteTolerance, maxIterations)
      }
    }
    if let failure { throw failure }
    switch outcome {
    case .found(let bracket): return bracket
    case .refused(let error): throw .gsl(error)
    case .unbracketed: throw .notBracketed(lower: lower, upper: upper)
    case .unfinished(let bracket):
      throw .noConvergence(lower: bracket.lower, upper: bracket.upper, iterations: maxIterations)
    }
  }

  private enum Outcome {
    case found(Bracket)
    case unbracketed
    case unfinished(Bracket)
    case refused(GSLError)
  }

  private static func narrow(
    _ box: Box, _ low: Double, _ high: Double, _ relative: Double, _ absolute: Double, _ maxIterations: Int
  ) -> Outcome {
    guard relative.isFinite && relative >= 0 && absolute.isFinite && absolute >= 0 else {
      return .refused(.invalid("the tolerances of a root must be finite and not negative: \(relative), \(absolute)"))
    }
    if low == high {
      return box.function(low) == 0 ? .found(Bracket(lower: low, upper: low, root: low)) : .unbracketed
    }
    guard let solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent) else {
      return .refused(.memory("no memory for a root finder"))
    }
    defer { gsl_root_fsolver_free(solver) }
    var function = gsl_function(
      function: { point, parameters in
        guard let parameters else { return .nan }
        return Unmanaged<Box>.fromOpaque(parameters).takeUnretainedValue().function(point)
      }, params: Unmanaged.passUnretained(box).toOpaque())
    return withUnsafeMutablePointer(to: &function) { function -> Outcome in
      if gsl_root_fsolver_set(solver, function, low, high) != GSL_SUCCESS { return .unbracketed }
      for _ in 0..<max(0, maxIterations) {
        let status = gsl_root_fsolver_iterate(solver)
        if status != GSL_SUCCESS {
          return .refused(GSLError(code: Int(status), message: "the root finder stopped"))
        }
        let bracket = current(solver)
        if bracket.upper - bracket.lower <= absolute + relative * min(abs(bracket.lower), abs(bracket.upper)) {
          return .found(bracket)
        }
      }
      return .unfinished(current(solver))
    }
  }

  private static func current(_ solver: UnsafeMutablePointer<gsl_root_fsolver>) -> Bracket {
    Bracket(
      lower: gsl_root_fsolver_x_lower(solver), upper: gsl_root_fsolver_x_upper(solver),
      root: gsl_root_fsolver_root(solver))
  }
}
