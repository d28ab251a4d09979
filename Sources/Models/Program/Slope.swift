/// The slope of a ``Function`` as a sum of products of its input x and its output y: its differential equation.
public struct Slope: Equatable, Sendable {
  /// What a function in a slope is applied to.
  public enum Argument: Hashable, Sendable {
    /// x.
    case input
    /// y = f(x).
    case output
  }

  /// coefficient · xᵃ · yᵇ · g(x or y).
  public struct Term: Equatable, Sendable {
    /// The number in front.
    public let coefficient: Rational
    /// a, the power of the input.
    public let inputPower: Int
    /// b, the power of the output.
    public let outputPower: Int
    /// g, if any.
    public let function: Function?
    /// What g is applied to.
    public let argument: Argument

    init(
      _ coefficient: Rational, input: Int = 0, output: Int = 0, _ function: Function? = nil,
      of argument: Argument = .input
    ) {
      self.coefficient = coefficient
      inputPower = input
      outputPower = output
      self.function = function
      self.argument = argument
    }
  }

  /// The products; none means that the slope is zero.
  public let terms: [Term]

  /// Its value at an input and the output that belongs to it.
  public func value(input: Double, output: Double) -> Double {
    terms.reduce(0) { sum, term in
      var product = term.coefficient.value
      for _ in 0..<term.inputPower { product *= input }
      for _ in 0..<term.outputPower { product *= output }
      if let function = term.function { product *= function(term.argument == .input ? input : output) }
      return sum + product
    }
  }
}

extension Function {
  /// f′ in terms of x and y = f(x).
  ///
  /// - Throws: ``Refusal`` if a coefficient of a polynomial outgrows 64 bits.
  public func slope() throws(Refusal) -> Slope {
    switch self {
    case .exp: return Slope(terms: [Slope.Term(1, output: 1)])
    case .log: return Slope(terms: [Slope.Term(1, .reciprocal)])
    case .tanh: return Slope(terms: [Slope.Term(1), Slope.Term(-1, output: 2)])
    case .sigmoid: return Slope(terms: [Slope.Term(1, output: 1), Slope.Term(-1, output: 2)])
    case .reciprocal: return Slope(terms: [Slope.Term(-1, output: 2)])
    case .squareRoot: return Slope(terms: [Slope.Term(try Rational(1, 2), .reciprocal, of: .output)])
    case .erf: return Slope(terms: [Slope.Term(1, .gaussian)])
    case .gaussian: return Slope(terms: [Slope.Term(-2, input: 1, output: 1)])
    case .relu: return Slope(terms: [Slope.Term(1, .step)])
    case .absolute: return Slope(terms: [Slope.Term(1, .sign)])
    case .step, .sign: return Slope(terms: [])
    case .polynomial(let coefficients):
      var derivative: [Rational] = []
      for power in coefficients.indices.dropFirst() { derivative.append(try Rational(power) * coefficients[power]) }
      while derivative.last == 0 { derivative.removeLast() }
      switch derivative.count {
      case 0: return Slope(terms: [])
      case 1: return Slope(terms: [Slope.Term(derivative[0])])
      case 2 where derivative[0] == 0: return Slope(terms: [Slope.Term(derivative[1], input: 1)])
      default: return Slope(terms: [Slope.Term(1, .polynomial(derivative))])
      }
    }
  }
}
