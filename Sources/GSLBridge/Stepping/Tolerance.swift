import CMath

/// The error one step may make: component i is held to Dᵢ = absoluteᵢ + relative · |yᵢ|.
public struct Tolerance: Sendable, Equatable {
  /// Relative tolerance (rtol), ≥ 0.
  public var relative: Double
  /// Absolute tolerance (atol) of all components but the last `tail.count`, ≥ 0, in the units of the state.
  public var absolute: Double
  /// Absolute tolerances of the last `tail.count` components, such as quadratures carried along with the state.
  public var tail: [Double]
  /// Absolute tolerances of the components before the tail, one each, in place of ``absolute``; empty where that is theirs.
  public var parts: [Double]

  /// A tolerance; ``Stepper`` refuses one that is negative, not finite, zero throughout or has too long a tail, or another number of parts.
  public init(relative: Double, absolute: Double, tail: [Double] = [], parts: [Double] = []) {
    self.relative = relative
    self.absolute = absolute
    self.tail = tail
    self.parts = parts
  }

  func validate(dimension: Int) throws(GSLError) {
    guard relative.isFinite && relative >= 0 else {
      throw .invalid("the relative tolerance must be finite and not negative, not \(relative)")
    }
    for value in [absolute] + tail + parts where !(value.isFinite && value >= 0) {
      throw .invalid("an absolute tolerance must be finite and not negative, not \(value)")
    }
    guard tail.count <= dimension else {
      throw .invalid("\(tail.count) tail tolerances were given for a system of \(dimension) components")
    }
    guard parts.isEmpty || parts.count == dimension - tail.count else {
      throw .invalid("\(parts.count) absolute tolerances were given for \(dimension - tail.count) components")
    }
    guard relative > 0 || (absolute > 0 || tail.count == dimension) && (tail + parts).allSatisfy({ $0 > 0 }) else {
      throw .invalid("with relative tolerance 0 every absolute tolerance must be positive, or no step can be accepted")
    }
  }
}

extension Tolerance {
  /// The tolerance to hold single steps to so that the error at the end falls at least in proportion to this one.
  ///
  /// A method of order p whose steps each err by the tolerance takes about rtol^(−1/(p+1)) of them, so that their errors
  /// add up to rtol^(p/(p+1)) only (L. F. Shampine, "Tolerance proportionality in ODE codes", 1989); and at loose
  /// tolerances stability holds the steps, which then err less than they may. Below 1e-4 the tolerance of a step is
  /// therefore multiplied by (rtol/1e-4)^(1/5), down to 1e-10, below which rounding errors come into sight.
  var proportional: Tolerance {
    guard relative > 0, relative < 1e-4 else { return self }
    return scaled(to: max(relative * pow(max(relative, 1e-10) / 1e-4, 0.2), min(relative, 2e-13)))
  }

  /// The same, relative and absolute, at another relative tolerance.
  func scaled(to value: Double) -> Tolerance {
    let factor = relative > 0 ? value / relative : 1
    return scaled(by: factor, relative: value)
  }

  /// Absolute tolerances times a factor, at a relative tolerance.
  func scaled(by factor: Double, relative: Double) -> Tolerance {
    Tolerance(
      relative: relative, absolute: absolute * factor, tail: tail.map { $0 * factor }, parts: parts.map { $0 * factor })
  }

  /// The absolute tolerance of a component before the tail.
  func absolute(of index: Int) -> Double { parts.isEmpty ? absolute : parts[index] }
}

/// How the error of a trial step decides whether it is accepted.
public enum StepControl: Sendable {
  /// GSL's step-size law, but a NaN or infinity in the right-hand side, the state or the error rejects the step.
  case nanSafe
  /// GSL's own control. It **silently accepts steps whose error is NaN** and right-hand sides are not checked for
  /// finiteness: the integration reaches its end with a state of NaN. Kept for comparison.
  case gslStandard
}
