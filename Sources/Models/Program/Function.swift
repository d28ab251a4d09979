import CMath

/// A function applied to every entry of an array: a row of the catalogue.
///
/// A function is known by its differential equation, its ``slope`` in terms of input and output. Derivatives of every
/// order, Taylor jets, formal atoms and balls follow from it, and the set is closed under differentiation. Every function
/// hands NaN on, so that a diverging run is seen.
public enum Function: Hashable, Sendable {
  /// eˣ.
  case exp
  /// ln x.
  case log
  /// tanh x.
  case tanh
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// 1 / x.
  case reciprocal
  /// √x.
  case squareRoot
  /// The error function (2/√π) ∫₀ˣ e^(−t²) dt.
  case erf
  /// (2/√π) e^(−x²), the slope of ``erf``: a row of its own, because its factor is no fraction.
  case gaussian
  /// max(x, 0).
  case relu
  /// 1 for x > 0, otherwise 0: the slope taken for ``relu``, 0 at the kink.
  case step
  /// |x|.
  case absolute
  /// −1, 0 or 1: the slope taken for ``absolute``.
  case sign
  /// Σ cₖ xᵏ, coefficients from c₀ on.
  case polynomial([Rational])

  /// The function in words a formula uses.
  public var name: String {
    switch self {
    case .exp: "exp"
    case .log: "log"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .reciprocal: "reciprocal"
    case .squareRoot: "sqrt"
    case .erf: "erf"
    case .gaussian: "gaussian"
    case .relu: "relu"
    case .step: "step"
    case .absolute: "abs"
    case .sign: "sign"
    case .polynomial(let coefficients): "polynomial(\(coefficients.map(\.description).joined(separator: ", ")))"
    }
  }

  /// The rows that take no coefficients.
  public static let named: [Function] = [
    .exp, .log, .tanh, .sigmoid, .reciprocal, .squareRoot, .erf, .gaussian, .relu, .step, .absolute, .sign,
  ]

  /// The degree k of f(cx) = cᵏ f(x) for all c > 0, or nil where there is none.
  public var degree: Rational? {
    switch self {
    case .relu, .absolute: return 1
    case .step, .sign: return 0
    case .reciprocal: return -1
    case .squareRoot: return try? Rational(1, 2)
    case .polynomial(let coefficients):
      let powers = coefficients.indices.filter { coefficients[$0] != 0 }
      return powers.count == 1 ? Rational(powers[0]) : nil
    case .exp, .log, .tanh, .sigmoid, .erf, .gaussian: return nil
    }
  }

  /// The points where the function is not smooth, or jumps.
  public var kinks: [Double] {
    switch self {
    case .relu, .step, .absolute, .sign: [0]
    default: []
    }
  }

  /// f(0) = 0: a zero array maps to a zero array.
  public var keepsZero: Bool {
    switch self {
    case .tanh, .squareRoot, .erf, .relu, .step, .absolute, .sign: true
    case .polynomial(let coefficients): (coefficients.first ?? 0) == 0
    case .exp, .log, .sigmoid, .reciprocal, .gaussian: false
    }
  }

  /// f(x); NaN at NaN.
  public func callAsFunction(_ x: Double) -> Double {
    if x.isNaN { return x }
    switch self {
    case .exp: return CMath.exp(x)
    case .log: return CMath.log(x)
    case .tanh: return CMath.tanh(x)
    case .sigmoid:
      let e = CMath.exp(-abs(x))
      return x < 0 ? e / (1 + e) : 1 / (1 + e)
    case .reciprocal: return 1 / x
    case .squareRoot: return x.squareRoot()
    case .erf: return CMath.erf(x)
    case .gaussian: return 1.1283791670955126 * CMath.exp(-x * x)
    case .relu: return x < 0 ? 0 : x
    case .step: return x > 0 ? 1 : 0
    case .absolute: return abs(x)
    case .sign: return x > 0 ? 1 : x < 0 ? -1 : 0
    case .polynomial(let coefficients):
      return coefficients.dropLast().reversed().reduce(coefficients.last?.value ?? 0) { $0 * x + $1.value }
    }
  }
}
