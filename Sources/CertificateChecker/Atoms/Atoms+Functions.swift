import BigInt
import FlowLanguage

/// Values of functions as polynomials in atoms.
extension Atoms {
  // MARK: Gates

  /// 1 where z > 0 and 0 where z < 0: gates of multiples of z by positive numbers are the same, that of −z is the rest to 1.
  package func gate(_ argument: Polynomial) throws(Rejection) -> Polynomial {
    let z = try reduced(argument)
    if let constant = z.constant { return Polynomial(constant.sign > 0 ? .one : .zero) }
    guard let (key, factor) = z.monic else { return .zero }
    let gate = Polynomial(variable: try variable(.gate, key))
    return factor.sign > 0 ? gate : try Polynomial.one.plus(gate.scaled(by: Fraction(-1)), budget)
  }

  /// max(z, 0) = g z.
  package func positivePart(_ z: Polynomial) throws(Rejection) -> Polynomial {
    try reduced(gate(z).times(z, budget))
  }

  /// |z| = (2g − 1) z.
  package func absolute(_ z: Polynomial) throws(Rejection) -> Polynomial {
    let sign = try gate(z).scaled(by: Fraction(2)).plus(Polynomial(Fraction(-1)), budget)
    return try reduced(sign.times(z, budget))
  }

  // MARK: Exponentials

  /// exp(z) as a product of powers of exponentials of a basis of the exponents; exp(n ln y) = yⁿ for whole n.
  package func exponential(_ argument: Polynomial) throws(Rejection) -> Polynomial {
    var exponent = try reduced(argument)
    var result = Polynomial.one
    let constant = exponent.terms[.one] ?? .zero
    try exponent.add(-constant, .one)
    for (monomial, factor) in exponent.terms {
      guard monomial.powers.count == 1, monomial.degree == 1, factor.isInteger,
        let atom = items[Monomial.variable(monomial.powers[0])], atom.kind == .logarithm
      else { continue }
      try exponent.add(-factor, monomial)
      result = try result.times(power(of: atom.argument, whole(factor)), budget)
    }
    for (member, factor) in try basis.combination(exponent, budget).sorted(by: { $0.key < $1.key }) {
      result = try result.times(exponential(of: basis.members[member], factor), budget)
    }
    // exp(c) is the power c of the number e.
    if !constant.isZero { result = try result.times(exponential(of: .one, constant), budget) }
    return try reduced(result)
  }

  /// exp(c z) of a member z of the basis: a whole power of exp(z), and of exp(z/q) where c has the denominator q.
  private func exponential(of member: Polynomial, _ factor: Fraction) throws(Rejection) -> Polynomial {
    let base = try variable(.exponential(part: 1, base: 0), member)
    guard factor.denominator <= 1000 else { throw Rejection("a factor of an exponent has a denominator above 1000") }
    let part = Int(factor.denominator)
    var (count, rest) = factor.numerator.quotientAndRemainder(dividingBy: BigInt(part))
    if rest.sign == .minus { (count, rest) = (count - 1, rest + BigInt(part)) }
    var result = try power(of: Polynomial(variable: base), whole(Fraction(count)))
    if part > 1 {
      let own = try variable(.exponential(part: part, base: base), member)
      let monomial = Monomial(own, exponent: Int(rest))
      result = try result.times(monomial, .one, budget)
    }
    return result
  }

  private func whole(_ value: Fraction) throws(Rejection) -> Int {
    guard value.isInteger, value.length <= 32, abs(Int(value.numerator)) <= Budget.exponentLimit else {
      throw Rejection("an exponent is no integer up to \(Budget.exponentLimit)")
    }
    return Int(value.numerator)
  }

  /// zⁿ of a whole n, negative ones by 1/z.
  package func power(of base: Polynomial, _ count: Int) throws(Rejection) -> Polynomial {
    if count >= 0 { return try reduced(base.power(count, budget)) }
    return try reduced(inverse(base).power(-count, budget))
  }

  /// 1/(1 + exp(−z)).
  package func sigmoid(_ z: Polynomial) throws(Rejection) -> Polynomial {
    let power = try exponential(z)
    return try reduced(power.times(inverse(power.plus(.one, budget)), budget))
  }

  /// (E − 1)/(E + 1) with E = exp(2z).
  package func hyperbolicTangent(_ z: Polynomial) throws(Rejection) -> Polynomial {
    let power = try exponential(z.scaled(by: Fraction(2)))
    let below = try inverse(power.plus(.one, budget))
    return try reduced(power.plus(Polynomial(Fraction(-1)), budget).times(below, budget))
  }

  /// ln z; of 1 it is 0.
  package func logarithm(_ argument: Polynomial) throws(Rejection) -> Polynomial {
    let z = try reduced(argument)
    if let constant = z.constant {
      guard constant.sign > 0 else { throw Rejection("the logarithm of \(shortened(constant.text)) is taken") }
      if constant == .one { return .zero }
    }
    return Polynomial(variable: try variable(.logarithm, z))
  }

  // MARK: Roots

  /// √z; that of 4z is 2√z.
  package func root(_ argument: Polynomial) throws(Rejection) -> Polynomial {
    let z = try reduced(argument)
    if let constant = z.constant {
      guard constant.sign >= 0 else { throw Rejection("the root of \(shortened(constant.text)) is taken") }
      if let root = constant.squareRoot { return Polynomial(root) }
    }
    guard let (key, factor) = z.monic else { return .zero }
    for (other, variable) in roots[key] ?? [] {
      try budget.spend(1 + factor.length / 64)
      if let inverse = other.inverse, let multiple = (factor * inverse).squareRoot {
        return Polynomial(variable: variable).scaled(by: multiple)
      }
    }
    let number = try variable(.root, z)
    roots[key, default: []].append((factor, number))
    return Polynomial(variable: number)
  }

  // MARK: Others

  /// Φ(z) of the standard normal distribution: Φ(−z) = 1 − Φ(z), Φ(0) = 1/2.
  package func distribution(_ argument: Polynomial) throws(Rejection) -> Polynomial {
    let z = try reduced(argument)
    guard let (_, factor) = z.leadingTerm else { return Polynomial(.one).scaled(by: Fraction(2).inverse ?? .one) }
    if factor.sign > 0 { return Polynomial(variable: try variable(.distribution, z)) }
    let other = Polynomial(variable: try variable(.distribution, z.scaled(by: Fraction(-1))))
    return try Polynomial.one.plus(other.scaled(by: Fraction(-1)), budget)
  }

  /// The derivative of that order of the function about which nothing is assumed.
  package func generic(_ argument: Polynomial, order: Int = 0) throws(Rejection) -> Polynomial {
    Polynomial(variable: try variable(.generic(order: order), reduced(argument)))
  }
}

extension Fraction {
  /// The root, if it is a fraction.
  package var squareRoot: Fraction? {
    guard sign >= 0, length <= Budget.bitLimit else { return nil }
    let (above, below) = (numerator.squareRoot(), denominator.squareRoot())
    guard above * above == numerator, below * below == denominator else { return nil }
    return Fraction(above, over: below)
  }
}
